package dev.ext4j.fs.fsck;

import dev.ext4j.fs.format.Geometry;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the passes hand on to each other.
 *
 * @param image what is checked
 * @param memory where tables lie
 * @param groups its descriptors
 * @param claims who claims which blocks
 * @param notes what is known of each inode
 * @param xattrs attributes that inodes share
 * @param usage what users, groups and projects use; kept only where there are quota files
 * @param statistics what was counted
 * @param resizeReserve what the inode for resizing maps, if that is in order to the last pointer
 * @param orphans inodes that the next mount deletes or cuts off, where these count as in use
 * @param log what is wrong
 */
record FsckState(
    Image image,
    Memory memory,
    Groups groups,
    BlockClaims claims,
    InodeNotes notes,
    XattrBlocks xattrs,
    QuotaUsage usage,
    FsckStatistics statistics,
    AtomicReference<@Nullable ResizeReserve> resizeReserve,
    Set<Long> orphans,
    ProblemLog log) {
  /** The state before the first pass: the metadata is claimed, where it overlaps reported. */
  static FsckState of(Image image, Memory memory, Groups groups, ProblemLog log) {
    Geometry geometry = image.geometry();
    return new FsckState(
        image,
        memory,
        groups,
        new BlockClaims(image, memory, MetadataMap.of(image, groups, log)),
        new InodeNotes(geometry.inodeCount(), memory),
        new XattrBlocks(),
        new QuotaUsage(),
        new FsckStatistics(geometry.groupCount()),
        new AtomicReference<>(),
        new HashSet<>(),
        log);
  }

  /** The group of an inode. */
  int groupOf(long inode) {
    return (int) ((inode - 1) / image.geometry().inodesPerGroup());
  }

  /** Whether an inode is one of the {@link #orphans}. */
  boolean isOrphan(long inode) {
    return !orphans.isEmpty() && orphans.contains(inode);
  }
}
