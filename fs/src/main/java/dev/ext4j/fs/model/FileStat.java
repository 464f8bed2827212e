package dev.ext4j.fs.model;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The metadata of a file, as stat(2) and lsattr(1) show it.
 *
 * @param inodeNumber number of the inode
 * @param type kind of file
 * @param mode the whole of {@code i_mode}: type and permission bits
 * @param userId owner, 32 bits
 * @param groupId group, 32 bits
 * @param projectId project quota id, 0 without the feature
 * @param size in bytes
 * @param sectors space taken, in units of 512 bytes whatever the block size ({@code st_blocks});
 *     space reserved for delayed blocks is included
 * @param linkCount number of names; 1 for a directory with too many subdirectories to count
 * @param accessTime atime
 * @param modificationTime mtime
 * @param changeTime ctime
 * @param creationTime crtime, if the inode is large enough to hold it
 * @param deletionTime in seconds since 1970, 0 for a file that is not deleted
 * @param generation {@code i_generation}, an unsigned 32-bit number
 * @param version {@code i_version}, an unsigned 64-bit number
 * @param flags the attributes shown by lsattr(1) and the internal ones
 * @param rawFlags {@code i_flags} as stored
 * @param deviceMajor major number of a device node, 0 for other files
 * @param deviceMinor minor number of a device node, 0 for other files
 * @param xattrBlock block of extended attributes ({@code i_file_acl}), 0 for none
 * @param mappingKind how the blocks of the content are found
 */
public record FileStat(
    long inodeNumber,
    FileType type,
    int mode,
    long userId,
    long groupId,
    long projectId,
    long size,
    long sectors,
    long linkCount,
    Instant accessTime,
    Instant modificationTime,
    Instant changeTime,
    Optional<Instant> creationTime,
    long deletionTime,
    long generation,
    long version,
    Set<FileFlag> flags,
    long rawFlags,
    long deviceMajor,
    long deviceMinor,
    long xattrBlock,
    MappingKind mappingKind) {

  /** The ways in which the content of a file is found. */
  public enum MappingKind {
    /** In an extent tree. */
    EXTENTS,
    /** Through direct and indirect block pointers. */
    INDIRECT,
    /** In the inode itself. */
    INLINE,
    /** No mapping: device nodes, sockets, FIFOs, and symbolic links stored in the inode. */
    NONE
  }
}
