package dev.ext4j.blockdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.opentest4j.TestAbortedException;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SkipsTest {
  private static final String FILE = "ext4j.oracle.skips";

  @Test
  void whatIsMissing_isSkippedAndCounted(@TempDir Path folder) {
    Path skips = folder.resolve("sub/skips");
    String before = System.getProperty(FILE);
    System.setProperty(FILE, skips.toString());
    try {
      LoopDevices.assumeTool("sh");
      assertThatThrownBy(() -> LoopDevices.assumeTool("no-such-program"))
          .isInstanceOf(TestAbortedException.class);
      Skips.requireKind(true, "unused");
      assertThatThrownBy(() -> Skips.requireKind(false, "first line\nsecond line"))
          .isInstanceOf(TestAbortedException.class);
    } finally {
      if (before == null) {
        System.clearProperty(FILE);
      } else {
        System.setProperty(FILE, before);
      }
    }
    assertThat(skips)
        .content()
        .matches(
            "oracle\tno-such-program is not installed\t"
                + "dev.ext4j.blockdev.SkipsTest.+\n"
                + "kind\tfirst line\tdev.ext4j.blockdev.SkipsTest.+\n");
  }
}
