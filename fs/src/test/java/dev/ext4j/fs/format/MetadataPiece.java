package dev.ext4j.fs.format;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One structure of an image: where it lies, and how its checksum is compared and made right.
 *
 * @param what names it in a message
 * @param check whether bytes read there carry the right checksum
 * @param seal makes the checksum right
 */
public record MetadataPiece(
    Kind kind, String what, long byteOffset, int byteCount, Check check, Seal seal) {
  /** The kinds of structure. */
  public enum Kind {
    SUPERBLOCK,
    GROUP_DESCRIPTOR,
    BLOCK_BITMAP,
    INODE,
    EXTENT_NODE,
    INDIRECT_BLOCK,
    DIRECTORY_LEAF,
    HASH_TREE_BLOCK,
    XATTR_BLOCK,
    INODE_BITMAP,
    ORPHAN_BLOCK,
    LOG_SUPERBLOCK,
    /** A block of the log with a header. */
    LOG_BLOCK,
    /** A block of the file system as it lies in the log. */
    LOGGED_BLOCK
  }

  /** Compares a checksum. */
  public interface Check {
    /** Whether it is right. */
    boolean matches(ByteBuffer bytes) throws CorruptionException;
  }

  /** Makes a checksum right: in the bytes, or where else it is kept. */
  public interface Seal {
    /** Makes it right, in the bytes, or on the device. */
    void seal(ByteBuffer bytes, BlockDevice device) throws IOException;
  }

  /** Reads the structure, little-endian. */
  public ByteBuffer read(BlockDevice device) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(byteOffset, bytes);
    return bytes.rewind();
  }

  /** Writes the structure. */
  public void write(BlockDevice device, ByteBuffer bytes) throws IOException {
    device.writeFully(byteOffset, bytes.duplicate().rewind());
  }

  /** Whether the checksum matches and nothing else was found wrong. */
  boolean isIntact(ByteBuffer bytes) {
    try {
      return check.matches(bytes);
    } catch (CorruptionException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return what;
  }
}
