package dev.ext4j.fs.extent;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.Remembered;
import java.nio.ByteBuffer;

/** What a mapping needs of its inode, which remembers what the blocks of the mapping say. */
public interface MappingRoot extends Remembered {
  /** The inode's number, for messages. */
  long inodeNumber();

  /** The 60 bytes of {@code i_block}, little-endian; written to only between the next two calls. */
  ByteBuffer area();

  /** Announces a change of the area or of the block count. */
  void declare(Handle handle);

  /** Makes the inode's checksum right again after a change. */
  void seal();

  /**
   * Adds to {@code i_blocks}, in units of 512 bytes; negative when blocks are freed.
   *
   * @throws CorruptionException INODE if it counts fewer blocks than are freed
   */
  void addSectors(long delta) throws CorruptionException;

  /** Register that the checksums of the inode's own blocks start from. */
  int checksumSeed();
}
