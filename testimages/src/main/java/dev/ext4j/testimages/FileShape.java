package dev.ext4j.testimages;

import java.io.IOException;
import java.util.random.RandomGenerator;

/** Ways in which a file lies on its device: the ones that take different paths through ext4. */
public enum FileShape {
  /** Data without a hole, the last block in part. */
  DENSE {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 1, 3, 13, 40, 200, 600);
      file.write(0, bytes(random, blocks * file.blockSize() - random.nextInt(file.blockSize())));
    }
  },
  /** Dense, then punched here and there. */
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
  /** Odd pieces anywhere, far ones too. */
  SPARSE {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        long at = random.nextLong((long) pick(random, 50, 1000, 70000) * file.blockSize());
        file.write(at, bytes(random, random.nextInt(1, 4 * file.blockSize())));
      }
    }
  },
  /** Preallocated, inside or beyond the end, and written in part. */
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
  /** Dense, with preallocation behind the end. */
  TAIL {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      DENSE.fill(file, random);
      long end = file.stat().byteSize() / file.blockSize() + 1;
      file.allocateKeepingSize(end * file.blockSize(), random.nextLong(1, 60) * file.blockSize());
    }
  },
  /** Every second or third block: as many extents as blocks. */
  FRAGMENTED {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      int blocks = pick(random, 3, 13, 40, 200, 600);
      file.writeEvery(random.nextInt(2, 4), blocks, bytes(random, file.blockSize()));
    }
  },
  /** Data, and a preallocation of which every third block was written. */
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
  /** Empty to a hundred and some bytes: inside the inode where the image allows it. */
  TINY {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.write(0, bytes(random, random.nextInt(160)));
    }
  },
  /** Offsets beyond 32 bits: at 4 GiB less a byte, and at 6 GiB. */
  FAR {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.write((1L << 32) - 1, bytes(random, 2 * file.blockSize()));
      file.write(6L << 30, bytes(random, 100));
    }
  },
  /** Thousands of extents of one block: a tree of depth 2 with 1 KiB blocks. Takes some 4 MiB. */
  MANY_EXTENTS {
    @Override
    void fill(KernelFile file, RandomGenerator random) throws IOException {
      file.writeEvery(
          2, (4 << 20) / file.blockSize() - random.nextInt(50), bytes(random, file.blockSize()));
    }
  };

  /** Fills a new file; what this file system cannot do is refused half-way. */
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
