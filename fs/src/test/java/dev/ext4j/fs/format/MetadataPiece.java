package dev.ext4j.fs.format;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A structure of an image: its place, and how its checksum is compared and made valid.
 *
 * @param what the name for messages
 * @param check compares the checksum of bytes read at this place
 * @param seal makes the checksum valid
 */
public record MetadataPiece(
    Kind kind, String what, long byteOffset, int byteCount, Check check, Seal seal) {
  /** The kinds of structures. */
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
    /** A block of the file system, as a copy in the log. */
    LOGGED_BLOCK
  }

  /** A comparison of a checksum. */
  public interface Check {
    /** Returns whether the checksum is valid. */
    boolean matches(ByteBuffer bytes) throws CorruptionException;
  }

  /** A way to make a checksum valid, in the bytes or where else it is stored. */
  public interface Seal {
    /** Makes the checksum valid, in the bytes or on the device. */
    void seal(ByteBuffer bytes, BlockDevice device) throws IOException;
  }

  /** Reads the structure into a little-endian buffer. */
  public ByteBuffer read(BlockDevice device) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(byteCount).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(byteOffset, bytes);
    return bytes.rewind();
  }

  /** Writes the structure. */
  public void write(BlockDevice device, ByteBuffer bytes) throws IOException {
    device.writeFully(byteOffset, bytes.duplicate().rewind());
  }

  /** Returns whether the checksum matches and no damage was found. */
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
