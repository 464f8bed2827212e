package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of the Debian package, which the profile {@code release} builds. The package is installed
 * on this machine, used and removed.
 */
@Tag("oracle")
class DebianPackageIT {
  private static final String PACKAGE = System.getProperty("ext4j.debian.package", "");
  private static final Path HOME = Path.of("/usr/share/ext4j");
  private static final Path LAUNCHER = Path.of("/usr/bin/ext4j");

  @TempDir private Path folder;

  @Test
  void package_installedUsedAndRemoved_worksAndLeavesNothing() throws IOException {
    Oracles.requireInstallable(PACKAGE);
    try {
      dpkg("--install", PACKAGE).orFail();
      assertThat(HOME.resolve("lib/jni/x86_64-Linux/libjffi-1.2.so")).isNotEmptyFile();
      assertThat(HOME.resolve("lib/cds")).isDirectoryContaining("glob:**.jsa");
      Path image = folder.resolve("sample.img");
      SampleImage.unpack(image);
      assertThat(program("--version").stdout()).startsWith("ext4j ");
      assertThat(program("ls", image.toString()).stdout()).contains("data.bin");
      program("punch", image.toString(), "/data.bin", "0", "64K");
      program("fsck", image.toString());
      assertThat(folder.resolve("cache")).as("the archive of the package is used").doesNotExist();
    } finally {
      dpkg("--purge", "ext4j").orFail();
    }
    assertThat(HOME).doesNotExist();
    assertThat(Files.exists(LAUNCHER)).isFalse();
  }

  @Test
  void package_listed_hasDocuments() throws IOException {
    Oracles.requireInstallable(PACKAGE);
    assertThat(dpkg("--contents", PACKAGE).orFail().stdout())
        .contains(
            "./usr/share/man/man1/ext4j.1.gz",
            "./usr/share/man/man1/ext4j-punch.1.gz",
            "./usr/share/bash-completion/completions/ext4j",
            "./usr/share/doc/ext4j/copyright",
            "./usr/share/doc/ext4j/changelog.gz",
            "./usr/bin/ext4j -> ../share/ext4j/bin/ext4j");
  }

  @Test
  void package_checkedByLintian_hasNoErrors() throws IOException {
    Oracles.requireInstallable(PACKAGE);
    Oracles.requireLintian();
    ToolResult result =
        ExternalTool.named("lintian")
            .withTimeout(Duration.ofMinutes(5))
            .run("--allow-root", "--fail-on", "error", PACKAGE);
    assertThat(result.exitCode()).as(result.toString()).isZero();
  }

  /** Runs the installed program, which must succeed without a warning. */
  @CanIgnoreReturnValue
  private ToolResult program(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("-u", "JAVA_HOME", "-u", "EXT4J_JAVA"));
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    ToolResult result =
        ExternalTool.named("env")
            .withEnvironment("XDG_CACHE_HOME", folder.resolve("cache").toString())
            .run(command);
    assertThat(result.orFail().stderr()).as(result.toString()).isEmpty();
    return result;
  }

  private static ToolResult dpkg(String... arguments) throws IOException {
    return ExternalTool.named("dpkg")
        .withEnvironment("DEBIAN_FRONTEND", "noninteractive")
        .run(arguments);
  }
}
