package dev.ext4j.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
  /** Values as setcap(8) writes them, with what getcap(8) prints. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0100000200200000000000000000000000000000|cap_net_raw=ep",
        "0000000200200000000000000000000000000000|cap_net_raw=p",
        "0100000200200000002000000000000000000000|cap_net_raw=eip",
        "0000000200000000002000000000000000000000|cap_net_raw=i",
        "0100000203000000000000000000000000000000|cap_chown,cap_dac_override=ep",
        "0100000200200000010000000000000000000000|cap_net_raw=ep cap_chown=ei",
        "0000000200000000000000000001000000000000|cap_checkpoint_restore=p",
        "0100000300200000000000000000000000000000e8030000|cap_net_raw=ep [rootid=1000]",
        "010000010020000000000000|cap_net_raw=ep",
        "0000000200000000000000000000000000000000|=",
        "0000000200000000000000000000008000000000|63=p"
      })
  void value_isShownAsByGetcap(String hex, String text) {
    byte[] value = HexFormat.of().parseHex(hex);
    assertThat(Capabilities.isValid(value)).isTrue();
    assertThat(Capabilities.of(value)).hasToString(text);
  }

  @Test
  void valueOfAnotherSize_isNotValid() {
    for (String hex : new String[] {"", "01", "01000002", "0100000400200000", "01000002002000"}) {
      assertThat(Capabilities.isValid(HexFormat.of().parseHex(hex))).as(hex).isFalse();
    }
  }
}
