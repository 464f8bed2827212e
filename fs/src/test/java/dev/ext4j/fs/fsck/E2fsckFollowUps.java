package dev.ext4j.fs.fsck;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The messages that {@code e2fsck -n} prints after a problem that it did not repair. They come from
 * the same damage, whose code the checker has already reported. Each line has the codes, the
 * messages of e2fsck, and the reason.
 */
final class E2fsckFollowUps {
  private static final String TABLE =
      """
      BLOCK_IS_METADATA = bitmap \\(\\d+\\) is bad|i_(blocks|size) is|ultiply-claimed|^Illegal|unallocated block|corrupted = it goes on with metadata as pointers
      INODE_CHECKSUM = passes checks|ref count|nconnected|should be <|too big|i_blocks is|^Block bitmap diff|^Illegal|bad block inode|ournal|HTREE dir = it cannot read the inode any more
      XATTR_BLOCK = i_blocks is|attribute value inode|too big|i_size is|nline data|INLINE_DATA = it counts the block
      XATTR_BLOCK_PLACE = i_blocks is|^Block bitmap diff|nline data|INLINE_DATA = it counts the block
      XATTR_BLOCK_PLACE FIELD_NOT_ZERO = incorrect filetype \\(was \\d, should be 0|i_size is = an inode that it calls bad has no type and no size
      CLUSTER_RULE = ultiply-claimed = it claims a cluster for each of its blocks
      DIRECTORY_CHECKSUM = corrupted|unused inode|zero-length name|invalid inode #|illegal char|filetype|ref count|HTREE dir|is a link to|_INODE_UNINIT = it takes the damaged tail for a record
      DIRECTORY_EMPTY = unallocated block|i_size is|HTREE dir = a directory without blocks has no size either
      DIRECTORY_HOLE BLOCK_CLAIMED_TWICE = HTREE dir = of a directory that is not whole no tree is looked at
      DESCRIPTORS_UNUSABLE BLOCK_BITMAP_PLACE INODE_BITMAP_PLACE METADATA_OVERLAPS = count wrong|bitmap|HTREE dir = it takes the descriptors of a backup
      INODE_MARKED_UNUSED INODE_MARKED_USED = ^Directories count wrong = it counts by the bitmap
      UNUSED_INODES_WRONG = ^Block bitmap diff = it leaves out the inodes that are called unused
      DESCRIPTOR_FLAGS = unused inodes area|INODE_UNINIT = it believes the flags
      DESCRIPTOR_CHECKSUM = ^Root inode not allocated|unused inode|INODE_UNINIT|^Inode bitmap diff = it believes the flags
      HASH_TREE_NODE = fails checksum = the count of entries says where the checksum is
      SPECIAL_FILE_SIZE = i_size is = no size would be right
      BLOCK_NUMBER_ILLEGAL BLOCK_COUNT_WRONG = ^Resize inode not valid = it says both of that inode
      BLOCK_NUMBER_ILLEGAL = end of extent exceeds|filetype \\(was \\d, should be 0 = an extent too long ends outside in both ways
      DOT_WRONG DOT_DOT_MISSING = illegal char = a name that is none has wrong characters
      SYMLINK_INVALID = is too big|causes symlink to be too big|ultiply-claimed|^Block bitmap diff = it goes on with the name as pointers
      EXTENTS_FLAG INLINE_FLAG = i_(blocks|size) is|ultiply-claimed|HTREE dir|nline data|INLINE_DATA|^Illegal|unallocated block|corrupted|zero-length dir|too big|^Block bitmap diff = it goes on in the other form
      EXTENTS_FLAG INLINE_FLAG INDEX_FLAG = ^Symlink|EXTENT_FL|incorrect filetype \\(was 7, should be 0 = with such a flag it reads no target
      INDEX_FLAG = HTREE dir = it looks for the tree
      JOURNAL_INODE_INVALID RESERVED_MODE = i_blocks is|^Block bitmap diff = it claims no blocks of such an inode
      SPECIAL_FILE_FLAGS = INLINE_DATA = another name for a flag that such a file cannot have
      MODE_INVALID = INDEX_FL = an inode of no type is no directory
      BAD_BLOCK_INODE = nline data|EXTENTS_FL = it goes on with the flags of an inode that must be empty
      RESIZE_INODE_INVALID = i_blocks is|^Block bitmap diff = it goes on with the blocks of that inode
      EXTENT_RANGE = i_size is|too big|out of order = it goes on with the extent that is out of range
      DIRECTORY_CORRUPT = has no checksum = a block that is none of a directory has no tail
      INODE_COUNT_WRONG RESERVED_DESCRIPTORS_UNUSED = count wrong|trying backup = it takes a backup
      SIZE_EXCEEDS_DEVICE = count wrong|trying backup|^Inode count in superblock|^Corruption found in superblock = it takes a backup, or believes the number of blocks
      INODE_COUNT_WRONG = ournal = without inodes it finds no journal
      METADATA_ON_BAD_BLOCK = bitmap differences = it compares with a bitmap that is nowhere
      EXTENT_NODE = critical metadata = it says of what is no node where it is
      EXTENT_ORDER = i_blocks is = it counts a cluster by the extents that it believes
      RESERVED_MODE = zero-length dir|unallocated block = it goes through the inode as a directory
      EXTENT_NODE EXTENT_EMPTY = could be more shallow|invalid extent$|end of extent exceeds = another name for what is no node or no extent
      """;

  private record FollowUp(List<ProblemCode> codes, Pattern lines) {}

  private static final List<FollowUp> ALL =
      TABLE
          .lines()
          .map(
              line -> {
                String[] parts = line.split(" = ", -1);
                return new FollowUp(
                    Arrays.stream(parts[0].split(" ", -1)).map(ProblemCode::valueOf).toList(),
                    Pattern.compile(parts[1]));
              })
          .toList();

  private E2fsckFollowUps() {}

  /**
   * Returns the lines that do not follow from the codes of a report.
   *
   * @param missing lines for which the report has no code
   */
  static List<String> withoutThem(List<String> missing, FsckReport report) {
    return missing.stream()
        .filter(
            line ->
                ALL.stream()
                    .noneMatch(
                        follow ->
                            follow.codes().stream().anyMatch(report.counts()::containsKey)
                                && follow.lines().matcher(withoutCodes(line)).find()))
        .toList();
  }

  /** Returns the line without the codes that {@link E2fsckMessages} has appended. */
  private static String withoutCodes(String line) {
    return line.substring(0, line.lastIndexOf(" ["));
  }
}
