package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A view of the header of an attribute block ({@code struct ext4_xattr_header}). Inodes with equal
 * extended attributes can share one block. The header counts the inodes that use the block.
 */
public final class XattrBlock {
  static final Field.U32 H_MAGIC = new Field.U32("h_magic", 0x0);
  static final Field.U32 H_REFCOUNT = new Field.U32("h_refcount", 0x4);
  static final Field.U32 H_BLOCKS = new Field.U32("h_blocks", 0x8);
  static final Field.U32 H_HASH = new Field.U32("h_hash", 0xC);
  static final Field.U32 H_CHECKSUM = new Field.U32("h_checksum", 0x10);
  static final Field.Bytes H_RESERVED = new Field.Bytes("h_reserved", 0x14, 12);
  static final Field.Layout LAYOUT =
      new Field.Layout(
          "ext4_xattr_header",
          32,
          List.of(H_MAGIC, H_REFCOUNT, H_BLOCKS, H_HASH, H_CHECKSUM, H_RESERVED));

  static final long MAGIC = 0xEA020000L;

  private final ByteBuffer bytes;
  private final Geometry geometry;
  private final long blockNumber;

  private XattrBlock(ByteBuffer bytes, Geometry geometry, long blockNumber) {
    this.bytes = bytes;
    this.geometry = geometry;
    this.blockNumber = blockNumber;
  }

  /**
   * Creates a view of a block. A write to the view changes the block.
   *
   * @param where the name of the block's owner in messages
   * @throws CorruptionException with XATTR, if the block is not an attribute block; with
   *     XATTR_CHECKSUM, if its checksum does not match
   */
  public static XattrBlock of(ByteBuffer block, Geometry geometry, long blockNumber, String where)
      throws CorruptionException {
    if (H_MAGIC.get(block) != MAGIC || H_BLOCKS.get(block) != 1) {
      throw new CorruptionException(Kind.XATTR, where + ": not a block of extended attributes");
    }
    XattrBlock view = new XattrBlock(block, geometry, blockNumber);
    if (geometry.hasMetadataChecksums() && (int) H_CHECKSUM.get(block) != view.checksum()) {
      throw new CorruptionException(
          Kind.XATTR_CHECKSUM, where + ": checksum of block " + blockNumber + " does not match");
    }
    return view;
  }

  /** Returns the number of inodes that use the block. */
  public long referenceCount() {
    return H_REFCOUNT.get(bytes);
  }

  /** Sets the number of inodes that use the block. */
  public void setReferenceCount(long count) {
    H_REFCOUNT.set(bytes, count);
  }

  /** Updates the checksum after changes. */
  public void seal() {
    if (geometry.hasMetadataChecksums()) {
      H_CHECKSUM.set(bytes, checksum() & 0xFFFFFFFFL);
    }
  }

  private int checksum() {
    int field = H_CHECKSUM.offset();
    return Crc32c.from(geometry.checksumSeed())
        .addLong(blockNumber)
        .add(bytes, 0, field)
        .addZeros(H_CHECKSUM.width())
        .add(bytes, field + H_CHECKSUM.width(), bytes.capacity())
        .value();
  }
}
