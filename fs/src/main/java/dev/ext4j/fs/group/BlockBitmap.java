package dev.ext4j.fs.group;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.journal.BlockChanges;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.FreedSpace;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The block bitmap of one group: a bit for each cluster, set where it is taken. Its checksum is
 * kept in the group's descriptor.
 */
public final class BlockBitmap {
  private static final long VERIFIED = 1L << 62;

  private final CachedBlock block;
  private final ByteBuffer bits;

  private BlockBitmap(CachedBlock block) {
    this.block = block;
    this.bits = block.bytes();
  }

  /**
   * The bitmap of a group whose descriptor says that it is initialised.
   *
   * @throws CorruptionException BLOCK_BITMAP_CHECKSUM
   */
  public static BlockBitmap read(BlockCache cache, GroupDescriptorView descriptor)
      throws IOException {
    CachedBlock block = cache.get(descriptor.blockBitmapBlock());
    if (!block.isVerifiedAs(VERIFIED | descriptor.group())) {
      if (!descriptor.isBlockBitmapChecksumValid(block.bytes())) {
        throw new CorruptionException(
            Kind.BLOCK_BITMAP_CHECKSUM,
            "block bitmap of group " + descriptor.group() + ": checksum does not match");
      }
      block.setVerifiedAs(VERIFIED | descriptor.group());
    }
    return new BlockBitmap(block);
  }

  /**
   * Makes the bitmap of a group that has none yet: metadata that lies in the group is taken, and so
   * is what lies behind its end.
   */
  public static BlockBitmap initialize(
      BlockCache cache,
      Geometry geometry,
      MetadataZones zones,
      GroupDescriptorView descriptor,
      BlockChanges changes)
      throws IOException {
    // Read, not just zeroed: should the handle fail, the block goes back to what is on disk.
    CachedBlock block = cache.get(descriptor.blockBitmapBlock());
    changes.declare(block, BlockRole.ALLOCATION);
    block.restore(new byte[geometry.blockSize()]);
    BlockBitmap bitmap = new BlockBitmap(block);
    int group = descriptor.group();
    int clusters = geometry.clustersIn(group);
    for (int cluster = 0; cluster < clusters; cluster++) {
      long start = geometry.groupStart(group) + ((long) cluster << geometry.clusterRatioBits());
      if (zones.touches(start, geometry.clusterRatio())) {
        bitmap.set(cluster);
      }
    }
    for (int bit = clusters; bit < 8 * geometry.blockSize(); bit++) {
      bitmap.set(bit);
    }
    block.setVerifiedAs(VERIFIED | group);
    return bitmap;
  }

  /** Announces a change. */
  public void declare(BlockChanges changes) {
    changes.declare(block, BlockRole.ALLOCATION);
  }

  /** Hands the checksum to the group's descriptor after changes. */
  public void seal(GroupDescriptorView descriptor) {
    descriptor.setBlockBitmapChecksum(bits);
  }

  /** Whether a cluster is taken. */
  public boolean isSet(int cluster) {
    return (bits.get(cluster >> 3) & 1 << (cluster & 7)) != 0;
  }

  /** Whether all of a run of clusters are taken. */
  public boolean isSet(int first, int count) {
    int end = first + count;
    for (int at = first; at < end; ) {
      if ((at & 63) == 0 && end - at >= 64) {
        if (bits.getLong(at >> 3) != -1L) {
          return false;
        }
        at += 64;
      } else {
        if (!isSet(at)) {
          return false;
        }
        at++;
      }
    }
    return true;
  }

  /** Marks a cluster as taken. */
  public void set(int cluster) {
    bits.put(cluster >> 3, (byte) (bits.get(cluster >> 3) | 1 << (cluster & 7)));
  }

  /** Marks all freed clusters of the group as free. */
  public void clear(FreedSpace.Group freed) {
    int words = Math.min(freed.wordCount(), bits.capacity() / 8);
    for (int i = 0; i < words; i++) {
      long word = freed.word(i);
      if (word != 0) {
        bits.putLong(i * 8, bits.getLong(i * 8) & ~word);
      }
    }
  }

  /** The first free cluster in {@code [from, to)}, -1 if all are taken. */
  public int nextClear(int from, int to) {
    for (int at = from; at < to; at++) {
      if ((at & 63) == 0 && to - at >= 64 && bits.getLong(at >> 3) == -1L) {
        at += 63;
      } else if (!isSet(at)) {
        return at;
      }
    }
    return -1;
  }
}
