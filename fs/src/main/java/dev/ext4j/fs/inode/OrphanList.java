package dev.ext4j.fs.inode;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.Journal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The list of orphan inodes. Recovery after a crash has to truncate them to their size, or to
 * delete them if no name refers to them. The list begins in the superblock ({@code s_last_orphan}).
 * Each inode has the number of the next one in {@code i_dtime}. The last inode has 0 there.
 */
public final class OrphanList {
  /**
   * The number of blocks that {@link #add} or {@link #remove} changes: the superblock, the inode,
   * and the inode before it in the list.
   */
  public static final int CREDITS = 3;

  private final Superblock superblock;
  private final InodeTable inodes;

  /** Creates an object for the orphan list of a file system. The list is not read yet. */
  public OrphanList(Superblock superblock, InodeTable inodes) {
    this.superblock = superblock;
    this.inodes = inodes;
  }

  /** Returns the number of the first inode, or 0 if the list is empty. */
  public long first() {
    return superblock.view().lastOrphan();
  }

  /**
   * Returns the number of the inode that follows {@code inode} in the list, or 0 after the last
   * one.
   */
  public static long next(Inode inode) {
    return inode.fields().deletionTime();
  }

  /** Adds an inode, which is not on the list, at the head of the list. */
  public void add(Handle handle, Inode inode) {
    inode.declare(handle);
    inode.fields().setDeletionTime(first());
    inode.seal();
    superblock.setLastOrphan(handle, inode.inodeNumber());
  }

  /**
   * Declares the superblock. After that, {@link #add} of an inode that is declared already needs no
   * more credits of the handle.
   */
  public void prepare(Handle handle) {
    superblock.setLastOrphan(handle, first());
  }

  /**
   * Removes an inode from the list and sets its {@code i_dtime} to 0.
   *
   * @throws CorruptionException with ORPHAN if the inode is not on the list
   */
  public void remove(Handle handle, Inode inode) throws IOException {
    long number = inode.inodeNumber();
    if (first() == number) {
      superblock.setLastOrphan(handle, next(inode));
    } else {
      Inode before = findBefore(number);
      before.declare(handle);
      before.fields().setDeletionTime(next(inode));
      before.seal();
    }
    inode.declare(handle);
    inode.fields().setDeletionTime(0);
    inode.seal();
  }

  /** Returns whether an inode is on the list. */
  public boolean contains(Inode inode) throws IOException {
    return first() == inode.inodeNumber() || searchBefore(inode.inodeNumber()) != null;
  }

  /**
   * Records whether a truncation of an inode has failed after it was partially done. The inode is
   * on the list because of this truncation.
   *
   * @param journal the journal that restores the old value if the running transaction is undone
   */
  public void setCutUnfinished(Inode inode, boolean isUnfinished, Journal journal) {
    boolean before = inode.isCutUnfinished();
    if (before != isUnfinished) {
      journal.remember(() -> inodes.setCutUnfinished(inode, before));
      inodes.setCutUnfinished(inode, isUnfinished);
    }
  }

  private Inode findBefore(long number) throws IOException {
    Inode before = searchBefore(number);
    if (before == null) {
      throw new CorruptionException(
          Kind.ORPHAN, "inode " + number + " is not on the list of orphan inodes");
    }
    return before;
  }

  private @Nullable Inode searchBefore(long number) throws IOException {
    OrphanNumbers seen = new OrphanNumbers(inodes.inodesPerGroup());
    for (long at = first(); at != 0 && seen.add(at); ) {
      Inode inode = inodes.get(at);
      at = next(inode);
      if (at == number) {
        return inode;
      }
    }
    return null;
  }
}
