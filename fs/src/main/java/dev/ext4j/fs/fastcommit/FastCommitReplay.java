package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.fastcommit.LoggedInodes.Logged;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.inode.OrphanFile;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A replay of the fast commits after the last full commit. The replay is one transaction. This
 * transaction has the number to which the fast commits belong. Before it is committed, nothing has
 * changed on disk. After it is committed, the fast commits are invalid. Therefore a crash cannot
 * leave a partial replay, as it could if blocks were changed one by one.
 *
 * <p>The replay compares the directory entries before the fast commits with the directory entries
 * after them. It does not follow the history of an inode number in between, because the number may
 * have belonged to several files. First all records are collected. Then inodes and their mappings
 * are brought to the state in the log. Directory entries follow, and then link counts. An inode is
 * deleted only if no entry refers to it.
 *
 * <p>Fast commits do not contain bitmaps and counters. The blocks that records map are marked as
 * allocated before any other block is allocated. Therefore none of them is allocated for a tree
 * node or a directory.
 */
public final class FastCommitReplay {
  private final Volume volume;
  private final InodeTable inodes;
  private final OrphanList orphans;
  private final ReplayedInode inodeReplay;
  private final ReplayedMapping mappingReplay;
  private final LoggedInodes logged;
  private final LoggedNames names;

  /** Creates a replay for a file system whose log has been replayed. */
  public FastCommitReplay(Volume volume) {
    this.volume = volume;
    this.inodes = volume.inodes();
    this.orphans = new OrphanList(volume.superblock(), inodes);
    InodeAllocator allocator =
        new InodeAllocator(volume.geometry(), volume.cache(), volume.superblock(), volume.groups());
    this.inodeReplay = new ReplayedInode(volume, inodes, allocator);
    this.mappingReplay = new ReplayedMapping(volume, inodes);
    this.logged = new LoggedInodes(inodes, allocator, volume.superblock().view().firstInode());
    this.names = new LoggedNames(volume, inodes, logged);
  }

  /**
   * Applies the records and commits the result.
   *
   * @return the number of records that have no effect, because the inodes or names in them never
   *     reached the disk
   * @throws CorruptionException with JOURNAL and other kinds if a record contradicts the file
   *     system; nothing has been written
   */
  public long replay(FastCommitScan scan) throws IOException {
    long[] withoutEffect = new long[1];
    volume
        .journal()
        .atomically(
            () -> {
              scan.visit((commit, logBlock, change) -> note(commit, change));
              withoutEffect[0] = names.settle();
              for (Logged inode : logged.all()) {
                if (inode.isInUse()) {
                  claimBlocks(inode);
                } else {
                  withoutEffect[0] += inode.records().size();
                }
              }
              for (Logged inode : logged.all()) {
                apply(inode);
              }
              LinkCounts counts =
                  new ReplayedEntries(volume, inodes, logged, inodeReplay.renewed()).apply(names);
              mappingReplay.recount();
              removeNameless(counts);
            });
    return withoutEffect[0];
  }

  private void note(int commit, FastCommitRecord change) throws IOException {
    if (change instanceof FastCommitRecord.EntryChange entry) {
      names.add(entry);
    } else {
      logged.add(commit, change);
    }
  }

  private void claimBlocks(Logged inode) throws IOException {
    for (FastCommitRecord record : inode.records()) {
      if (record instanceof FastCommitRecord.AddRange range) {
        claim(range);
      }
    }
  }

  private void claim(FastCommitRecord.AddRange range) throws IOException {
    int credits = volume.allocator().creditsToClaim(range.physicalBlock(), range.blockCount());
    try (Handle handle = volume.journal().start(credits)) {
      volume.allocator().claim(handle, range.physicalBlock(), range.blockCount());
      handle.commit();
    }
  }

  private void apply(Logged inode) throws IOException {
    if (!inode.isInUse()) {
      return;
    }
    for (FastCommitRecord record : inode.records()) {
      if (record instanceof FastCommitRecord.InodeUpdate update) {
        inodeReplay.update(update);
      } else if (record instanceof FastCommitRecord.AddRange range) {
        mappingReplay.add(range);
      } else if (record instanceof FastCommitRecord.DeleteRange range) {
        mappingReplay.remove(range);
      } else {
        throw new AssertionError(record);
      }
    }
  }

  /**
   * Puts the files that no entry refers to on the orphan list. They are deleted later, like other
   * orphans.
   */
  private void removeNameless(LinkCounts counts) throws IOException {
    Set<Long> known = null;
    for (Logged entry : logged.all()) {
      long number = entry.number();
      if (!entry.isInUse() || number == InodeTable.ROOT || counts.nameCount(entry) > 0) {
        continue;
      }
      Inode inode = inodes.get(number);
      known = known == null ? knownOrphans() : known;
      try (RankedLock.Held lock = inode.locks().inode().exclusive();
          Handle handle = volume.journal().start(OrphanList.CREDITS)) {
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
    var superblock = volume.superblock().view();
    if (superblock.features().has(dev.ext4j.fs.format.RoCompatFeature.ORPHAN_PRESENT)) {
      OrphanFile file =
          new OrphanFile(
              volume.geometry(), volume.cache(), inodes.get(superblock.orphanFileInode()));
      for (int place = file.nextUsed(0); place >= 0; place = file.nextUsed(place + 1)) {
        known.add(file.inodeNumber(place));
      }
    }
    return known;
  }
}
