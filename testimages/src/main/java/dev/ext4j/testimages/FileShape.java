package dev.ext4j.testimages;

import java.io.IOException;
import java.util.random.RandomGenerator;

/** The layouts of a file that take different paths through ext4. */
public enum FileShape {
  /** Data without a hole. The last block is partial. */
  DENSE {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 1, 3, 13, 40, 200, 600);
      file.write(0, bytes(random, blocks * file.blockSize() - random.nextInt(file.blockSize())));
    }
  },
  /** Dense data with some punched holes. */
  HOLED {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      DENSE.fill(file, random);
      file.fsync();
      long blocks = file.stat().byteSize() / file.blockSize() + 1;
      for (int i = random.nextInt(1, 9); i > 0; i--) {
        punchBlocks(file, random.nextLong(blocks), random.nextInt(1, 9));
      }
    }
  },
  /** Pieces of odd length at random offsets, some of them far apart. */
  SPARSE {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        long at = random.nextLong((long) pick(random, 50, 1000, 70000) * file.blockSize());
        file.write(at, bytes(random, random.nextInt(1, 4 * file.blockSize())));
      }
    }
  },
  /** Preallocated inside or beyond the end of the file, and partially written. */
  UNWRITTEN {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 3, 13, 40, 200, 600);
      long at = (long) random.nextInt(20) * file.blockSize();
      long length = (long) blocks * file.blockSize();
      if (random.nextBoolean()) {
        file.allocate(at, length);
      } else {
        file.allocateKeepingSize(at, length);
      }
      for (int i = random.nextInt(6); i > 0; i--) {
        file.write(
            random.nextLong((blocks + 20L) * file.blockSize()),
            bytes(random, random.nextInt(1, 3 * file.blockSize())));
      }
    }
  },
  /** Dense data with a preallocation after the end of the file. */
  TAIL {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      DENSE.fill(file, random);
      long end = file.stat().byteSize() / file.blockSize() + 1;
      file.allocateKeepingSize(end * file.blockSize(), random.nextLong(1, 60) * file.blockSize());
    }
  },
  /** Every second or third block is written, so that there are as many extents as blocks. */
  FRAGMENTED {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 3, 13, 40, 200, 600);
      file.writeEvery(random.nextInt(2, 4), blocks, bytes(random, file.blockSize()));
    }
  },
  /** Data, and a preallocation in which every third block was written. */
  MIXED {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 1, 3, 13, 40, 200);
      file.write(0, bytes(random, blocks * file.blockSize()));
      file.fsync();
      file.allocate((blocks + 5L) * file.blockSize(), 30L * file.blockSize());
      for (int i = 0; i < 30; i += 3) {
        file.write((blocks + 5L + i) * file.blockSize(), bytes(random, 100));
      }
    }
  },
  /** At most about 160 bytes, which are stored in the inode if the image allows it. */
  TINY {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.write(0, bytes(random, random.nextInt(160)));
    }
  },
  /** Data at offsets beyond 32 bits: at one byte below 4 GiB, and at 6 GiB. */
  FAR {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.write((1L << 32) - 1, bytes(random, 2 * file.blockSize()));
      file.write(6L << 30, bytes(random, 100));
    }
  },
  /**
   * Thousands of extents of one block, which give a tree of depth 2 with 1 KiB blocks. Takes about
   * 4 MiB.
   */
  MANY_EXTENTS {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.writeEvery(
          2, (4 << 20) / file.blockSize() - random.nextInt(50), bytes(random, file.blockSize()));
    }
  };

  /**
   * Fills a new file. An operation that the file system does not support throws, and the file stays
   * incomplete.
   */
  abstract void fill(KernelFile file, RandomGenerator random) throws IOException;

  static byte[] bytes(RandomGenerator random, int byteCount) {
    byte[] bytes = new byte[byteCount];
    random.nextBytes(bytes);
    return bytes;
  }

  private static int pick(RandomGenerator random, int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private static void punchBlocks(KernelFile file, long first, long count) throws IOException {
    file.punch(first * file.blockSize(), count * file.blockSize());
  }
}
