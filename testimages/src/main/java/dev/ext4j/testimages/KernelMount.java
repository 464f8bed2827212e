package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image mounted by the kernel's ext4, which is the truth about ext4. {@link #close} unmounts it,
 * after which the image file is whole, and leaves neither folder nor loop device behind.
 */
public final class KernelMount implements AutoCloseable {
  private static final int UNMOUNT_TRIES = 50;

  private final Path image;
  private final Path root;
  private final Path device;
  private final int blockSize;
  private final Leftovers.Entry leftover;

  private KernelMount(Path image, Path root) throws IOException {
    this.image = image;
    this.root = root;
    this.device = deviceAt(root).orElseThrow(() -> new ToolException(root + " is not mounted"));
    this.blockSize = Math.toIntExact(Files.getFileStore(root).getBlockSize());
    this.leftover = Leftovers.add(this::unmount);
  }

  /** Mounts an image, or a block device, for reading and writing; replays its journal. */
  @MustBeClosed
  public static KernelMount readWrite(Path image, String... options) throws IOException {
    return mount(image, "rw", options);
  }

  /**
   * Mounts an image, or a block device, for reading; the image does not change. One with a dirty
   * journal needs the option {@code noload}.
   */
  @MustBeClosed
  public static KernelMount readOnly(Path image, String... options) throws IOException {
    return mount(image, "ro", options);
  }

  @MustBeClosed
  private static KernelMount mount(Path image, String access, String... options)
      throws IOException {
    String loop = Files.isRegularFile(image) ? "loop," : "";
    String more = options.length == 0 ? "" : "," + String.join(",", options);
    Path root = Files.createTempDirectory("ext4j-mount-");
    boolean mounted = false;
    try {
      ExternalTool.named("mount")
          .run("-t", "ext4", "-o", loop + access + more, image.toString(), root.toString())
          .orFail();
      mounted = true;
      return new KernelMount(image.toRealPath(), root);
    } finally {
      if (!mounted) {
        Files.delete(root);
      }
    }
  }

  /** The folder it is mounted at. */
  public Path root() {
    return root;
  }

  /** A file below the root, by a path with or without a leading slash. */
  public Path path(String name) {
    return root.resolve(name.startsWith("/") ? name.substring(1) : name);
  }

  /** A regular file below the root, which need not exist yet. */
  public KernelFile file(String name) {
    return new KernelFile(path(name), blockSize);
  }

  /** The mounted image or device. */
  public Path image() {
    return image;
  }

  /** The block device below the mount. */
  public Path device() {
    return device;
  }

  /** Bytes a block. */
  public int blockSize() {
    return blockSize;
  }

  /** Writes back everything: files, metadata, journal. */
  public void sync() throws IOException {
    ExternalTool.named("sync").run("-f", root.toString()).orFail();
  }

  /**
   * Copies the image as a crash at this moment would leave it, with a journal to replay. What was
   * not synced may be missing.
   */
  public Path copyAsCrashed(Path target) throws IOException {
    ExternalTool.named("blockdev").run("--flushbufs", device.toString()).orFail();
    return Scratch.copySparse(image, target);
  }

  /**
   * Copies the image as it lies, as a loss of power at this moment would leave it: unlike with
   * {@link #copyAsCrashed} the kernel is not made to commit anything first.
   */
  public Path copyAsItLies(Path target) throws IOException {
    return Scratch.copySparse(image, target);
  }

  /** Unmounts. Fails if files of the mount were left open, which are then cut off. */
  @Override
  public void close() throws IOException {
    leftover.cleanUp();
  }

  @Override
  public String toString() {
    return image + " at " + root;
  }

  private void unmount() throws IOException {
    ToolResult result = ExternalTool.named("umount").run(root.toString());
    for (int i = 0; result.exitCode() != 0 && i < UNMOUNT_TRIES; i++) {
      LoopDevice.pause();
      result = ExternalTool.named("umount").run(root.toString());
    }
    boolean busy = result.exitCode() != 0;
    if (busy) {
      ExternalTool.named("umount").run("--lazy", root.toString()).orFail();
    }
    Files.delete(root);
    if (busy) {
      throw new ToolException("something is still open below " + root + ": " + result);
    }
    if (Files.isRegularFile(image)) {
      LoopDevice.awaitDetached(device, image);
    }
  }

  private static Optional<Path> deviceAt(Path root) throws IOException {
    List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts"));
    return mounts.stream()
        .map(line -> line.split(" "))
        .filter(words -> words.length > 1 && words[1].equals(root.toString()))
        .map(words -> Path.of(words[0]))
        .reduce((first, last) -> last);
  }
}
