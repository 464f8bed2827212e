import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The images for the comparison. The kernel makes each of them once through a loop mount, and they
 * are kept.
 */
final class Images {
  static final int BLOCK = 4096;

  private final Path work;

  Images(Path work) {
    this.work = work;
  }

  /** An action that fills a mounted file system. */
  @FunctionalInterface
  private interface Filling {
    void fill(Path mount) throws IOException;
  }

  /** Returns an empty image. */
  Path empty(String name, long size) throws IOException, InterruptedException {
    return image(name, size, mount -> {});
  }

  /** Returns an image with {@code /frag}, a file of one-block extents with a hole after each. */
  Path fragmented(String name, int extents) throws IOException, InterruptedException {
    long size = 64L << 20;
    if (extents > 10) {
      size = extents > 100_000 ? 10L << 30 : 1500L << 20;
    }
    return image(name, size, mount -> Fragments.write(mount.resolve("frag"), extents, false));
  }

  /** Returns an image with {@code /frag} of a million extents, and with {@code /other} of 4 MiB. */
  Path fragmentedBesideAnother(String name) throws IOException, InterruptedException {
    return image(
        name,
        10L << 30,
        mount -> {
          Fragments.write(mount.resolve("frag"), 1_000_000, false);
          random(mount.resolve("other"), 4L << 20);
        });
  }

  /** Returns an image with {@code /big}, a file of random bytes that was written in one stream. */
  Path stream(String name, long size, long fileSize) throws IOException, InterruptedException {
    return image(name, size, mount -> random(mount.resolve("big"), fileSize));
  }

  /**
   * Returns an image with small files in directories. With one directory it is large and nearly
   * empty.
   */
  Path smallFiles(String name, int directories, int filesInEach)
      throws IOException, InterruptedException {
    boolean few = directories == 1;
    long size = few ? 100L << 30 : (6L << 30) * Math.max(1, directories / 100);
    List<String> words =
        few ? List.of() : List.of("-N", String.valueOf(11L * directories * filesInEach / 10));
    return image(
        name,
        size,
        words,
        mount -> {
          byte[] content = new byte[16];
          for (int i = 0; i < directories; i++) {
            Path directory = Files.createDirectory(mount.resolve("d" + i));
            for (int j = 0; j < filesInEach; j++) {
              Files.write(directory.resolve("file-" + j), content);
            }
          }
        });
  }

  /** Returns an image with several files of many extents, with a hole after each extent. */
  Path fragments(String name, int files, int extents) throws IOException, InterruptedException {
    return image(
        name,
        8L << 30,
        List.of(),
        mount -> {
          for (int i = 0; i < files; i++) {
            Fragments.write(mount.resolve("frag" + i), extents, false);
          }
        });
  }

  /** Returns a file of random bytes outside of any image. */
  Path hostFile(String name, long size) throws IOException {
    Path file = work.resolve(name);
    if (!Files.exists(file)) {
      random(file, size);
    }
    return file;
  }

  private static void random(Path path, long size) throws IOException {
    Random random = new Random(1);
    byte[] bytes = new byte[1 << 20];
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (long at = 0; at < size; at += bytes.length) {
        random.nextBytes(bytes);
        file.write(ByteBuffer.wrap(bytes, 0, (int) Math.min(bytes.length, size - at)), at);
      }
    }
  }

  private Path image(String name, long size, Filling filling)
      throws IOException, InterruptedException {
    return image(name, size, List.of(), filling);
  }

  private Path image(String name, long size, List<String> words, Filling filling)
      throws IOException, InterruptedException {
    Path image = work.resolve(name + ".img");
    if (Files.exists(image)) {
      return image;
    }
    Path fresh = work.resolve(name + ".new");
    try (FileChannel file =
        FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), size - 1);
    }
    List<String> make = new ArrayList<>(List.of("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096"));
    make.addAll(words);
    make.add(fresh.toString());
    Turns.run(make);
    Path mount = Files.createTempDirectory(work, "mount");
    Turns.run(List.of("mount", "-o", "loop,noatime", fresh.toString(), mount.toString()));
    try {
      filling.fill(mount);
    } finally {
      Turns.run(List.of("umount", mount.toString()));
      Files.delete(mount);
    }
    Turns.run(copy(fresh, image));
    Files.delete(fresh);
    return image;
  }

  /** Returns the command that copies an image without its holes. */
  static List<String> copy(Path image, Path copy) {
    return List.of("cp", "--sparse=always", image.toString(), copy.toString());
  }
}
