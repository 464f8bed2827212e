package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.alloc.InodeAllocator;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.file.InodeDeletion;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeSlot;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * The part of the replay that writes inodes. It does not write all fields of a record:
 *
 * <ul>
 *   <li>The mapping and the count of blocks are not written, because other records describe the
 *       mapping.
 *   <li>The size of a directory and the layout of its entries are not written, because the replay
 *       writes the entries itself.
 *   <li>{@code i_dtime} is not changed, because in an inode in use it may be a link of the orphan
 *       list.
 * </ul>
 */
final class ReplayedInode {
  private static final int CREDITS = InodeAllocator.CREDITS + 1;
  private static final long LAYOUT_FLAGS =
      FileFlag.EXTENTS.bit() | FileFlag.INLINE_DATA.bit() | FileFlag.INDEX.bit();

  private final Volume volume;
  private final InodeTable inodes;
  private final InodeAllocator allocator;
  private final Set<Long> renewed = new HashSet<>();

  ReplayedInode(Volume volume, InodeTable inodes, InodeAllocator allocator) {
    this.volume = volume;
    this.inodes = inodes;
    this.allocator = allocator;
  }

  /**
   * Returns the inode numbers that belong to a different file than before the replay, or that were
   * not in use before.
   */
  Set<Long> renewed() {
    return renewed;
  }

  void update(FastCommitRecord.InodeUpdate change) throws IOException {
    long number = change.inodeNumber();
    ByteBuffer raw = padded(change.raw());
    InodeView newer = new InodeView(volume.geometry(), number, raw, 0);
    boolean directory = FileType.ofMode(newer.mode()) == FileType.DIRECTORY;
    if (FileType.ofMode(newer.mode()) == FileType.UNKNOWN) {
      throw corrupt(number, "gets an impossible mode");
    }
    long deletionTime = 0;
    if (allocator.isTaken(number)) {
      InodeView older = inodes.slot(number).view();
      deletionTime = older.deletionTime();
      if (older.generation() != newer.generation()) {
        delete(number);
      } else if (FileType.ofMode(older.mode()) != FileType.ofMode(newer.mode())
          || older.xattrBlock() != newer.xattrBlock()) {
        throw corrupt(number, "becomes another one");
      }
    }
    clearBefore(number);
    try (Handle handle = volume.journal().start(CREDITS)) {
      boolean fresh = allocator.claim(handle, number, directory);
      if (fresh) {
        renewed.add(number);
      }
      InodeSlot slot = inodes.slot(number);
      slot.declare(handle);
      InodeView view = slot.view();
      if (fresh) {
        clear(slot);
      }
      view.setDeletionTime(deletionTime);
      write(view, newer, change.raw(), fresh, directory);
      view.seal();
      if (needsTree(view)) {
        Inode inode = inodes.get(number);
        ExtentTree.initialize(inode);
        inode.seal();
      }
      handle.commit();
    }
  }

  /**
   * Clears the slots below an inode that may hold old bytes. The inodes in these slots were created
   * and deleted between full commits, so the slots were never written. After the replay, the slots
   * are part of the used inode table.
   */
  private void clearBefore(long number) throws IOException {
    for (long skipped = allocator.firstUncleared(number); skipped < number; skipped++) {
      try (Handle handle = volume.journal().start(1)) {
        InodeSlot slot = inodes.slot(skipped);
        slot.declare(handle);
        clear(slot);
        handle.commit();
      }
    }
  }

  private static void clear(InodeSlot slot) {
    slot.bytes().put(new byte[slot.bytes().capacity()]);
  }

  /** Deletes a file whose inode number belongs to another file after the replay. */
  private void delete(long number) throws IOException {
    Inode inode = inodes.get(number);
    InodeDeletion deletion = new InodeDeletion(inode, volume, allocator);
    deletion.removeContent(ProgressListener.NONE);
    try (RankedLock.Held lock = inode.locks().inode().exclusive();
        Handle handle = volume.journal().start(InodeDeletion.CREDITS)) {
      deletion.release(handle);
      handle.commit();
    }
  }

  private static void write(
      InodeView view, InodeView newer, ByteBuffer raw, boolean fresh, boolean directory) {
    long sectors = fresh ? 0 : view.sectors();
    long deletionTime = view.deletionTime();
    long size = view.size();
    long layout = view.flags() & LAYOUT_FLAGS;
    view.copyFieldsFrom(raw);
    view.setDeletionTime(deletionTime);
    view.setSectors(sectors);
    if (directory) {
      view.setSize(size);
      long newLayout = newer.flags() & LAYOUT_FLAGS & ~FileFlag.INDEX.bit();
      view.setFlags((newer.flags() & ~LAYOUT_FLAGS) | (fresh ? newLayout : layout));
    } else if (!newer.hasFlag(FileFlag.EXTENTS)) {
      view.copyBlockAreaFrom(raw); // inline content, a link target or a device number
    }
  }

  /** Returns whether a file that is mapped by extents has no extent tree yet. */
  private static boolean needsTree(InodeView view) {
    return view.hasFlag(FileFlag.EXTENTS) && !ExtentTree.isThere(view.blockArea());
  }

  private ByteBuffer padded(ByteBuffer raw) {
    ByteBuffer all =
        ByteBuffer.allocate(volume.geometry().inodeSize()).order(ByteOrder.LITTLE_ENDIAN);
    all.put(0, raw, 0, Math.min(raw.limit(), all.capacity()));
    return all;
  }

  private static CorruptionException corrupt(long number, String what) {
    return new CorruptionException(
        Kind.JOURNAL, "by the fast commits, inode " + number + " " + what);
  }
}
