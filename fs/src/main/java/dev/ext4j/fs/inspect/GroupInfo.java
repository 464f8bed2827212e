package dev.ext4j.fs.inspect;

import java.io.IOException;
import java.util.List;

/**
 * A block group as its descriptor describes it.
 *
 * @param group the number of the group
 * @param firstBlock the first block of the group
 * @param lastBlock the last block of the group
 * @param superblock the block with a copy of the superblock, or -1 if the group has none
 * @param descriptors the blocks with group descriptors
 * @param reserved the blocks reserved for group descriptors
 * @param blockBitmap the block of the block bitmap
 * @param inodeBitmap the block of the inode bitmap
 * @param inodeTable the blocks of the inode table
 * @param flags the flags in the spelling of the kernel, for example "INODE_ZEROED"
 * @param freeBlockCount the number of free blocks; free clusters count with all their blocks
 * @param freeInodeCount the number of free inodes
 * @param directoryCount the number of directories
 * @param unusedInodeCount the number of inodes at the end of the table that were never used
 * @param checksum {@code bg_checksum}
 * @param problems the contradictions that were found, for example a checksum that does not match
 */
public record GroupInfo(
    int group,
    long firstBlock,
    long lastBlock,
    long superblock,
    Run descriptors,
    Run reserved,
    long blockBitmap,
    long inodeBitmap,
    Run inodeTable,
    List<String> flags,
    long freeBlockCount,
    long freeInodeCount,
    long directoryCount,
    long unusedInodeCount,
    int checksum,
    List<String> problems) {
  /** Copies the lists. */
  public GroupInfo {
    flags = List.copyOf(flags);
    problems = List.copyOf(problems);
  }

  /**
   * A run of blocks.
   *
   * @param first the first block
   * @param count the number of blocks; 0 for an empty run
   */
  public record Run(long first, long count) {
    /** The empty run. */
    public static final Run NONE = new Run(0, 0);

    /** Returns the last block of a run that is not empty. */
    public long last() {
      return first + count - 1;
    }
  }

  /** A receiver of groups. */
  @FunctionalInterface
  public interface Visitor {
    /** Receives a group. Groups come in ascending order. */
    void group(GroupInfo group) throws IOException;
  }
}
