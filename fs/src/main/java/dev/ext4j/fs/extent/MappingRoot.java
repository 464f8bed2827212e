package dev.ext4j.fs.extent;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.Remembered;
import java.nio.ByteBuffer;

/**
 * The inode as the root of a mapping. It also keeps state in memory that is derived from the blocks
 * of the mapping.
 */
public interface MappingRoot extends Remembered {
  /** Returns the number of the inode, for messages. */
  long inodeNumber();

  /**
   * Returns the 60 bytes of {@code i_block}, little-endian. They may be changed only between {@link
   * #declare} and {@link #seal}.
   */
  ByteBuffer area();

  /** Declares a change of the area or of the block count. */
  void declare(Handle handle);

  /** Updates the checksum of the inode after a change. */
  void seal();

  /**
   * Adds to {@code i_blocks}, in units of 512 bytes. The number is negative if blocks are freed.
   *
   * @throws CorruptionException with INODE if {@code i_blocks} would become negative
   */
  void addSectors(long delta) throws CorruptionException;

  /** Returns the start value for the checksums of blocks that belong to the inode. */
  int checksumSeed();
}
