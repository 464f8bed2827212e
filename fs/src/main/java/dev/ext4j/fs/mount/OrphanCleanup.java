package dev.ext4j.fs.mount;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.file.ContentCut;
import dev.ext4j.fs.file.InodeDeletion;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.inode.OrphanFile;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The completion of deletions and truncations that a crash interrupted. The inodes concerned are on
 * the orphan list or in the orphan file. An inode with a link is truncated to its size. An inode
 * without a link is deleted. The cleanup runs after the recovery of the journal and before any
 * other change.
 *
 * <p>All orphans are checked before the first change. Then all content is removed. After the
 * removal is durable, each inode is removed from the list and freed if it is to be deleted, both in
 * one transaction. Therefore, after a crash at any moment, each orphan is either completely
 * processed or still on the list, and another run has the same result. This is also true if
 * transactions are committed in place and {@code e2fsck} runs before the next cleanup.
 */
public final class OrphanCleanup {
  private static final int CREDITS =
      InodeDeletion.CREDITS + OrphanList.CREDITS + OrphanFile.CREDITS;

  private final Volume volume;
  private final InodeTable inodes;
  private final GroupTable groups;
  private final InodeAllocator allocator;
  private final OrphanList list;
  private final Tally tally = new Tally();

  /**
   * Creates a cleanup that has not run yet, for a file system that is open for writing and whose
   * journal is empty.
   */
  public OrphanCleanup(Volume volume) {
    this.volume = volume;
    this.inodes = volume.inodes();
    this.groups = volume.groups();
    this.allocator =
        new InodeAllocator(volume.geometry(), volume.cache(), volume.superblock(), groups);
    this.list = new OrphanList(volume.superblock(), inodes);
  }

  /**
   * The counts of the processed orphans.
   *
   * @param deletedCount the number of inodes deleted
   * @param truncatedCount the number of inodes truncated to their size
   * @param firstInodes the numbers of the first ten processed inodes, or of all if there are fewer
   * @param skipped whether there were orphans and none was processed. This is the case if errors
   *     are recorded in the superblock, because the bitmaps may be wrong. As in the kernel, these
   *     orphans are left to {@code e2fsck}.
   */
  public record Result(
      long deletedCount, long truncatedCount, List<Long> firstInodes, boolean skipped) {
    /** Copies the list. */
    public Result {
      firstInodes = List.copyOf(firstInodes);
    }

    /** Returns whether the file system had no orphan. */
    public boolean isNothing() {
      return deletedCount + truncatedCount == 0 && !skipped;
    }

    /** Returns a sentence for the user. */
    public String message() {
      if (skipped) {
        return "orphan inodes were left for e2fsck, as the file system has errors";
      }
      String more = deletedCount + truncatedCount > firstInodes.size() ? ", ..." : "";
      return "after a crash, "
          + deletedCount
          + " inodes without a name were deleted and "
          + truncatedCount
          + " cut down to their size: "
          + String.join(", ", firstInodes.stream().map(String::valueOf).toList())
          + more;
    }
  }

  /**
   * Processes all orphans and makes the changes durable. Writes nothing if there is no orphan.
   *
   * @throws CorruptionException with ORPHAN or another kind if a structure is damaged. If this is
   *     the list, the orphan file or one of the inodes, nothing has been written. If it is a
   *     mapping, a bitmap or a counter, the orphans that were not completely processed are still on
   *     the list or in the orphan file.
   * @throws UnsupportedFeatureException if an orphan uses ea_inode; nothing has been written
   */
  public Result run() throws IOException {
    SuperblockView superblock = volume.superblock().view();
    boolean inFile = superblock.features().has(RoCompatFeature.ORPHAN_PRESENT);
    if (list.first() == 0 && !inFile) {
      return tally.result(false);
    }
    if (superblock.hasErrors()) {
      return tally.result(true);
    }
    OrphanFile file = inFile ? openFile(superblock.orphanFileInode()) : null;
    check(file);
    try (Handle handle = volume.journal().start(1)) {
      volume.superblock().recountFree(handle, groups);
      handle.commit();
    }
    removeContents(file);
    volume.journal().commit();
    finishAll(file);
    volume.journal().commit();
    if (file != null) {
      clearPresent();
    }
    return tally.result(false);
  }

  private OrphanFile openFile(long number) throws IOException {
    if (number < 1 || number > volume.geometry().inodeCount() || !allocator.isTaken(number)) {
      throw new CorruptionException(
          Kind.ORPHAN, "inode " + number + " cannot be the orphan file, which is not empty");
    }
    return new OrphanFile(volume.geometry(), volume.cache(), inodes.get(number));
  }

  private void check(@Nullable OrphanFile file) throws IOException {
    OrphanVerdict check = new OrphanVerdict(volume, allocator);
    Set<Long> deleted = new HashSet<>();
    for (long number = list.first(); number != 0; ) {
      Inode inode = check.check(number);
      noteIfDeleted(inode, deleted);
      number = OrphanList.next(inode);
    }
    if (file != null) {
      for (int place = file.nextUsed(0); place >= 0; place = file.nextUsed(place + 1)) {
        noteIfDeleted(check.check(file.inodeNumber(place)), deleted);
      }
    }
    new NamedOrphans(volume, deleted).requireNone();
  }

  private static void noteIfDeleted(Inode inode, Set<Long> deleted) {
    if (isDeleted(inode)) {
      deleted.add(inode.inodeNumber());
    }
  }

  private void removeContents(@Nullable OrphanFile file) throws IOException {
    for (long number = list.first(); number != 0; ) {
      Inode inode = inodes.get(number);
      removeContent(inode);
      number = OrphanList.next(inode);
    }
    if (file != null) {
      for (int place = file.nextUsed(0); place >= 0; place = file.nextUsed(place + 1)) {
        removeContent(inodes.get(file.inodeNumber(place)));
      }
    }
  }

  private void removeContent(Inode inode) throws IOException {
    if (isDeleted(inode)) {
      deletion(inode).removeContent(ProgressListener.NONE);
    } else {
      try (RankedLock.Held inodeLock = inode.locks().inode().exclusive()) {
        new ContentCut(inode, volume).cutOrphan(inode.fields().size(), ProgressListener.NONE);
      }
    }
  }

  private void finishAll(@Nullable OrphanFile file) throws IOException {
    while (list.first() != 0) {
      Inode inode = inodes.get(list.first());
      finish(inode, handle -> list.remove(handle, inode));
    }
    if (file != null) {
      for (int place = file.nextUsed(0); place >= 0; place = file.nextUsed(place + 1)) {
        int named = place;
        finish(inodes.get(file.inodeNumber(place)), handle -> file.remove(handle, named));
      }
    }
  }

  /** A removal of an inode from the orphan list or the orphan file. */
  @FunctionalInterface
  private interface Removal {
    void remove(Handle handle) throws IOException;
  }

  private void finish(Inode inode, Removal removal) throws IOException {
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive();
        Handle handle = volume.journal().start(CREDITS)) {
      removal.remove(handle);
      if (isDeleted(inode)) {
        deletion(inode).release(handle);
      }
      handle.commit();
    }
    tally.count(inode);
  }

  /**
   * Clears the feature flag that says that the orphan file has entries. The orphan file is already
   * empty on disk.
   */
  private void clearPresent() throws IOException {
    try (Handle handle = volume.journal().start(1)) {
      volume.superblock().clearOrphanPresent(handle);
      handle.commit();
    }
    volume.journal().commit();
  }

  private InodeDeletion deletion(Inode inode) {
    return new InodeDeletion(inode, volume, allocator);
  }

  private static boolean isDeleted(Inode inode) {
    return inode.fields().linkCount() == 0;
  }

  /** The counts of the orphans processed so far. */
  private static final class Tally {
    private static final int MOST_NUMBERS = 10;

    private final List<Long> firstInodes = new ArrayList<>();
    private long deleted;
    private long truncated;

    void count(Inode inode) {
      if (isDeleted(inode)) {
        deleted++;
      } else {
        truncated++;
      }
      if (firstInodes.size() < MOST_NUMBERS) {
        firstInodes.add(inode.inodeNumber());
      }
    }

    Result result(boolean skipped) {
      return new Result(deleted, truncated, firstInodes, skipped);
    }
  }
}
