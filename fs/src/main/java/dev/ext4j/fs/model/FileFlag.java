package dev.ext4j.fs.model;

import java.util.EnumSet;
import java.util.Set;

/** The bits of {@code i_flags}, named as in the kernel's {@code EXT4_*_FL}. */
public enum FileFlag {
  SECRM(0x1, 's'),
  UNRM(0x2, 'u'),
  COMPR(0x4, 'c'),
  SYNC(0x8, 'S'),
  IMMUTABLE(0x10, 'i'),
  APPEND(0x20, 'a'),
  NODUMP(0x40, 'd'),
  NOATIME(0x80, 'A'),
  DIRTY(0x100, '\0'),
  COMPRBLK(0x200, '\0'),
  NOCOMPR(0x400, '\0'),
  ENCRYPT(0x800, 'E'),
  INDEX(0x1000, 'I'),
  IMAGIC(0x2000, '\0'),
  JOURNAL_DATA(0x4000, 'j'),
  NOTAIL(0x8000, 't'),
  DIRSYNC(0x10000, 'D'),
  TOPDIR(0x20000, 'T'),
  HUGE_FILE(0x40000, 'h'),
  EXTENTS(0x80000, 'e'),
  VERITY(0x100000, 'V'),
  EA_INODE(0x200000, '\0'),
  EOFBLOCKS(0x400000, '\0'),
  DAX(0x2000000, 'x'),
  INLINE_DATA(0x10000000, 'N'),
  PROJINHERIT(0x20000000, 'P'),
  CASEFOLD(0x40000000, 'F'),
  RESERVED(0x80000000L, '\0');

  private final long bit;
  private final char letter;

  FileFlag(long bit, char letter) {
    this.bit = bit;
    this.letter = letter;
  }

  /** Returns the bit of {@code i_flags}. */
  public long bit() {
    return bit;
  }

  /** Returns the letter that lsattr(1) shows, or NUL for a flag that lsattr(1) does not show. */
  public char letter() {
    return letter;
  }

  /** Returns the flags set in {@code i_flags}; bits without a name are left out. */
  public static Set<FileFlag> parse(long rawFlags) {
    EnumSet<FileFlag> set = EnumSet.noneOf(FileFlag.class);
    for (FileFlag flag : values()) {
      if ((rawFlags & flag.bit) != 0) {
        set.add(flag);
      }
    }
    return set;
  }
}
