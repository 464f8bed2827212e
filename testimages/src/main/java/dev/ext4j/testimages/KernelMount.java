package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image mounted by the kernel's ext4, which is the reference for ext4. {@link #close} unmounts
 * the image. Afterwards the image file is complete, and neither a folder nor a loop device is left.
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

  /** Mounts an image or a block device for reading and writing, and replays its journal. */
  @MustBeClosed
  public static KernelMount readWrite(Path image, String... options) throws IOException {
    return mount(image, "rw", options);
  }

  /**
   * Mounts an image or a block device read-only. The image does not change. An image with a dirty
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

  /** Returns the folder at which the image is mounted. */
  public Path root() {
    return root;
  }

  /** Returns a file below the root, by a path with or without a leading slash. */
  public Path path(String name) {
    return root.resolve(name.startsWith("/") ? name.substring(1) : name);
  }

  /** Returns a regular file below the root, which need not exist yet. */
  public KernelFile file(String name) {
    return new KernelFile(path(name), blockSize);
  }

  /** Returns the mounted image or device. */
  public Path image() {
    return image;
  }

  /** Returns the block device below the mount. */
  public Path device() {
    return device;
  }

  /** Returns the block size in bytes. */
  public int blockSize() {
    return blockSize;
  }

  /** Writes back everything: files, metadata and journal. */
  public void sync() throws IOException {
    ExternalTool.named("sync").run("-f", root.toString()).orFail();
  }

  /**
   * Copies the image in the state that a crash at this moment would leave, with a journal to
   * replay. Data that was not synced may be missing.
   */
  public Path copyAsCrashed(Path target) throws IOException {
    ExternalTool.named("blockdev").run("--flushbufs", device.toString()).orFail();
    return Scratch.copySparse(image, target);
  }

  /**
   * Copies the image in the state that a power failure at this moment would leave. Unlike {@link
   * #copyAsCrashed}, this does not make the kernel commit anything first.
   */
  public Path copyAsItLies(Path target) throws IOException {
    return Scratch.copySparse(image, target);
  }

  /** Unmounts the image. If files of the mount are still open, detaches the mount and throws. */
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
