package dev.ext4j.fs;

import java.util.List;

/**
 * What punching a hole would change: the answer of {@code --dry-run}.
 *
 * @param byteOffset where the hole begins
 * @param byteCount its length as asked for
 * @param firstLogicalBlock first block that would be removed
 * @param logicalBlockEnd block after the last one that would be removed; equal to the first if none
 * @param removed allocated pieces that would go, in order; more than a million are cut off
 * @param removedBlocks how many allocated blocks that are, in all
 * @param zeroedEdges byte ranges, as start and count, that would be overwritten with zeros
 * @param changedBlocks blocks of the file system that would be rewritten, with what each one is
 * @param freedTreeBlocks blocks of the mapping tree that would be freed
 */
public record PunchPlan(
    long byteOffset,
    long byteCount,
    long firstLogicalBlock,
    long logicalBlockEnd,
    List<Piece> removed,
    long removedBlocks,
    List<ByteRange> zeroedEdges,
    List<ChangedBlock> changedBlocks,
    List<Long> freedTreeBlocks) {
  /** An allocated run inside the hole. */
  public record Piece(long logicalBlock, long physicalBlock, long blockCount, boolean unwritten) {}

  /** A run of bytes of the file. */
  public record ByteRange(long byteOffset, long byteCount) {}

  /** A block that would be rewritten: for example "block bitmap of group 3". */
  public record ChangedBlock(long physicalBlock, String what) {}
}
