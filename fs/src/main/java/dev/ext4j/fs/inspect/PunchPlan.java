package dev.ext4j.fs.inspect;

import java.util.List;

/**
 * The changes that punching a hole would make. It is the result of {@code --dry-run}.
 *
 * @param byteOffset first byte of the hole
 * @param byteCount length of the hole in bytes, as requested
 * @param firstLogicalBlock first logical block that would be removed
 * @param logicalBlockEnd logical block after the last one that would be removed; equal to {@code
 *     firstLogicalBlock} if no block would be removed
 * @param removed allocated runs that would be removed, in order; runs after the first million are
 *     left out
 * @param removedBlocks total number of allocated blocks that would be removed
 * @param zeroedEdges byte ranges that would be overwritten with zeros
 * @param changedBlocks blocks of the file system that would be rewritten, each with a description
 * @param freedTreeBlocks blocks of the extent tree or block map that would be freed
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

  /** A block that would be rewritten, with a description, for example "block bitmap of group 3". */
  public record ChangedBlock(long physicalBlock, String what) {}
}
