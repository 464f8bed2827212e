package dev.ext4j.fs.fsck.state;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.fs.fsck.table.BlockSet;
import dev.ext4j.fs.fsck.table.Memory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The blocks that metadata and inodes claim: the blocks in use, and the blocks claimed more than
 * once.
 */
public final class BlockClaims {
  /**
   * The largest number of entries that are followed in nodes that were claimed before. The limit
   * ends the walk through mapping trees that share nodes.
   */
  private static final long MOST_REPEATED_ENTRIES = 25_000_000;

  /**
   * The largest number of directory blocks that are checked again although they were claimed
   * before.
   */
  private static final long MOST_REPEATED_BLOCKS = 1_000_000;

  /**
   * The largest number of entries that are read without a claim, in nodes that no inode has claimed
   * yet or that several inodes have claimed.
   */
  private static final long MOST_LOOKS = 100_000_000;

  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong repeatedEntries = new AtomicLong();
  private final AtomicLong repeatedBlocks = new AtomicLong();
  private final BlockSet used;
  private final BlockSet repeated;
  private final MetadataMap metadata;
  private final int entriesOfNode;

  BlockClaims(CheckedImage image, Memory memory, MetadataMap metadata) {
    this.used = new BlockSet(image.geometry(), memory);
    this.repeated = new BlockSet(image.geometry(), memory);
    this.metadata = metadata;
    this.entriesOfNode = image.geometry().blockSize() / Integer.BYTES; // an upper limit
    metadata.addTo(used);
  }

  /**
   * Claims blocks, which must be inside the file system.
   *
   * @return the number of clusters of these blocks that were claimed before
   */
  @CanIgnoreReturnValue
  public long claim(long first, long count) {
    return used.add(first, count, repeated);
  }

  /**
   * Returns whether blocks that were claimed before should be checked again, as blocks of another
   * directory.
   */
  public boolean mayRepeat(long count) {
    return repeatedBlocks.addAndGet(count) <= MOST_REPEATED_BLOCKS;
  }

  /**
   * Claims a block that points to other blocks.
   *
   * @return whether the blocks to which it points should be walked
   */
  public boolean claimNode(long block) {
    return used.add(block, 1, repeated) == 0
        || repeatedEntries.addAndGet(entriesOfNode) <= MOST_REPEATED_ENTRIES;
  }

  /**
   * Returns whether the blocks that a block points to should be walked without claiming them. A
   * block that a single inode has claimed is walked no more often than that inode. For all other
   * blocks the number of walks is limited.
   */
  public boolean mayLook(long block) {
    return (used.contains(block) && !repeated.contains(block))
        || looks.addAndGet(entriesOfNode) <= MOST_LOOKS;
  }

  /** Returns the blocks in use. */
  public BlockSet used() {
    return used;
  }

  /** Returns the blocks claimed more than once. */
  public BlockSet repeated() {
    return repeated;
  }

  /** Returns the blocks of the file system itself. */
  public MetadataMap metadata() {
    return metadata;
  }
}
