package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.fsck.table.Memory;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The state that the passes share.
 *
 * @param image the file system that is checked
 * @param memory the memory for tables
 * @param groups the group descriptors
 * @param claims the claims of blocks
 * @param notes the type, link count, name count and flags of each inode
 * @param xattrs the extended attributes that inodes share
 * @param usage the usage of users, groups and projects; collected only with the feature quota
 * @param statistics the statistics
 * @param resizeReserve the blocks that the resize inode maps, if all its pointers are correct
 * @param orphans the inodes that the next mount deletes or truncates; empty unless the state after
 *     a replay of the journal is checked
 * @param log the problems
 */
public record FsckState(
    CheckedImage image,
    Memory memory,
    Groups groups,
    BlockClaims claims,
    InodeNotes notes,
    XattrBlocks xattrs,
    QuotaUsage usage,
    Counts statistics,
    AtomicReference<@Nullable ResizeReserve> resizeReserve,
    Set<Long> orphans,
    ProblemLog log) {
  /**
   * Creates the state before the first pass. Claims the metadata, and reports metadata that
   * overlaps.
   */
  public static FsckState of(CheckedImage image, Memory memory, Groups groups, ProblemLog log) {
    Geometry geometry = image.geometry();
    return new FsckState(
        image,
        memory,
        groups,
        new BlockClaims(image, memory, MetadataMap.of(image, groups, log)),
        new InodeNotes(geometry.inodeCount(), memory),
        new XattrBlocks(),
        new QuotaUsage(),
        new Counts(geometry.groupCount()),
        new AtomicReference<>(),
        new HashSet<>(),
        log);
  }

  /** Returns the group of an inode. */
  public int groupOf(long inode) {
    return (int) ((inode - 1) / image.geometry().inodesPerGroup());
  }

  /** Returns whether an inode is one of the {@link #orphans}. */
  public boolean isOrphan(long inode) {
    return !orphans.isEmpty() && orphans.contains(inode);
  }
}
