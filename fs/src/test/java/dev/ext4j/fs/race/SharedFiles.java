package dev.ext4j.fs.race;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.file.ExchangeRange;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files on which all threads run all operations. Each word of content names its file. Words may
 * move, vanish, or be zeros, but a file must never hold words of another file or unknown ones.
 */
final class SharedFiles {
  private static final int FILES = 4;

  /** The files from this one on exchange their content, and therefore share one word. */
  private static final int FIRST_TWIN = 2;

  private static final int MOST_BLOCKS = 300;

  /** The expected errors: out of range, no space, not supported with bigalloc, beyond the end. */
  private static final Set<Errno> EXPECTED =
      EnumSet.of(Errno.EINVAL, Errno.ENOSPC, Errno.EOPNOTSUPP, Errno.EFAULT);

  private final SmallTransactions mount;
  private final Volume volume;
  private final int blockSize;
  private final List<Inode> inodes = new ArrayList<>();
  private final AtomicLong tags = new AtomicLong(1);

  SharedFiles(SmallTransactions mount) throws IOException {
    this.mount = mount;
    this.volume = mount.volume();
    this.blockSize = volume.geometry().blockSize();
    for (int i = 0; i < FILES; i++) {
      inodes.add(mount.file("/shared" + i));
    }
  }

  /** Makes the empty files in an image. */
  static void make(DebugfsFiles files) throws IOException {
    for (int i = 0; i < FILES; i++) {
      files.empty("shared" + i);
    }
  }

  List<Inode> inodes() {
    return inodes;
  }

  /** Runs any operation on one of the files. */
  void workOnOne(Random random) throws IOException {
    int file = random.nextInt(FILES);
    Inode inode = inodes.get(file);
    String name = "shared" + file;
    FileContent content = new FileContent(inode, volume);
    int clusterBlocks = 1 << volume.geometry().clusterRatioBits();
    long blocks = inode.size() / blockSize;
    long first = random.nextInt((int) Math.min(MOST_BLOCKS, blocks + 10));
    long count = 1L + random.nextInt(20);
    long at = first * blockSize;
    long bytes = count * blockSize;
    long unit = first / clusterBlocks * clusterBlocks * blockSize;
    long units = Math.max(1, count / clusterBlocks) * clusterBlocks * blockSize;
    try {
      switch (random.nextInt(17)) {
        case 0, 1, 2, 3 -> content.write(at, tagged(file, (int) count));
        case 4 -> content.writeDirect(at, tagged(file, (int) count));
        case 5, 6 -> apply(inode, RangeOperation.punch(name, at, bytes));
        case 7 -> apply(inode, RangeOperation.zero(name, at, bytes, false));
        case 8 -> apply(inode, RangeOperation.allocate(name, at, bytes, false));
        case 9 -> apply(inode, RangeOperation.collapse(name, unit, units));
        case 10 -> {
          if (blocks < MOST_BLOCKS) {
            apply(inode, RangeOperation.insert(name, unit, units));
          }
        }
        case 11 -> apply(inode, RangeOperation.truncate(name, at));
        case 12 -> content.force();
        case 13 -> new MappedFile(inode, volume).store(at, tagged(file, 1));
        case 15 -> exchange(inode, file, first, count);
        case 14 -> new MappedFile(inode, volume).load(at, ByteBuffer.allocate(blockSize));
        default -> requireOwn(file, content, first, (int) count, random.nextInt(3) == 0);
      }
    } catch (PartialOperationException e) {
      throw e;
    } catch (FileOperationException e) {
      if (!EXPECTED.contains(e.errno())) {
        throw e;
      }
    }
  }

  /** Reads one of the files while other threads change it. */
  void readOne(Random random) throws IOException {
    int file = random.nextInt(FILES);
    FileContent content = new FileContent(inodes.get(file), volume);
    requireOwn(file, content, random.nextInt(MOST_BLOCKS), 20, random.nextBoolean());
  }

  private void exchange(Inode inode, int file, long first, long count) throws IOException {
    if (file >= FIRST_TWIN) {
      Inode twin = inodes.get(file == FIRST_TWIN ? FIRST_TWIN + 1 : FIRST_TWIN);
      long at = first * blockSize;
      long other = Math.max(0, first - 3) * blockSize;
      new ExchangeRange(volume, inode, at, twin, other, count * blockSize, ProgressListener.NONE)
          .exchange();
    }
  }

  private static int wordOf(int file) {
    return Math.min(file, FIRST_TWIN) + 1;
  }

  private void apply(Inode inode, RangeOperation operation) throws IOException {
    OrphanList orphans = new OrphanList(mount.mount().superblock(), mount.mount().inodes());
    FileRanges.apply(inode, volume, orphans, operation);
  }

  private ByteBuffer tagged(int file, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count * blockSize);
    for (int block = 0; block < count; block++) {
      long tag = tags.getAndIncrement() << 8 | wordOf(file);
      for (int i = 0; i < blockSize; i += Long.BYTES) {
        bytes.putLong(block * blockSize + i, tag);
      }
    }
    return bytes;
  }

  /** Fails unless all words of all files are their own. */
  void requireOwn() throws IOException {
    for (int i = 0; i < FILES; i++) {
      requireOwn(i, new FileContent(inodes.get(i), volume), 0, 2 * MOST_BLOCKS, true);
    }
  }

  /** Fails unless all words of a file after a crash are its own. */
  static void requireOwn(Volume volume, int file, Inode inode) throws IOException {
    int blocks = (int) (inode.size() / volume.geometry().blockSize());
    new Words(volume.geometry().blockSize(), file)
        .require(new FileContent(inode, volume), 0, blocks, true);
  }

  private void requireOwn(int file, FileContent content, long first, int count, boolean direct)
      throws IOException {
    new Words(blockSize, file).require(content, first, count, direct);
  }

  /** The words of one file. */
  private record Words(int blockSize, int file) {
    void require(FileContent content, long first, int count, boolean direct) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(blockSize);
      for (long block = first; block < first + count; block++) {
        read.clear();
        long at = block * blockSize;
        int got = direct ? content.readDirect(at, read) : content.read(at, read);
        if (got < blockSize) {
          return;
        }
        // A running write may be seen in part. Each single word is old or new.
        for (int i = 0; i < blockSize; i += Long.BYTES) {
          long word = read.getLong(i);
          if (word != 0 && (word & 0xFF) != wordOf(file)) {
            throw new AssertionError(
                "block " + block + " of shared" + file + " holds " + Long.toHexString(word));
          }
        }
      }
    }
  }
}
