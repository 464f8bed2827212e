package dev.ext4j.fs.fsck;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.atomic.AtomicLong;

/** Who claims which blocks: all that are in use, and those that more than one claims. */
final class BlockClaims {
  /**
   * Entries of nodes claimed before that are followed again: trees woven into each other end
   * somewhere.
   */
  private static final long MOST_REPEATED_ENTRIES = 25_000_000;

  /** Likewise for blocks of directories. */
  private static final long MOST_REPEATED_BLOCKS = 1_000_000;

  /**
   * Likewise for entries that are looked at once more, or before anybody has claimed their node.
   */
  private static final long MOST_LOOKS = 100_000_000;

  private final AtomicLong looks = new AtomicLong();
  private final AtomicLong repeatedEntries = new AtomicLong();
  private final AtomicLong repeatedBlocks = new AtomicLong();
  private final BlockSet used;
  private final BlockSet repeated;
  private final MetadataMap metadata;
  private final int entriesOfNode;

  BlockClaims(Image image, Memory memory, MetadataMap metadata) {
    this.used = new BlockSet(image.geometry(), memory);
    this.repeated = new BlockSet(image.geometry(), memory);
    this.metadata = metadata;
    this.entriesOfNode = image.geometry().blockSize() / Integer.BYTES; // at most
    metadata.addTo(used);
  }

  /**
   * Claims blocks, which lie inside the file system.
   *
   * @return how many of them were claimed before
   */
  @CanIgnoreReturnValue
  long claim(long first, long count) {
    return used.add(first, count, repeated);
  }

  /** Whether blocks that were claimed before should be looked at once more, as those of others. */
  boolean mayRepeat(long count) {
    return repeatedBlocks.addAndGet(count) <= MOST_REPEATED_BLOCKS;
  }

  /**
   * Claims a block that leads to others.
   *
   * @return whether these should be looked at
   */
  boolean claimNode(long block) {
    return used.add(block, 1, repeated) == 0
        || repeatedEntries.addAndGet(entriesOfNode) <= MOST_REPEATED_ENTRIES;
  }

  /**
   * Whether what a block leads to should be looked at without claiming it. One that a single inode
   * has claimed is passed no more often than that inode is; any other a bounded number of times.
   */
  boolean mayLook(long block) {
    return (used.contains(block) && !repeated.contains(block))
        || looks.addAndGet(entriesOfNode) <= MOST_LOOKS;
  }

  /** All that are in use. */
  BlockSet used() {
    return used;
  }

  /** Those that more than one claims. */
  BlockSet repeated() {
    return repeated;
  }

  /** The blocks of the file system itself. */
  MetadataMap metadata() {
    return metadata;
  }
}
