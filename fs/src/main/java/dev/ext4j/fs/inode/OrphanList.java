package dev.ext4j.fs.inode;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.Journal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The list of inodes that recovery after a crash has to shorten to their size, or to delete where
 * they have no name left. It begins in the superblock ({@code s_last_orphan}); each inode names the
 * next one in {@code i_dtime}, the last one 0.
 */
public final class OrphanList {
  /** Blocks that {@link #add} or {@link #remove} changes: superblock, inode, and one before it. */
  public static final int CREDITS = 3;

  private final Superblock superblock;
  private final InodeTable inodes;

  /** The list of a file system. */
  public OrphanList(Superblock superblock, InodeTable inodes) {
    this.superblock = superblock;
    this.inodes = inodes;
  }

  /** Number of the first inode, 0 if the list is empty. */
  public long first() {
    return superblock.view().lastOrphan();
  }

  /** Number of the inode that follows one of the list, 0 after the last. */
  public static long next(Inode inode) {
    return inode.fields().deletionTime();
  }

  /** Puts an inode, which must not be on the list, at its head. */
  public void add(Handle handle, Inode inode) {
    inode.declare(handle);
    inode.fields().setDeletionTime(first());
    inode.seal();
    superblock.setLastOrphan(handle, inode.inodeNumber());
  }

  /** Sees to it that adding an inode that is declared takes no more credits of a handle. */
  public void prepare(Handle handle) {
    superblock.setLastOrphan(handle, first());
  }

  /**
   * Takes an inode off the list; its {@code i_dtime} is 0 then.
   *
   * @throws CorruptionException ORPHAN if it is not on the list
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

  /** Whether an inode is on the list. */
  public boolean contains(Inode inode) throws IOException {
    return first() == inode.inodeNumber() || searchBefore(inode.inodeNumber()) != null;
  }

  /**
   * Remembers whether the truncation that an inode is on the list for has failed halfway.
   *
   * @param journal takes back what the list says, if it comes to that
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
