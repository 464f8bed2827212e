package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.opentest4j.TestAbortedException;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class OraclesTest {
  private static final String SKIPS = "ext4j.oracle.skips";

  /** A kind that no kernel mounts, which the probe must detect. */
  private static final ImageRecipe NEVER =
      ImageRecipe.of("never", "ext4", 1024, 16 << 20).withFeatures("journal_dev").onSomeKernels();

  @Test
  void requireMount_kindTheKernelRefuses_skipsAndCounts(@TempDir Path folder) throws IOException {
    Oracles.requireKernel();
    Path skips = folder.resolve("sub/skips");
    String before = System.getProperty(SKIPS);
    System.setProperty(SKIPS, skips.toString());
    try {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> Oracles.requireMount(NEVER))
            .isInstanceOf(TestAbortedException.class);
      }
    } finally {
      if (before == null) {
        System.clearProperty(SKIPS);
      } else {
        System.setProperty(SKIPS, before);
      }
    }
    List<String> lines = Files.readAllLines(skips);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0))
        .startsWith("kind\tthis kernel does not mount never")
        .contains("\t" + OraclesTest.class.getName());
  }

  @Test
  void missing_withRootAndLoopDevices_isNothing() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!root || !Files.exists(Path.of("/dev/loop-control"))) {
      assertThat(Oracles.missingKernel()).isPresent();
    } else if (Oracles.missingKernel().isEmpty()) {
      assertThat(Oracles.missingE2fsprogs()).isEmpty();
    }
  }
}
