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
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The block bitmap of one group. It has a bit for each cluster, which is set if the cluster is
 * allocated. The checksum of the bitmap is stored in the group's descriptor.
 */
public final class BlockBitmap {
  private static final long VERIFIED = 1L << 62;

  private final @Nullable CachedBlock block;
  private final ByteBuffer bits;

  private BlockBitmap(CachedBlock block) {
    this.block = block;
    this.bits = block.bytes();
  }

  private BlockBitmap(ByteBuffer bits) {
    this.block = null;
    this.bits = bits;
  }

  /**
   * Returns the bitmap that a group would get if its bitmap were initialised now. Nothing on disk
   * or in the cache changes. The result is for reading only.
   */
  public static BlockBitmap planned(Geometry geometry, MetadataZones zones, int group) {
    ByteBuffer bits = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    BlockBitmap bitmap = new BlockBitmap(bits);
    bitmap.markUnusable(geometry, zones, group);
    return bitmap;
  }

  /**
   * Returns the block bitmap of a group. The descriptor must mark the bitmap as initialised.
   *
   * @throws CorruptionException with BLOCK_BITMAP_CHECKSUM if the checksum of the bitmap does not
   *     match
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
   * Initialises the bitmap of a group. Sets the bits of clusters that contain metadata, and the
   * bits beyond the end of the group.
   */
  public static BlockBitmap initialize(
      BlockCache cache,
      Geometry geometry,
      MetadataZones zones,
      GroupDescriptorView descriptor,
      BlockChanges changes)
      throws IOException {
    // The block is read before it is zeroed, because undoing the handle must restore, in memory,
    // the content that the block has on disk.
    CachedBlock block = cache.get(descriptor.blockBitmapBlock());
    changes.declare(block, BlockRole.ALLOCATION);
    block.restore(new byte[geometry.blockSize()]);
    BlockBitmap bitmap = new BlockBitmap(block);
    bitmap.markUnusable(geometry, zones, descriptor.group());
    block.setVerifiedAs(VERIFIED | descriptor.group());
    return bitmap;
  }

  private void markUnusable(Geometry geometry, MetadataZones zones, int group) {
    int clusters = geometry.clustersIn(group);
    for (int cluster = 0; cluster < clusters; cluster++) {
      long start = geometry.groupStart(group) + ((long) cluster << geometry.clusterRatioBits());
      if (zones.touches(start, geometry.clusterRatio())) {
        set(cluster);
      }
    }
    set(clusters, 8 * geometry.blockSize() - clusters);
  }

  /** Declares that the bitmap is about to be changed. */
  public void declare(BlockChanges changes) {
    changes.declare(Objects.requireNonNull(block), BlockRole.ALLOCATION);
  }

  /** Stores the checksum of the changed bitmap in the group's descriptor. */
  public void seal(GroupDescriptorView descriptor) {
    descriptor.setBlockBitmapChecksum(bits);
  }

  /** Returns whether a cluster is allocated. */
  public boolean isSet(int cluster) {
    return (bits.get(cluster >> 3) & 1 << (cluster & 7)) != 0;
  }

  /** Returns whether all clusters of a run are allocated. */
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

  /** Marks a cluster as allocated. */
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

  /** Marks a run of clusters as allocated. */
  public void set(int first, int count) {
    int end = first + count;
    for (int at = first; at < end; ) {
      if ((at & 63) == 0 && end - at >= 64) {
        bits.putLong(at >> 3, -1L);
        at += 64;
      } else {
        set(at);
        at++;
      }
    }
  }

  /**
   * Returns the bits of 64 clusters, starting at cluster {@code 64 * index}. A bit is set if its
   * cluster is allocated.
   */
  public long word(int index) {
    return bits.getLong(index * Long.BYTES);
  }
}
