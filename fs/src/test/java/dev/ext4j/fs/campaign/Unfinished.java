package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Work that a crash has left to be done in an image: a replay, or orphans. A refused opening for
 * writing has written nothing, unless it had begun this work and then met damage.
 */
final class Unfinished {
  private static final int NEEDS_RECOVERY = 4;
  private static final int ERRORS = 2;
  private static final int ORPHAN_PRESENT = 0x10000;

  private Unfinished() {}

  /** Returns whether an opening that fails with {@code failure} may have written before. */
  static boolean mayBeWrittenTo(BlockDevice device, @Nullable IOException failure)
      throws IOException {
    if (failure instanceof CommitFailedException commit
        && commit.outcome() == CommitFailedException.Outcome.AS_BEFORE) {
      return true; // the bytes written were the same as before
    }
    ByteBuffer superblock = superblock(device);
    if ((superblock.getInt(0x60) & NEEDS_RECOVERY) != 0) {
      return true;
    }
    return hasOrphans(superblock)
        && failure instanceof CorruptionException corrupt
        && isOfContent(corrupt);
  }

  /** Returns whether an image has unfinished work. A checking e2fsck does not do it either. */
  static boolean is(BlockDevice device) throws IOException {
    ByteBuffer superblock = superblock(device);
    return hasOrphans(superblock) || (superblock.getInt(0x60) & NEEDS_RECOVERY) != 0;
  }

  /** Returns whether orphans are left for e2fsck, because the superblock records errors. */
  static boolean isLeftForRepair(BlockDevice device) throws IOException {
    ByteBuffer superblock = superblock(device);
    return hasOrphans(superblock) && (superblock.getShort(0x3A) & ERRORS) != 0;
  }

  private static ByteBuffer superblock(BlockDevice device) throws IOException {
    ByteBuffer superblock = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(1024, superblock);
    return superblock;
  }

  private static boolean hasOrphans(ByteBuffer superblock) {
    return superblock.getInt(0xE8) != 0 || (superblock.getInt(0x64) & ORPHAN_PRESENT) != 0;
  }

  /**
   * Returns whether the damage is in the blocks below an inode, in a block bitmap or in a group
   * descriptor. None of these is checked before the first change.
   */
  private static boolean isOfContent(CorruptionException corrupt) {
    return switch (corrupt.kind()) {
      case GROUP_DESCRIPTOR,
          EXTENT_NODE,
          EXTENT_NODE_CHECKSUM,
          EXTENT_ORDER,
          EXTENT_DEPTH,
          INDIRECT_BLOCK,
          BLOCK_OUT_OF_RANGE,
          BLOCK_IS_METADATA,
          BLOCK_ALREADY_FREE,
          BLOCK_BITMAP,
          BLOCK_BITMAP_CHECKSUM ->
          true;
      default -> false;
    };
  }
}
