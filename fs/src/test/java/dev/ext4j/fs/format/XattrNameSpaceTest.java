package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class XattrNameSpaceTest {
  @Test
  void numbersAndPrefixes_areThoseOfTheKernelsHeader() {
    assertThat(
            Arrays.stream(XattrNameSpace.values())
                .map(space -> space.index() + " " + space.prefix() + " " + space.isReadable()))
        .containsExactly(
            "1 user. true",
            "2 system.posix_acl_access true",
            "3 system.posix_acl_default true",
            "4 trusted. true",
            "6 security. true",
            "7 system. false",
            "8 system.richacl true",
            "9 encryption context false",
            "10 gnu. true");
  }

  @Test
  void ofANumber_isTheOneThatHasIt_orNone() {
    for (XattrNameSpace space : XattrNameSpace.values()) {
      assertThat(XattrNameSpace.of(space.index())).isSameAs(space);
    }
    for (int unused : List.of(0, 5, 11, 255)) {
      assertThat(XattrNameSpace.of(unused)).isNull();
    }
  }

  @Test
  void accessControlLists_areTwo() {
    assertThat(Arrays.stream(XattrNameSpace.values()).filter(XattrNameSpace::isAcl))
        .containsExactly(XattrNameSpace.POSIX_ACL_ACCESS, XattrNameSpace.POSIX_ACL_DEFAULT);
  }
}
