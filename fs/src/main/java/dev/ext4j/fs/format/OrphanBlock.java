package dev.ext4j.fs.format;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A view of one block of the orphan file. The block holds slots for 32-bit inode numbers, and then
 * a {@code struct ext4_orphan_block_tail}. The number 0 marks a free slot.
 */
public final class OrphanBlock {
  static final Field.U32 OB_MAGIC = new Field.U32("ob_magic", 0x0);
  static final Field.U32 OB_CHECKSUM = new Field.U32("ob_checksum", 0x4);
  static final Field.Layout LAYOUT =
      new Field.Layout("ext4_orphan_block_tail", 8, List.of(OB_MAGIC, OB_CHECKSUM));

  private static final long MAGIC = 0x0B10CA04;
  private static final int ENTRY_SIZE = 4;

  private final ByteBuffer bytes;
  private final Geometry geometry;
  private final int tail;

  /** Creates a view of a whole block. A write to the view changes the block. */
  public OrphanBlock(ByteBuffer block, Geometry geometry) {
    this.bytes = block;
    this.geometry = geometry;
    this.tail = geometry.blockSize() - LAYOUT.size();
  }

  /** Returns the number of slots for inode numbers in a block. */
  public static int capacity(Geometry geometry) {
    return (geometry.blockSize() - LAYOUT.size()) / ENTRY_SIZE;
  }

  /** Returns the inode number in a slot, or 0 if the slot is free. */
  public long inodeNumber(int place) {
    return bytes.getInt(place * ENTRY_SIZE) & 0xFFFFFFFFL;
  }

  /** Frees a slot. */
  public void clear(int place) {
    bytes.putInt(place * ENTRY_SIZE, 0);
  }

  /** Returns whether the tail has the magic number of orphan file blocks. */
  public boolean isMagicValid() {
    return OB_MAGIC.get(bytes, tail) == MAGIC;
  }

  /**
   * Returns whether the checksum of the block matches. Returns true if the file system has no such
   * checksums.
   *
   * @param inodeSeed the {@link InodeView#checksumSeed} of the orphan file
   * @param blockNumber the number of the physical block
   */
  public boolean isChecksumValid(int inodeSeed, long blockNumber) {
    return !geometry.hasMetadataChecksums()
        || (int) OB_CHECKSUM.get(bytes, tail) == checksum(inodeSeed, blockNumber);
  }

  /** Updates the checksum after changes. The arguments are those of {@link #isChecksumValid}. */
  public void seal(int inodeSeed, long blockNumber) {
    if (geometry.hasMetadataChecksums()) {
      OB_CHECKSUM.set(bytes, tail, checksum(inodeSeed, blockNumber) & 0xFFFFFFFFL);
    }
  }

  private int checksum(int inodeSeed, long blockNumber) {
    return Crc32c.from(inodeSeed).addLong(blockNumber).add(bytes, 0, tail).value();
  }
}
