package dev.ext4j.testimages;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A generator of regular files on a mounted image. The same seed creates the same files. */
public final class FilePopulator {
  /**
   * The errors of a file system that lacks an operation or space. The file then stays incomplete.
   */
  private static final Set<String> ACCEPTED = Set.of("EOPNOTSUPP", "ENOSPC", "EFBIG", "EINVAL");

  /** The shapes of which ten files fit into 32 MiB. */
  private static final List<FileShape> COMMON =
      List.of(
          FileShape.DENSE,
          FileShape.HOLED,
          FileShape.SPARSE,
          FileShape.UNWRITTEN,
          FileShape.TAIL,
          FileShape.FRAGMENTED,
          FileShape.MIXED,
          FileShape.TINY);

  private final KernelMount mount;
  private final RandomGenerator random;

  /** Creates a generator for files on {@code mount} with the random numbers of {@code seed}. */
  public FilePopulator(KernelMount mount, long seed) {
    this.mount = mount;
    this.random = new Random(seed);
  }

  /** Creates a file of a shape. Without fallocate, as on ext3, the file is simpler. */
  public KernelFile make(String name, FileShape shape) throws IOException {
    KernelFile file = mount.file(name);
    file.truncate(0);
    try {
      shape.fill(file, random);
    } catch (KernelRefusal refusal) {
      if (!ACCEPTED.contains(refusal.errno())) {
        throw refusal;
      }
    }
    return file;
  }

  /** Creates {@code f0}, {@code f1} ... in the root with random shapes, and returns their names. */
  public List<String> makeAny(int count) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("f" + i);
      make("f" + i, COMMON.get(random.nextInt(COMMON.size())));
      if (random.nextBoolean()) {
        mount.sync(); // otherwise delayed allocation merges separate writes
      }
    }
    return names;
  }

  /**
   * Creates a file of every shape, with the shape in lower case as its name, and returns the names.
   */
  public List<String> makeEach() throws IOException {
    List<String> names = new ArrayList<>();
    for (FileShape shape : FileShape.values()) {
      String name = shape.name().toLowerCase(Locale.ROOT);
      names.add(name);
      make(name, shape);
    }
    return names;
  }

  /** Creates a file with an extent of one block in every {@code step} blocks. */
  public KernelFile makeFragmented(String name, int step, int blockCount) throws IOException {
    KernelFile file = mount.file(name);
    file.writeEvery(step, blockCount, FileShape.bytes(random, mount.blockSize()));
    return file;
  }
}
