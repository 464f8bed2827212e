package dev.ext4j.fs.model;

import java.util.Set;

/**
 * The metadata of a file at one moment, as stat(2) and lsattr(1) report it. It is a copy, so later
 * changes of the file do not affect it. Two objects are equal if the inodes had the same number,
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
    /** No mapping: device nodes, sockets, FIFOs, and symbolic links stored in the inode. */
    NONE
  }

  /** Returns the inode number and the generation. */
  FileId id();

  /** Returns the type. */
  FileType type();

  /** Returns the permission bits: {@code i_mode} without the type, 12 bits. */
  int permissions();

  /** Returns the size in bytes. */
  long size();

  /**
   * Returns the space taken, in units of 512 bytes whatever the block size ({@code st_blocks}).
   * Space reserved for delayed blocks is included.
   */
  long sectors();

  /** Returns the number of names; 1 for a directory with too many subdirectories to count. */
  long linkCount();

  /** Returns the owner. */
  FileOwner owner();

  /** Returns the time stamps. */
  FileTimes times();

  /**
   * Returns the attributes reported by lsattr(1) and the internal ones, without bits that have no
   * name.
   */
  Set<FileFlag> flags();

  /** Returns the number of a device node; {@link DeviceNumber#NONE} for other files. */
  DeviceNumber device();

  /** Returns how the blocks of the content are found. */
  MappingKind mappingKind();

  /** Returns {@code i_version}, an unsigned 64-bit number that grows with each change. */
  long version();

  /** Returns the fields as they are stored. */
  RawInode raw();
}
