package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.InodeFields.*;

import dev.ext4j.fs.model.FileFlag;

/**
 * A detector of plain files, which are the most common kind of inode. A plain file is a regular
 * file with all its extents in the inode, and without extended attributes or unusual features. The
 * detector works on plain arrays and takes a few hundred instructions for an inode. The speed of a
 * scan of millions of inodes depends on it.
 */
public final class PlainFile {
  private static final int MOST_EXTENTS = 4;
  private static final int REGULAR = 0x8000;
  private static final int TYPE = 0xF000;
  private static final int HEADER_WORDS = 3;
  private static final int ENTRY_WORDS = 3;
  private static final int EXTENT_MAGIC = 0xF30A;
  private static final int LONGEST_WRITTEN = 32768;
  private static final int SECTOR_BITS = 9;

  // Indexes of 32-bit words of an inode. If a word contains two fields, a comment names the halves
  // that are used.
  private static final int SIZE = I_SIZE_LO.offset() >> 2;
  private static final int DELETION_TIME = I_DTIME.offset() >> 2;
  private static final int SECTORS = I_BLOCKS_LO.offset() >> 2;
  private static final int FLAGS = I_FLAGS.offset() >> 2;
  private static final int MAP = I_BLOCK.offset() >> 2;
  private static final int ATTRIBUTES = I_FILE_ACL_LO.offset() >> 2;
  private static final int SIZE_HIGH = I_SIZE_HIGH.offset() >> 2;
  private static final int FRAGMENT = I_OBSO_FADDR.offset() >> 2;
  private static final int UPPER_HALVES = I_BLOCKS_HIGH.offset() >> 2; // and i_file_acl_high
  private static final int EXTRA_SIZE = I_EXTRA_ISIZE.offset() >> 2; // in the lower half

  private static final int EXTENTS = (int) FileFlag.EXTENTS.bit();

  /**
   * The flags other than EXTENTS that a plain file may have, because they do not affect its
   * structure.
   */
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

  /** Creates a detector for the files of one file system. */
  public PlainFile(Geometry geometry) {
    this.possible =
        geometry.features().has(IncompatFeature.EXTENTS)
            && geometry.clusterRatio() == 1
            // With quota, fsck counts the usage of each file, which this class does not do.
            && !geometry.features().has(RoCompatFeature.QUOTA);
    this.checksums = geometry.hasMetadataChecksums();
    this.inodeSize = geometry.inodeSize();
    this.blockBits = geometry.blockSizeBits();
    this.firstBlock = Math.max(geometry.firstDataBlock(), 1);
    this.blockCount = geometry.blockCount();
    this.sum = new InodeSum(geometry);
  }

  /**
   * Reads an inode. Returns whether the inode is a plain file and has no error that can be found
   * without reading other blocks.
   *
   * @param at the start of the inode in the table, in bytes
   */
  public boolean read(InodeTable table, int at, long number) {
    int[] words = table.words;
    int inode = at >> 2;
    if (!possible
        || (table.mode(at) & TYPE) != REGULAR
        || table.linkCount(at) == 0
        || words[inode + DELETION_TIME] != 0
        || (words[inode + FLAGS] & ~HARMLESS) != EXTENTS
        || words[inode + ATTRIBUTES] != 0
        || words[inode + SIZE_HIGH] != 0
        || words[inode + FRAGMENT] != 0
        || words[inode + UPPER_HALVES] != 0
        || words[inode + SIZE] < 0) {
      return false;
    }
    return isWithoutAttributes(words, inode)
        && areExtentsRight(words, inode)
        && (!checksums || sum.isRight(table.bytes, at, number));
  }

  private boolean isWithoutAttributes(int[] words, int inode) {
    if (inodeSize == InodeView.BASE_SIZE) {
      return true;
    }
    int extra = words[inode + EXTRA_SIZE] & 0xFFFF;
    int start = InodeView.BASE_SIZE + extra;
    return (extra & 3) == 0
        && start <= inodeSize
        && (start == inodeSize || words[inode + (start >> 2)] == 0);
  }

  private boolean areExtentsRight(int[] words, int inode) {
    int header = inode + MAP;
    int count = words[header] >>> 16;
    if ((words[header] & 0xFFFF) != EXTENT_MAGIC
        || count > MOST_EXTENTS
        || words[header + 1] != MOST_EXTENTS) { // the depth in the upper half is 0
      return false;
    }
    long next = 0;
    long blocks = 0;
    long lastWritten = -1;
    int entry = header + HEADER_WORDS;
    for (int i = 0; i < count; i++, entry += ENTRY_WORDS) {
      int upper = words[entry + 1];
      int raw = upper & 0xFFFF;
      int length = raw <= LONGEST_WRITTEN ? raw : raw - LONGEST_WRITTEN;
      long from = words[entry] & 0xFFFFFFFFL;
      long first = (words[entry + 2] & 0xFFFFFFFFL) | (long) (upper >>> 16) << Integer.SIZE;
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
    return (words[inode + SECTORS] & 0xFFFFFFFFL) == blocks << (blockBits - SECTOR_BITS)
        && lastWritten << blockBits <= words[inode + SIZE];
  }

  /** Returns the number of extents of the file that was read last. */
  public int extentCount() {
    return extentCount;
  }

  /** Returns the first physical block of extent {@code i}. */
  public long physicalBlock(int i) {
    return physical[i];
  }

  /** Returns the length of extent {@code i} in blocks. */
  public int blockCount(int i) {
    return lengths[i];
  }
}
