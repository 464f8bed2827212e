package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file attached as a block device by the loop driver. {@link #close} detaches it. */
public final class LoopDevice implements AutoCloseable {
  private static final int DETACH_TRIES = 100;
  private static final long PAUSE_MILLIS = 20;

  private final Path device;
  private final Path file;
  private final Leftovers.Entry leftover;

  private LoopDevice(Path device, Path file) {
    this.device = device;
    this.file = file;
    this.leftover = Leftovers.add(() -> detach(device, file));
  }

  /**
   * Attaches {@code file} to a free device.
   *
   * @param options options for {@code losetup}, for example {@code --sector-size 4096}, {@code
   *     --offset}, {@code --sizelimit}, {@code --read-only}, {@code --partscan}
   */
  @MustBeClosed
  public static LoopDevice attach(Path file, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("--find", "--show"));
    words.addAll(List.of(options));
    words.add(file.toString());
    String name = ExternalTool.named("losetup").run(words).orFail().stdout().strip();
    return new LoopDevice(Path.of(name), file.toRealPath());
  }

  /** Returns the device, as in {@code /dev/loop0}. */
  public Path device() {
    return device;
  }

  @Override
  public void close() throws IOException {
    leftover.cleanUp();
  }

  @Override
  public String toString() {
    return device + " over " + file;
  }

  private static void detach(Path device, Path file) throws IOException {
    ExternalTool.named("losetup").run("--detach", device.toString()).orFail();
    awaitDetached(device, file);
  }

  /**
   * Waits until the kernel has released {@code file}. The kernel detaches a device when its last
   * user closes it.
   */
  static void awaitDetached(Path device, Path file) throws IOException {
    for (int i = 0; isOver(device, file); i++) {
      if (i == DETACH_TRIES) {
        throw new ToolException(device + " is still attached to " + file);
      }
      pause();
    }
  }

  static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static boolean isOver(Path device, Path file) {
    Path backing = Path.of("/sys/block", String.valueOf(device.getFileName()), "loop/backing_file");
    try {
      return Files.readString(backing).startsWith(file.toString());
    } catch (IOException e) {
      return false; // no such attribute, so nothing is attached
    }
  }
}
