package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.FileType;
import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.inode.OrphanFile;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Applies the fast commits that follow the last full commit. All of it is one transaction with the
 * number that the fast commits were made for: when that is committed, they are void, and before it
 * is nothing has changed. So a crash in between cannot leave half of it, as it can where blocks are
 * changed one by one.
 *
 * <p>Bitmaps and counters are not in fast commits. Blocks that a record maps are taken before
 * anything is allocated, so that none of them is given out for a tree node or a directory.
 */
public final class FastCommitReplay {
  private final FileContext context;
  private final InodeTable inodes;
  private final OrphanList orphans;
  private final ReplayedInode inodeReplay;
  private final ReplayedMapping mappingReplay;
  private final ReplayedEntries entryReplay;
  private final Set<Long> touched = new TreeSet<>();

  /** A replay onto a file system whose log was replayed before. */
  public FastCommitReplay(FileContext context, InodeTable inodes, GroupTable groups) {
    this.context = context;
    this.inodes = inodes;
    this.orphans = new OrphanList(context.superblock(), inodes);
    InodeAllocator allocator =
        new InodeAllocator(context.geometry(), context.cache(), context.superblock(), groups);
    this.inodeReplay = new ReplayedInode(context, inodes, allocator);
    this.mappingReplay = new ReplayedMapping(context, inodes);
    this.entryReplay = new ReplayedEntries(context, inodes);
  }

  /**
   * Applies the records and commits.
   *
   * @throws CorruptionException JOURNAL and others where a record contradicts the file system:
   *     nothing has been written then
   */
  public void replay(FastCommitScan scan) throws IOException {
    context
        .journal()
        .atomically(
            () -> {
              scan.visit(
                  (commit, logBlock, change) -> {
                    if (change instanceof FastCommitRecord.AddRange range) {
                      claim(range);
                    }
                  });
              scan.visit((commit, logBlock, change) -> apply(change));
              mappingReplay.recount();
              removeNameless();
            });
  }

  private void claim(FastCommitRecord.AddRange range) throws IOException {
    int credits = context.allocator().creditsToClaim(range.physicalBlock(), range.blockCount());
    try (Handle handle = context.journal().start(credits)) {
      context.allocator().claim(handle, range.physicalBlock(), range.blockCount());
      handle.commit();
    }
  }

  private void apply(FastCommitRecord change) throws IOException {
    long number = change.inodeNumber();
    if (number < context.superblock().view().firstInode() && number != InodeTable.ROOT) {
      throw new CorruptionException(
          Kind.JOURNAL, "a fast commit changes the reserved inode " + number);
    }
    touched.add(number);
    if (change instanceof FastCommitRecord.InodeUpdate update) {
      inodeReplay.update(update);
    } else if (change instanceof FastCommitRecord.AddRange range) {
      mappingReplay.add(range);
    } else if (change instanceof FastCommitRecord.DeleteRange range) {
      mappingReplay.remove(range);
    } else if (change instanceof FastCommitRecord.EntryChange entry) {
      entryReplay.apply(entry);
    } else {
      throw new AssertionError(change);
    }
  }

  /** What has lost its last name waits for being deleted, as it would after a full commit. */
  private void removeNameless() throws IOException {
    Set<Long> known = null;
    for (long number : touched) {
      Inode inode = inodes.get(number);
      boolean nameless =
          inode.type() == FileType.DIRECTORY
              ? entryReplay.hasLostItsName(number) || inode.fields().linkCount() == 0
              : inode.fields().linkCount() == 0;
      if (!nameless) {
        continue;
      }
      known = known == null ? knownOrphans() : known;
      try (RankedLock.Held lock = inode.locks().inode().exclusive();
          Handle handle = context.journal().start(OrphanList.CREDITS)) {
        inode.declare(handle);
        inode.fields().setLinkCount(0);
        inode.seal();
        if (!known.contains(number)) {
          orphans.add(handle, inode);
        }
        handle.commit();
      }
    }
  }

  private Set<Long> knownOrphans() throws IOException {
    Set<Long> known = new HashSet<>();
    for (long at = orphans.first(); at != 0 && known.add(at); ) {
      at = OrphanList.next(inodes.get(at));
    }
    var superblock = context.superblock().view();
    if (superblock.features().has(dev.ext4j.fs.format.RoCompatFeature.ORPHAN_PRESENT)) {
      OrphanFile file =
          new OrphanFile(
              context.geometry(), context.cache(), inodes.get(superblock.orphanFileInode()));
      for (int place = file.nextUsed(0); place >= 0; place = file.nextUsed(place + 1)) {
        known.add(file.inodeNumber(place));
      }
    }
    return known;
  }
}
