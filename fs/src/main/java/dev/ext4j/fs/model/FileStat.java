package dev.ext4j.fs.model;

import java.util.Set;

/**
 * A copy of the metadata of a file at one moment, as stat(2) and lsattr(1) report it. Later changes
 * of the file do not affect the copy. Two objects are equal if the inodes had the same number,
 * bytes, size and space.
 */
public interface FileStat {
  /** The ways in which a file's content is mapped to blocks. */
  enum MappingKind {
    /** In an extent tree. */
    EXTENTS,
    /** Through direct and indirect block pointers. */
    INDIRECT,
    /** In the inode itself. */
    INLINE,
    /**
     * There is no mapping: the file is a device node, a socket, a FIFO, or a symbolic link whose
     * target is stored in the inode.
     */
    NONE
  }

  /** Returns the inode number and the generation. */
  FileId id();

  /** Returns the type of the file. */
  FileType type();

  /** Returns the permission bits: {@code i_mode} without the type, 12 bits. */
  int permissions();

  /** Returns the size in bytes. */
  long size();

  /**
   * Returns the allocated space in units of 512 bytes, whatever the block size is ({@code
   * st_blocks}). Space that is reserved for delayed blocks is included.
   */
  long sectors();

  /**
   * Returns the number of names of the file, or 1 for a directory with too many subdirectories to
   * count.
   */
  long linkCount();

  /** Returns the owner. */
  FileOwner owner();

  /** Returns the time stamps. */
  FileTimes times();

  /**
   * Returns the flags that are set, including those that lsattr(1) does not show. Bits without a
   * name are left out.
   */
  Set<FileFlag> flags();

  /**
   * Returns the device number of a device node, or {@link DeviceNumber#NONE} for any other file.
   */
  DeviceNumber device();

  /** Returns the kind of structure that maps the content to blocks. */
  MappingKind mappingKind();

  /** Returns {@code i_version}, an unsigned 64-bit number that grows with each change. */
  long version();

  /** Returns the fields of the inode as they are stored. */
  RawInode raw();
}
