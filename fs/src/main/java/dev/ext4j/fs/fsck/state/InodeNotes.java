package dev.ext4j.fs.fsck.state;

import dev.ext4j.fs.fsck.table.Memory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The notes of all inodes. A note is one long: the type, the link count, the name count (the number
 * of names that were found) and the flags of an inode in use. Notes are in pages in {@link Memory}.
 * A page exists only if it contains an inode in use. Any number of threads may count names at the
 * same time.
 */
public final class InodeNotes {
  /** The flag of an inode in use: it has links, is reserved and not empty, or is an orphan. */
  public static final long IN_USE = 1L << 52;

  /** The flag of an unusable inode. The reason is reported as a separate problem. */
  public static final long BAD = 1L << 53;

  /** The flag of an inode whose names or content are encrypted. */
  public static final long ENCRYPTED = 1L << 54;

  /** The flag of an inode that holds the value of an extended attribute. */
  public static final long EA_VALUE = 1L << 55;

  /** The flag of an inode without a name: it belongs to the file system itself, or is an orphan. */
  public static final long HIDDEN = 1L << 56;

  /** The flag of a directory with a hash tree. */
  public static final long INDEXED = 1L << 57;

  private static final int IN_USE_SHIFT = Long.numberOfTrailingZeros(IN_USE);
  private static final VarHandle NOTE = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle NOTE_IN_FILE =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PAGE_BITS = 9;
  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;
  private static final int FEW_LINKS = 1 << 15; // special rules apply to more links
  private static final int LINKS_SHIFT = 32;
  private static final int TYPE_SHIFT = 48;

  private static final int PAGE_BYTES = Long.BYTES << PAGE_BITS;

  private final Memory memory;
  private final AtomicReferenceArray<Object> pages; // long[], or ByteBuffer in the temporary file

  /** Creates notes for inodes 1 to {@code inodeCount}, none of which is in use yet. */
  InodeNotes(long inodeCount, Memory memory) {
    this.memory = memory;
    pages = new AtomicReferenceArray<>((int) ((inodeCount >>> PAGE_BITS) + 1));
  }

  /**
   * Returns the packed type, link count, name count and flags of an inode, or 0 if the inode is not
   * in use.
   */
  public long get(long inode) {
    Object page = pages.get((int) (inode >>> PAGE_BITS));
    return page == null ? 0 : note(page, (int) inode & PAGE_MASK);
  }

  private static long note(Object page, int at) {
    return page instanceof long[] notes ? notes[at] : ((ByteBuffer) page).getLong(at * Long.BYTES);
  }

  /**
   * A cursor for the notes that is fast if successive calls are for neighbouring inodes, which is
   * usual. Each thread needs its own instance.
   */
  public final class Cursor {
    private long[] page = {};
    private @Nullable ByteBuffer inFile; // instead of the page
    private int index = -1;

    /**
     * Stores the note of an inode in use. Only one thread checks an inode, and no other thread
     * reads its note before that thread has ended.
     */
    public void put(long inode, int mode, int links, long flags) {
      int wanted = (int) (inode >>> PAGE_BITS);
      if (wanted != index) {
        turnTo(wanted, page(wanted));
      }
      int at = (int) inode & PAGE_MASK;
      long note = IN_USE | flags | (long) (mode >>> 12) << TYPE_SHIFT | (long) links << LINKS_SHIFT;
      if (inFile == null) {
        page[at] = note;
      } else {
        inFile.putLong(at * Long.BYTES, note);
      }
    }

    /**
     * Counts a name of an inode, if the inode is in use.
     *
     * @return the note before the name was counted, or 0 if the inode is not in use
     */
    public long countName(long inode) {
      int wanted = (int) (inode >>> PAGE_BITS);
      if (wanted != index) {
        Object there = pages.get(wanted);
        if (there == null) {
          return 0; // a wrong entry must not create a page
        }
        turnTo(wanted, there);
      }
      int at = (int) inode & PAGE_MASK;
      if (inFile == null) {
        return (page[at] & IN_USE) == 0 ? 0 : (long) NOTE.getAndAdd(page, at, 1L);
      }
      int byteAt = at * Long.BYTES;
      return (inFile.getLong(byteAt) & IN_USE) == 0
          ? 0
          : (long) NOTE_IN_FILE.getAndAdd(inFile, byteAt, 1L);
    }

    private void turnTo(int wanted, Object there) {
      if (there instanceof long[] notes) {
        page = notes;
        inFile = null;
      } else {
        inFile = (ByteBuffer) there;
      }
      index = wanted;
    }
  }

  private Object page(int index) {
    Object page = pages.get(index);
    if (page != null) {
      return page;
    }
    boolean fits = memory.take(PAGE_BYTES);
    Object fresh = fits ? new long[1 << PAGE_BITS] : memory.inFile(PAGE_BYTES);
    page = pages.compareAndExchange(index, null, fresh);
    if (page == null) {
      return fresh;
    }
    if (fits) {
      memory.give(PAGE_BYTES);
    }
    return page;
  }

  /** Returns the first inode of {@code [from, end)} that is in use, or -1. */
  public long next(long from, long end) {
    return next(from, end, false);
  }

  /**
   * Returns the first inode of {@code [from, end)} whose number of names may differ from its link
   * count, or -1.
   */
  public long nextToCompare(long from, long end) {
    return next(from, end, true);
  }

  private long next(long from, long end, boolean toCompare) {
    for (long inode = from; inode < end; ) {
      int index = (int) (inode >>> PAGE_BITS);
      long pageEnd = Math.min(end, (index + 1L) << PAGE_BITS);
      Object page = pages.get(index);
      if (page != null) {
        int last = (int) (pageEnd - 1) & PAGE_MASK;
        for (int at = (int) inode & PAGE_MASK; at <= last; at++) {
          long note = note(page, at);
          if (note != 0 && !(toCompare && isAsLinked(note))) {
            return (long) index << PAGE_BITS | at;
          }
        }
      }
      inode = pageEnd;
    }
    return -1;
  }

  /** Returns whether the number of names equals the link count and no special rule applies. */
  private static boolean isAsLinked(long note) {
    int links = links(note);
    return links == (int) note && links > 0 && links < FEW_LINKS && !has(note, EA_VALUE);
  }

  /**
   * Sets the bit of each inode of {@code [first, first + count)} that is in use, in an array of
   * words.
   *
   * @return whether any of these inodes may be in use
   */
  public boolean markUsed(long first, int count, long[] bits) {
    boolean any = false;
    for (int done = 0; done < count; ) {
      long inode = first + done;
      int from = (int) inode & PAGE_MASK;
      int there = Math.min(count - done, (1 << PAGE_BITS) - from);
      Object page = pages.get((int) (inode >>> PAGE_BITS));
      if (page != null) {
        any = true;
        for (int i = 0; i < there; i++) {
          int bit = done + i;
          bits[bit >>> 6] |= (note(page, from + i) & IN_USE) >>> IN_USE_SHIFT << bit;
        }
      }
      done += there;
    }
    return any;
  }

  /** Returns the upper four bits of the mode. */
  public static int type(long note) {
    return (int) (note >>> TYPE_SHIFT) & 0xF;
  }

  /** Returns the link count of the inode. */
  public static int links(long note) {
    return (int) (note >>> LINKS_SHIFT) & 0xFFFF;
  }

  /** Returns the number of names that were found. */
  public static long names(long note) {
    return note & 0xFFFFFFFFL;
  }

  /** Returns whether a note has a flag. */
  public static boolean has(long note, long flag) {
    return (note & flag) != 0;
  }
}
