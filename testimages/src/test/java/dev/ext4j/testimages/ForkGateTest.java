package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that no program is started while files are open that it must not share. */
class ForkGateTest {
  private static final int FILES = 300;

  @Test
  void fileOfTheWork_isInNoOtherProcess(@TempDir Path folder) throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    List<CompletableFuture<Void>> starters =
        Stream.generate(() -> CompletableFuture.runAsync(() -> startUntil(end))).limit(2).toList();
    try {
      for (int i = 0; i < FILES; i++) {
        Path file = folder.resolve("file" + i);
        ForkGate.withoutStarts(
            () -> {
              try (var open = Files.newByteChannel(Files.createFile(file))) {
                assertThat(open.isOpen()).isTrue();
                assertThat(holders(file)).containsExactly(ProcessHandle.current().pid());
              }
            });
      }
    } finally {
      end.set(true);
      for (CompletableFuture<Void> starter : starters) {
        starter.get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static void startUntil(AtomicBoolean end) {
    while (!end.get()) {
      try {
        ExternalTool.named("true").run().orFail();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Returns the ids of this process and its children that have the file open. */
  private static List<Long> holders(Path file) {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().children())
        .map(ProcessHandle::pid)
        .filter(pid -> hasOpen(pid, file))
        .toList();
  }

  private static boolean hasOpen(long pid, Path file) {
    try (var descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        if (leadsTo(descriptor, file)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return false; // The process has ended.
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // The descriptor was closed since it was listed.
    }
  }

  @Test
  void programStartedByTheWorkItself_isRefused() {
    assertThatThrownBy(
            () -> ForkGate.withoutStarts(() -> ExternalTool.named("true").run().orFail()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("holds files open");
  }
}
