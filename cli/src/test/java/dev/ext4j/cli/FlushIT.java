package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.LoopDevice;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test that the packaged program flushes in the right order. It reads the kernel's counters and
 * traces the system calls.
 */
@Tag("oracle")
class FlushIT {
  private static final Path LAUNCHER =
      Path.of(System.getProperty("ext4j.distribution", "target/ext4j"), "bin/ext4j")
          .toAbsolutePath();
  private static final int FLUSHES_COUNTED = 15; // the 16th field, in Linux 5.5 and later

  /** The first 8 bytes of a commit block, as strace prints them. */
  private static final String COMMIT_BLOCK = "\"\\300;9\\230\\0\\0\\0\\2\"";

  @TempDir Path folder;
  private Path image = Path.of("");

  @BeforeEach
  void unpack() throws IOException {
    image = folder.toRealPath().resolve("sample.img");
    GoldenImage.SAMPLE.unpackTo(image);
  }

  private ExternalTool program(String name) throws IOException {
    return ExternalTool.named(name)
        .withEnvironment(
            "EXT4J_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString())
        .withEnvironment("XDG_CACHE_HOME", folder.resolve("cache").toString());
  }

  /** Returns how often the kernel has told a disk to empty its cache. */
  private static long flushes(Path device) throws IOException {
    Path counters = Path.of("/sys/block", device.getFileName().toString(), "stat");
    return Long.parseLong(Files.readString(counters).strip().split("\\s+", -1)[FLUSHES_COUNTED]);
  }

  @Test
  void punch_onALoopDevice_flushesTheDiskAndReadingDoesNot() throws IOException {
    Oracles.requireKernel();
    try (LoopDevice loop = LoopDevice.attach(image)) {
      String device = loop.device().toString();
      long before = flushes(loop.device());
      program("env").run(LAUNCHER.toString(), "map", device, "/data.bin").orFail();
      assertThat(flushes(loop.device())).as("after reading").isEqualTo(before);
      program("env").run(LAUNCHER.toString(), "punch", device, "/data.bin", "0", "4K").orFail();
      assertThat(flushes(loop.device())).as("after punching").isGreaterThanOrEqualTo(before + 2);
    }
  }

  @Test
  void punch_onAnImageFile_flushesBeforeAndAfterTheCommitBlock() throws IOException {
    Oracles.requireStrace();
    Path trace = folder.resolve("trace");
    program("strace")
        .run(
            Stream.concat(
                    Stream.of("-f", "--seccomp-bpf", "-y", "-s", "8", "-o", trace.toString()),
                    Stream.of(
                        "-e",
                        "trace=pwrite64,fdatasync,fsync",
                        LAUNCHER.toString(),
                        "punch",
                        image.toString(),
                        "/data.bin",
                        "0",
                        "4K"))
                .toList())
        .orFail();
    List<String> calls =
        Files.readAllLines(trace).stream()
            .filter(line -> line.contains("<" + image + ">"))
            .map(line -> line.replaceFirst("^\\d+ +", ""))
            .toList();
    List<Integer> commits =
        IntStream.range(0, calls.size())
            .filter(i -> calls.get(i).contains(COMMIT_BLOCK))
            .boxed()
            .toList();
    assertThat(commits).as("commit blocks among %s", calls).isNotEmpty();
    for (int commit : commits) {
      assertThat(calls.subList(0, commit)).as("before the commit block").isNotEmpty();
      assertThat(calls.get(commit - 1)).as("before %s", calls).startsWith("fdatasync(");
      assertThat(calls).as("calls").hasSizeGreaterThan(commit + 1);
      assertThat(calls.get(commit + 1)).as("after %s", calls).startsWith("fdatasync(");
    }
  }
}
