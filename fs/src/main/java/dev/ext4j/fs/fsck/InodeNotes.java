package dev.ext4j.fs.fsck;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What is known of each inode: its type, the links that it says it has, the names that were found.
 * A long for each inode, in pages that exist where an inode is in use. Any number of threads may
 * count names at once.
 */
final class InodeNotes {
  /** In use: it has links, or is reserved and has a mode. */
  static final long IN_USE = 1L << 52;

  /** Something about it makes it useless: its own problem says what. */
  static final long BAD = 1L << 53;

  /** Its names or content are encrypted. */
  static final long ENCRYPTED = 1L << 54;

  /** The value of an attribute. */
  static final long EA_VALUE = 1L << 55;

  /** Belongs to the file system itself: it has no name. */
  static final long HIDDEN = 1L << 56;

  private static final VarHandle NOTE = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int PAGE_BITS = 9;
  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
  private static final int LINKS_SHIFT = 32;
  private static final int TYPE_SHIFT = 48;

  private final AtomicReferenceArray<long[]> pages;

  /** Notes of inodes 1 to {@code inodeCount}. */
  InodeNotes(long inodeCount) {
    pages = new AtomicReferenceArray<>((int) ((inodeCount >>> PAGE_BITS) + 1));
  }

  /** Notes an inode that is in use. */
  void put(long inode, int mode, int links, long flags) {
    long note = IN_USE | flags | (long) (mode >>> 12) << TYPE_SHIFT | (long) links << LINKS_SHIFT;
    NOTE.setVolatile(page(inode), (int) inode & PAGE_MASK, note);
  }

  /** Adds a flag to the note of an inode. */
  void add(long inode, long flag) {
    NOTE.getAndBitwiseOr(page(inode), (int) inode & PAGE_MASK, flag);
  }

  /** Counts a name of an inode. */
  void countName(long inode) {
    NOTE.getAndAdd(page(inode), (int) inode & PAGE_MASK, 1L);
  }

  /** The note of an inode, 0 for one that is not in use. */
  long get(long inode) {
    long[] page = pages.get((int) (inode >>> PAGE_BITS));
    return page == null ? 0 : (long) NOTE.getVolatile(page, (int) inode & PAGE_MASK);
  }

  private long[] page(long inode) {
    int index = (int) (inode >>> PAGE_BITS);
    long[] page = pages.get(index);
    if (page == null) {
      long[] fresh = new long[1 << PAGE_BITS];
      page = pages.compareAndExchange(index, null, fresh);
      if (page == null) {
        return fresh;
      }
    }
    return page;
  }

  /** The first inode of {@code [from, end)} that has a note, or -1. */
  long next(long from, long end) {
    for (long inode = from; inode < end; ) {
      long[] page = pages.get((int) (inode >>> PAGE_BITS));
      if (page == null) {
        inode = ((inode >>> PAGE_BITS) + 1) << PAGE_BITS;
      } else if (page[(int) inode & PAGE_MASK] != 0) {
        return inode;
      } else {
        inode++;
      }
    }
    return -1;
  }

  /** Upper four bits of the mode in a note. */
  static int type(long note) {
    return (int) (note >>> TYPE_SHIFT) & 0xF;
  }

  /** The links that the inode says it has. */
  static int links(long note) {
    return (int) (note >>> LINKS_SHIFT) & 0xFFFF;
  }

  /** The names that were found. */
  static long names(long note) {
    return note & 0xFFFFFFFFL;
  }

  /** Whether a note has a flag. */
  static boolean has(long note, long flag) {
    return (note & flag) != 0;
  }
}
