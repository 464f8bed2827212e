package dev.ext4j.testimages;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Fills a mounted image with regular files. The same seed gives the same files. */
public final class FilePopulator {
  /** What a file system may lack: then the file stays as far as it got. */
  private static final Set<String> ACCEPTED = Set.of("EOPNOTSUPP", "ENOSPC", "EFBIG", "EINVAL");

  /** The shapes that fit into 32 MiB ten times over. */
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

  /** On {@code mount}, from {@code seed}. */
  public FilePopulator(KernelMount mount, long seed) {
    this.mount = mount;
    this.random = new Random(seed);
  }

  /** Makes one file of a shape. Without fallocate, as on ext3, it is a simpler one. */
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

  /** Makes {@code f0}, {@code f1} ... in the root, of random shapes; returns their names. */
  public List<String> makeAny(int count) throws IOException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add("f" + i);
      make("f" + i, COMMON.get(random.nextInt(COMMON.size())));
      if (random.nextBoolean()) {
        mount.sync(); // else delayed allocation joins what was written apart
      }
    }
    return names;
  }

  /** Makes a file of every shape, named after it in lower case; returns their names. */
  public List<String> makeEach() throws IOException {
    List<String> names = new ArrayList<>();
    for (FileShape shape : FileShape.values()) {
      String name = shape.name().toLowerCase(Locale.ROOT);
      names.add(name);
      make(name, shape);
    }
    return names;
  }

  /** Makes a file with an extent of one block each {@code step} blocks. */
  public KernelFile makeFragmented(String name, int step, int blockCount) throws IOException {
    KernelFile file = mount.file(name);
    file.writeEvery(step, blockCount, FileShape.bytes(random, mount.blockSize()));
    return file;
  }
}
