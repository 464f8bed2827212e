package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CorruptionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What a crash has left to be done in an image: a replay, or orphans. An opening for writing that
 * is refused has written nothing, unless it had begun with that and met damage on the way.
 */
final class Unfinished {
  private static final int NEEDS_RECOVERY = 4;
  private static final int ERRORS = 2;
  private static final int ORPHAN_PRESENT = 0x10000;

  private Unfinished() {}

  /** Whether an opening that fails so may have done something before. */
  static boolean mayBeWrittenTo(BlockDevice device, @Nullable IOException failure)
      throws IOException {
    if (failure instanceof CommitFailedException commit
        && commit.outcome() == CommitFailedException.Outcome.AS_BEFORE) {
      return true; // the same bytes as before
    }
    ByteBuffer superblock = superblock(device);
    if ((superblock.getInt(0x60) & NEEDS_RECOVERY) != 0) {
      return true;
    }
    return hasOrphans(superblock)
        && failure instanceof CorruptionException corrupt
        && isOfContent(corrupt);
  }

  /**
   * Whether there is anything of that kind, which e2fsck does not do either where it only looks.
   */
  static boolean is(BlockDevice device) throws IOException {
    ByteBuffer superblock = superblock(device);
    return hasOrphans(superblock) || (superblock.getInt(0x60) & NEEDS_RECOVERY) != 0;
  }

  /** Whether orphans are left alone, as the kernel has found errors: they are for e2fsck. */
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
   * Whether it is of what lies below an inode, or of what counts it, neither of which is looked at
   * before the first change.
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
