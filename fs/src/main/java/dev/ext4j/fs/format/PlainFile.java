package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;
import static dev.ext4j.fs.format.LittleEndian.i32;
import static dev.ext4j.fs.format.LittleEndian.u16;

import dev.ext4j.fs.FileFlag;

/**
 * The inode that nearly all are: a regular file whose extents lie in it, without attributes, with
 * nothing out of the ordinary. It is recognised from a plain array in a few hundred instructions,
 * which is what the time to go through millions of them depends on.
 */
public final class PlainFile {
  private static final int MOST_EXTENTS = 4;
  private static final int REGULAR = 0x8000;
  private static final int TYPE = 0xF000;
  private static final int HEADER_SIZE = 12;
  private static final int ENTRY_SIZE = 12;
  private static final int EXTENT_MAGIC = 0xF30A;
  private static final int LONGEST_WRITTEN = 32768;
  private static final int SECTOR_BITS = 9;

  /** What an ordinary file may have beside EXTENTS: flags that say nothing of its form. */
  private static final int HARMLESS =
      (int)
          (FileFlag.SECRM.bit()
              | FileFlag.UNRM.bit()
              | FileFlag.SYNC.bit()
              | FileFlag.IMMUTABLE.bit()
              | FileFlag.APPEND.bit()
              | FileFlag.NODUMP.bit()
              | FileFlag.NOATIME.bit()
              | FileFlag.NOTAIL.bit()
              | FileFlag.JOURNAL_DATA.bit());

  private final boolean possible;
  private final boolean checksums;
  private final int inodeSize;
  private final int blockBits;
  private final long firstBlock;
  private final long blockCount;
  private final InodeSum sum;

  private final long[] physical = new long[MOST_EXTENTS];
  private final int[] lengths = new int[MOST_EXTENTS];
  private int extentCount;

  /** Recognises those of one file system. */
  public PlainFile(Geometry geometry) {
    this.possible =
        geometry.features().has(IncompatFeature.EXTENTS)
            && geometry.clusterRatio() == 1
            && !geometry.features().has(RoCompatFeature.QUOTA); // whose usage is counted
    this.checksums = geometry.hasMetadataChecksums();
    this.inodeSize = geometry.inodeSize();
    this.blockBits = geometry.blockSizeBits();
    this.firstBlock = Math.max(geometry.firstDataBlock(), 1);
    this.blockCount = geometry.blockCount();
    this.sum = new InodeSum(geometry);
  }

  /**
   * Whether an inode is such a file, and nothing is wrong with it that it shows by itself.
   *
   * @param table bytes of an inode table
   * @param at where the inode begins
   */
  public boolean read(byte[] table, int at, long number) {
    if (!possible
        || (u16(table, at + I_MODE.offset()) & TYPE) != REGULAR
        || u16(table, at + I_LINKS_COUNT.offset()) == 0
        || i32(table, at + I_DTIME.offset()) != 0
        || (i32(table, at + I_FLAGS.offset()) & ~HARMLESS) != (int) FileFlag.EXTENTS.bit()
        || i32(table, at + I_FILE_ACL_LO.offset()) != 0
        || u16(table, at + I_FILE_ACL_HIGH.offset()) != 0
        || i32(table, at + I_OBSO_FADDR.offset()) != 0
        || i32(table, at + I_SIZE_HIGH.offset()) != 0
        || i32(table, at + I_SIZE_LO.offset()) < 0
        || u16(table, at + I_BLOCKS_HIGH.offset()) != 0) {
      return false;
    }
    return isWithoutAttributes(table, at)
        && areExtentsRight(table, at)
        && (!checksums || sum.isRight(table, at, number));
  }

  private boolean isWithoutAttributes(byte[] table, int at) {
    if (inodeSize == InodeView.BASE_SIZE) {
      return true;
    }
    int extra = u16(table, at + I_EXTRA_ISIZE.offset());
    int start = InodeView.BASE_SIZE + extra;
    return (extra & 3) == 0
        && start <= inodeSize
        && (start + Integer.BYTES > inodeSize || i32(table, at + start) == 0);
  }

  private boolean areExtentsRight(byte[] table, int at) {
    int header = at + I_BLOCK.offset();
    int count = u16(table, header + 2);
    if (u16(table, header) != EXTENT_MAGIC
        || count > MOST_EXTENTS
        || u16(table, header + 4) != MOST_EXTENTS
        || u16(table, header + 6) != 0) {
      return false;
    }
    long next = 0;
    long blocks = 0;
    long lastWritten = -1;
    int entry = header + HEADER_SIZE;
    for (int i = 0; i < count; i++, entry += ENTRY_SIZE) {
      int raw = u16(table, entry + 4);
      int length = raw <= LONGEST_WRITTEN ? raw : raw - LONGEST_WRITTEN;
      long from = i32(table, entry) & 0xFFFFFFFFL;
      long first =
          (i32(table, entry + 8) & 0xFFFFFFFFL) | (long) u16(table, entry + 6) << Integer.SIZE;
      if (length == 0
          || from < next
          || from + length > 1L << Integer.SIZE
          || first < firstBlock
          || first + length > blockCount) {
        return false;
      }
      next = from + length;
      blocks += length;
      if (raw <= LONGEST_WRITTEN) {
        lastWritten = next - 1;
      }
      physical[i] = first;
      lengths[i] = length;
    }
    extentCount = count;
    return (i32(table, at + I_BLOCKS_LO.offset()) & 0xFFFFFFFFL)
            == blocks << (blockBits - SECTOR_BITS)
        && lastWritten << blockBits <= i32(table, at + I_SIZE_LO.offset());
  }

  /** {@code i_mode} of an inode in a table. */
  public static int mode(byte[] table, int at) {
    return u16(table, at + I_MODE.offset());
  }

  /** {@code i_links_count} of an inode in a table. */
  public static int linkCount(byte[] table, int at) {
    return u16(table, at + I_LINKS_COUNT.offset());
  }

  /** Extents of the file that was read last. */
  public int extentCount() {
    return extentCount;
  }

  /** Where extent {@code i} begins on the file system. */
  public long physicalBlock(int i) {
    return physical[i];
  }

  /** Blocks of extent {@code i}. */
  public int blockCount(int i) {
    return lengths[i];
  }
}
