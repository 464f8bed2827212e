package dev.ext4j.fs.fsck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The messages of e2fsck for each kind of problem, with codes of which at least one must be
 * reported. This is the table of docs/FSCK.md by message; the first matching line counts. If a
 * bitmap is wrong, e2fsck -n counts free blocks and inodes by that bitmap.
 */
final class E2fsckMessages {
  private static final String TABLE =
      """
      Group \\d+ block bitmap does not match = BLOCK_BITMAP_CHECKSUM
      Group \\d+ inode bitmap does not match = INODE_BITMAP_CHECKSUM
      ^Block bitmap differences = BLOCK_MARKED_USED BLOCK_MARKED_UNUSED
      ^Inode bitmap differences = INODE_MARKED_USED INODE_MARKED_UNUSED
      ^Free blocks count wrong for group = GROUP_FREE_BLOCKS BLOCK_MARKED_UNUSED BLOCK_MARKED_USED
      ^Free blocks count wrong = FREE_BLOCKS BLOCK_MARKED_UNUSED BLOCK_MARKED_USED
      ^Free inodes count wrong for group = GROUP_FREE_INODES INODE_MARKED_UNUSED INODE_MARKED_USED
      ^Free inodes count wrong = FREE_INODES INODE_MARKED_UNUSED INODE_MARKED_USED
      ^Directories count wrong = GROUP_DIRECTORIES
      ^Padding at end of block = BLOCK_BITMAP_PADDING
      ^Padding at end of inode = INODE_BITMAP_PADDING
      ^Unattached = INODE_UNATTACHED
      ^Inode \\d+ ref count = LINK_COUNT
      ^Inode \\d+, i_blocks = BLOCK_COUNT_WRONG
      ^Inode \\d+, i_size = SIZE_WRONG
      ^Multiply-claimed = BLOCK_CLAIMED_TWICE
      ^\\(There are \\d+ inodes containing multiply = BLOCK_CLAIMED_TWICE
      directory corrupted = DIRECTORY_CORRUPT
      incorrect filetype \\(was \\d+, should be 0\\) = ENTRY_TYPE ENTRY_UNUSED_INODE
      has an incorrect filetype = ENTRY_TYPE
      has filetype set = ENTRY_TYPE
      has deleted/unused inode = ENTRY_UNUSED_INODE
      ^Invalid inode number for '.' = DOT_WRONG DOT_DOT_MISSING
      Usage inconsistent = QUOTA_USAGE
      ^Root inode is not a directory = ROOT_NOT_DIRECTORY
      ^Root inode not allocated = ROOT_UNUSED
      ournal superblock is corrupt = JOURNAL_SUPERBLOCK JOURNAL_INODE_INVALID
      invalid journal = JOURNAL_INODE_INVALID JOURNAL_SUPERBLOCK
      ^Journal is not regular = JOURNAL_INODE_INVALID
      ^Journal superblock has an unknown = JOURNAL_FEATURES
      ^Can't find external journal = JOURNAL_NOT_FOUND
      ^External journal does not support = JOURNAL_OF_ANOTHER
      multiple filesystem users = JOURNAL_USERS
      needs_recovery flag is set, but = RECOVERY_WITHOUT_JOURNAL
      needs_recovery flag is clear, but = RECOVERY_UNANNOUNCED
      Superblock invalid, trying backup = SUPERBLOCK_UNUSABLE SUPERBLOCK_FIELD INODE_COUNT_WRONG
      ^Corruption found in superblock = SUPERBLOCK_FIELD INODE_COUNT_WRONG
      ^Inode count in superblock = INODE_COUNT_WRONG
      physical size of the device = SIZE_EXCEEDS_DEVICE
      s_reserved_gdt_blocks = RESERVED_DESCRIPTORS_UNUSED
      metadata_csum_seed is not necessary = FEATURE_CONFLICT
      64bit filesystem needs extents = FEATURE_CONFLICT
      metadata_csum supersedes = FEATURE_CONFLICT
      marked uninitialized without feature = DESCRIPTOR_FLAGS
      ^Last group block bitmap uninitialized = DESCRIPTOR_FLAGS
      ^Resize inode not valid = RESIZE_INODE_INVALID RESIZE_WITH_META_GROUPS
      invalid MMP block = MMP_BLOCK
      invalid MMP magic = MMP_MAGIC
      ^Orphan file .* is not = ORPHAN_FILE
      ^Feature orphan_present = ORPHAN_PRESENT
      ^Reserved inode \\d+ .* invalid mode = RESERVED_MODE
      inode is not in use, but contains = RESERVED_IN_USE
      ^Deleted inode \\d+ has zero = DELETED_WITHOUT_TIME
      is in use, but has dtime = DELETION_TIME_SET
      has dtime set = DELETION_TIME_SET
      extent block passes checks = EXTENT_CHECKSUM
      invalid unused inodes = UNUSED_INODES_WRONG
      is marked BLOCK_UNINIT = GROUP_UNINITIALIZED
      INLINE_DATA = INLINE_FLAG
      inline data = INLINE_FLAG
      causes directory to be too big = FILE_TOO_BIG
      ^Inode \\d+ is too big = FILE_TOO_BIG
      is an illegal .* device = SPECIAL_FILE_INVALID
      ^Illegal .*block.* in inode = BLOCK_NUMBER_ILLEGAL
      invalid extent node = EXTENT_NODE
      corrupt extent header = EXTENT_NODE
      has an invalid extent$ = BLOCK_NUMBER_ILLEGAL EXTENT_RANGE
      ^Duplicate entry = ENTRY_TWICE
      non-unique filename = ENTRY_TWICE
      is duplicate '\\.' entry = DOT_TWICE ENTRY_TWICE
      ^i_(file_acl|faddr|blocks_hi|file_acl_hi) for = FIELD_NOT_ZERO
      ^The bad block inode looks = BAD_BLOCK_INODE
      extra size = EXTRA_SIZE
      unused inodes area = ENTRY_UNUSED_INODE INODE_MARKED_UNUSED
      _INODE_UNINIT is set = ENTRY_UNUSED_INODE INODE_MARKED_UNUSED
      extent marked uninitialized = DIRECTORY_UNWRITTEN
      HTREE directory inode .* fails checksum = HASH_TREE_CHECKSUM
      INDEX_FL flag set = INDEX_FLAG SPECIAL_FILE_INVALID
      HTREE directory inode = INDEX_FLAG SPECIAL_FILE_INVALID HASH_TREE_REFERENCE HASH_TREE_ROOT HASH_TREE_NODE HASH_RANGE
      has an unallocated block = DIRECTORY_HOLE
      ^Unconnected directory = DIRECTORY_UNCONNECTED DIRECTORY_LOOP
      should be <The NULL inode> = DIRECTORY_UNCONNECTED DOT_DOT_WRONG
      ^Encrypted entry = ENTRY_ENCRYPTED
      has encrypt flag = ENCRYPT_FLAG
      has the casefold flag = CASEFOLD_FLAG
      has EXTENTS_FL flag = EXTENTS_FLAG
      missing EXTENT_FL = EXTENTS_FLAG
      has invalid mode = MODE_INVALID
      ^Extended attribute in inode \\d+ has a hash = XATTR_HASH XATTR_VALUE_INODE
      illegal extended attribute value inode = XATTR_VALUE_INODE
      ^Extended attribute block \\d+ (is corrupt|has h_blocks) = XATTR_BLOCK
      has a bad extended attribute block = XATTR_BLOCK
      ^Extended attribute block .* is invalid = XATTR_BLOCK_PLACE FIELD_NOT_ZERO
      extended attribute block \\d+ passes checks = XATTR_CHECKSUM
      ^Extended attribute block \\d+ has reference count = XATTR_REFERENCES
      ^Extended attribute inode \\d+ ref count = EA_INODE_REFERENCES
      allocation collision = XATTR_ENTRY
      has imagic flag = IMAGIC_FLAG
      conflicts with critical metadata = BLOCK_IS_METADATA
      ^Symlink .* is invalid = SYMLINK_INVALID
      part of the orphaned = DELETION_TIME_SET ORPHAN_LIST
      exceeds max links = LINK_FEATURE
      ^Invalid .* quota inode = QUOTA_INODE_NUMBER
      ^Directory entry for '.' .* is big = DOT_BIG
      ^First entry = DOT_WRONG
      ^'\\.' directory entry .* is not NULL = DOT_WRONG
      ^'\\.\\.' directory entry .* is not NULL = DOT_DOT_MISSING
      ^(Second entry|Missing '\\.\\.') = DOT_DOT_MISSING
      is duplicate '\\.\\.' entry = DOT_TWICE ENTRY_TWICE
      has invalid inode # = ENTRY_INODE DOT_DOT_MISSING
      is a link to '\\.' = ENTRY_TO_SELF
      is a link to the root = ENTRY_TO_ROOT
      is a link to directory = ENTRY_TO_DIRECTORY ENTRY_TO_SELF ENTRY_TO_ROOT
      illegal (UTF-8 )?characters in its name = ENTRY_NAME
      directory has no checksum = DIRECTORY_CHECKSUM
      is a zero-length directory = DIRECTORY_EMPTY
      has zero length extent = EXTENT_EMPTY
      has out of order extents = EXTENT_ORDER
      end of extent exceeds = EXTENT_RANGE EXTENT_ORDER BLOCK_CLAIMED_TWICE
      ^Logical start \\d+ does not match = EXTENT_INDEX EXTENT_ORDER
      could be more shallow = EXTENT_TREE_DEEP
      violates cluster allocation = CLUSTER_RULE
      lacks LARGE_FILE = LARGE_FILE_FEATURE
      has non-zero size = SPECIAL_FILE_SIZE
      immutable$ = SPECIAL_FILE_FLAGS
      ^i_size_high for = FIELD_NOT_ZERO
      ^Fast symlink \\d+ has EXTENT_FL = SYMLINK_INVALID
      passes checks, but checksum does not match inode = INODE_CHECKSUM
      ^Resize_inode and meta_bg = RESIZE_WITH_META_GROUPS
      ^Bad (desired|required) extra isize = EXTRA_SIZE_WISHED
      MMP block checksum = MMP_CHECKSUM
      MMP magic = MMP_MAGIC
      located in a bad block = METADATA_ON_BAD_BLOCK
      bitmap \\(\\d+\\) is bad = METADATA_ON_BAD_BLOCK
      ^(Block|Inode) bitmap for group \\d+ is not in = BLOCK_BITMAP_PLACE INODE_BITMAP_PLACE
      ^Inode table for group \\d+ is not in = INODE_TABLE_PLACE
      has a zero-length name = ENTRY_NAME
      passes checks but fails checksum = DIRECTORY_CHECKSUM
      ^Special .* has extents = SPECIAL_FILE_FLAGS
      ^Group descriptor \\d+ checksum = DESCRIPTOR_CHECKSUM
      has_journal flag is clear = JOURNAL_UNANNOUNCED
      """;

  /** A message and the codes for it. */
  private record Kind(Pattern message, List<ProblemCode> codes) {}

  private static final List<Kind> KINDS =
      TABLE
          .lines()
          .map(
              line -> {
                int at = line.lastIndexOf(" = ");
                List<ProblemCode> codes =
                    Arrays.stream(line.substring(at + 3).split(" "))
                        .map(ProblemCode::valueOf)
                        .toList();
                return new Kind(Pattern.compile(line.substring(0, at)), codes);
              })
          .toList();

  private E2fsckMessages() {}

  /** Returns the lines of e2fsck's output for which a report has none of the codes. */
  static List<String> missingIn(FsckReport report, String output) {
    List<String> missing = new ArrayList<>();
    for (String line : output.lines().toList()) {
      for (Kind kind : KINDS) {
        if (kind.message().matcher(line).find()) {
          if (kind.codes().stream().noneMatch(report.counts()::containsKey)) {
            missing.add(line + " " + kind.codes());
          }
          break;
        }
      }
    }
    return missing;
  }
}
