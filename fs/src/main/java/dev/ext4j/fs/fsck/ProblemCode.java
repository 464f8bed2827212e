package dev.ext4j.fs.fsck;

import dev.ext4j.fs.fsck.Problem.Severity;

/**
 * The kinds of problems that can be found. The names are stable: programs may depend on them. Each
 * constant lists the names that e2fsck has for the same problem, if any, without their prefix
 * {@code PR_}.
 */
public enum ProblemCode {
  // Before the passes: superblock, descriptors, journal.
  SUPERBLOCK_UNUSABLE(
      Severity.WARNING, "this backup is used, as the primary superblock cannot be:", ""),
  SUPERBLOCK_FIELD(Severity.FATAL, "the superblock is corrupt", "0_MISC_CORRUPT_SUPER"),
  SIZE_EXCEEDS_DEVICE(Severity.ERROR, "blocks: more than the device has", "0_FS_SIZE_WRONG"),
  BACKUP_DIFFERS(
      Severity.WARNING, "a backup of the superblock could not stand in for the primary one", ""),
  INODE_COUNT_WRONG(Severity.ERROR, "number of inodes", "0_INODE_COUNT_WRONG"),
  RESERVED_DESCRIPTORS_UNUSED(
      Severity.ERROR,
      "blocks reserved for descriptors without resize_inode",
      "0_NONZERO_RESERVED_GDT_BLOCKS"),
  META_GROUP_TOO_BIG(Severity.ERROR, "first meta group", "0_FIRST_META_BG_TOO_BIG"),
  EXTRA_SIZE_WISHED(
      Severity.WARNING, "extra size of inodes", "0_BAD_MIN_EXTRA_ISIZE 0_BAD_WANT_EXTRA_ISIZE"),
  FEATURE_CONFLICT(
      Severity.WARNING,
      "features that do not go together",
      "0_META_AND_GDT_CSUM_SET 0_64BIT_WITHOUT_EXTENTS 0_CSUM_SEED_WITHOUT_META_CSUM"
          + " 0_FS_REV_LEVEL"),
  RESIZE_WITH_META_GROUPS(
      Severity.WARNING, "resize_inode together with meta_bg", "0_DISABLE_RESIZE_INODE"),
  TIME_IN_FUTURE(
      Severity.WARNING,
      "time in the future",
      "0_FUTURE_SB_LAST_MOUNT 0_FUTURE_SB_LAST_WRITE 0_FUTURE_SB_LAST_MOUNT_FUDGED"
          + " 0_FUTURE_SB_LAST_WRITE_FUDGED"),
  DESCRIPTORS_UNUSABLE(
      Severity.WARNING, "this backup is used, as the descriptors of groups cannot be:", ""),
  DESCRIPTOR_CHECKSUM(
      Severity.ERROR, "checksum of the group's descriptor", "0_GDT_CSUM 0_GDT_CSUM_LATCH"),
  DESCRIPTOR_FLAGS(
      Severity.ERROR,
      "flags of the group that cannot be, or not without checksums",
      "0_GDT_UNINIT 0_BB_UNINIT_LAST"),
  UNUSED_INODES_WRONG(Severity.ERROR, "count of unused inodes", "0_GDT_ITABLE_UNUSED"),
  BLOCK_BITMAP_PLACE(Severity.ERROR, "place of the block bitmap", "0_BB_NOT_GROUP"),
  INODE_BITMAP_PLACE(Severity.ERROR, "place of the inode bitmap", "0_IB_NOT_GROUP"),
  INODE_TABLE_PLACE(Severity.ERROR, "place of the inode table", "0_ITABLE_NOT_GROUP"),
  METADATA_OVERLAPS(
      Severity.ERROR,
      "bitmap or inode table where another structure is",
      "1_BB_CONFLICT 1_IB_CONFLICT 1_ITABLE_CONFLICT"),
  JOURNAL_INODE_INVALID(Severity.ERROR, "inode of the journal", "0_JOURNAL_BAD_INODE"),
  JOURNAL_SUPERBLOCK(
      Severity.ERROR,
      "the journal's superblock is corrupt",
      "0_JOURNAL_BAD_SUPER 0_JOURNAL_UNSUPP_SUPER 0_EXT_JOURNAL_BAD_SUPER"
          + " 0_EXT_JOURNAL_SUPER_CSUM_INVALID"),
  JOURNAL_FEATURES(
      Severity.FATAL,
      "the journal has unknown features",
      "0_JOURNAL_UNSUPP_INCOMPAT 0_JOURNAL_UNSUPP_ROCOMPAT 0_JOURNAL_UNSUPP_VERSION"),
  JOURNAL_UNREPLAYABLE(
      Severity.ERROR, "the journal cannot be replayed to its end", "0_JNL_TXN_CORRUPT"),
  JOURNAL_NOT_FOUND(Severity.FATAL, "the external journal is not given", "0_CANT_FIND_JOURNAL"),
  JOURNAL_OF_ANOTHER(
      Severity.FATAL, "the external journal belongs to another file system", "0_JOURNAL_BAD_UUID"),
  JOURNAL_USERS(Severity.ERROR, "file systems that use the journal", "0_JOURNAL_UNSUPP_MULTIFS"),
  JOURNAL_UNANNOUNCED(
      Severity.WARNING, "a journal although has_journal is off", "0_JOURNAL_HAS_JOURNAL"),
  RECOVERY_WITHOUT_JOURNAL(
      Severity.ERROR, "needs_recovery is set without a journal", "0_JOURNAL_RECOVER_SET"),
  RECOVERY_UNANNOUNCED(
      Severity.WARNING,
      "the journal holds changes although needs_recovery is off",
      "0_JOURNAL_RECOVERY_CLEAR"),
  RESIZE_INODE_INVALID(
      Severity.ERROR,
      "inode for resizing",
      "0_RESIZE_INODE_INVALID 0_CLEAR_RESIZE_INODE 1_RESIZE_INODE_CREATE"),
  QUOTA_INODE_NUMBER(Severity.ERROR, "number of the quota inode", "0_INVALID_QUOTA_INO"),
  MMP_BLOCK(Severity.ERROR, "place of the MMP block", "0_MMP_INVALID_BLK"),
  MMP_MAGIC(Severity.FATAL, "magic number of the MMP block", "0_MMP_INVALID_MAGIC"),
  MMP_CHECKSUM(Severity.FATAL, "checksum of the MMP block", "0_MMP_CSUM_INVALID"),
  ORPHAN_LIST(
      Severity.ERROR,
      "list of orphans",
      "0_ORPHAN_ILLEGAL_HEAD_INODE 0_ORPHAN_ILLEGAL_INODE 1_ORPHAN_LIST_REFUGEES"),
  ORPHANS_WAITING(
      Severity.WARNING, "inodes that the next mount deletes or cuts off", "0_ORPHAN_CLEAR_INODE"),
  ORPHAN_FILE(
      Severity.ERROR,
      "the orphan file is damaged",
      "1_ORPHAN_FILE_BAD_MODE 6_ORPHAN_FILE_CORRUPTED 1_ORPHAN_FILE_NOT_CLEAR"),
  ORPHAN_PRESENT(
      Severity.ERROR,
      "orphan_present is set, and no inode is in the orphan file",
      "6_ORPHAN_PRESENT_CLEAN_FILE 6_ORPHAN_PRESENT_NO_FILE"),
  BAD_BLOCK_INODE(
      Severity.ERROR, "inode of bad blocks", "1_INVALID_BAD_INODE 1_BADBLOCKS_IN_BADBLOCKS"),
  METADATA_ON_BAD_BLOCK(
      Severity.ERROR,
      "metadata on a bad block",
      "1_BB_BAD_BLOCK 1_IB_BAD_BLOCK 1_BB_FS_BLOCK 1_BBINODE_BAD_METABLOCK 1_BAD_PRIMARY_SUPERBLOCK"
          + " 1_BAD_PRIMARY_GROUP_DESCRIPTOR 1_BAD_SUPERBLOCK 1_BAD_GROUP_DESCRIPTORS 2_BB_INODE"),

  // Pass 1: inodes.
  ROOT_NOT_DIRECTORY(
      Severity.FATAL, "the root is not a directory", "1_ROOT_NO_DIR 3_ROOT_NOT_DIR_ABORT"),
  ROOT_UNUSED(Severity.FATAL, "the root is not in use", "3_NO_ROOT_INODE 3_NO_ROOT_INODE_ABORT"),
  RESERVED_MODE(
      Severity.ERROR,
      "mode of a reserved inode",
      "1_RESERVED_BAD_MODE 1_JOURNAL_BAD_MODE 1_QUOTA_BAD_MODE"),
  RESERVED_IN_USE(
      Severity.ERROR,
      "a reserved inode of a feature that is off is in use",
      "1_JOURNAL_INODE_NOT_CLEAR 1_QUOTA_INODE_NOT_CLEAR"),
  DELETED_WITHOUT_TIME(Severity.ERROR, "deleted without a time of deletion", "1_ZERO_DTIME"),
  DELETION_TIME_SET(
      Severity.ERROR, "in use with a time of deletion", "1_SET_DTIME 1_ROOT_DTIME 1_LOW_DTIME"),
  INODE_CHECKSUM(
      Severity.ERROR, "checksum of the inode", "1_INODE_ONLY_CSUM_INVALID 1_INODE_IS_GARBAGE"),
  MODE_INVALID(Severity.ERROR, "type of the inode", "2_BAD_MODE"),
  SPECIAL_FILE_INVALID(
      Severity.ERROR,
      "device, fifo or socket",
      "2_BAD_CHAR_DEV 2_BAD_BLOCK_DEV 2_BAD_FIFO 2_BAD_SOCKET"),
  SPECIAL_FILE_SIZE(Severity.ERROR, "size of a special file", "1_SET_NONZSIZE"),
  SPECIAL_FILE_FLAGS(
      Severity.WARNING, "flags of a special file", "1_SET_IMMUTABLE 1_SPECIAL_EXTENTS_IDATA"),
  SYMLINK_INVALID(Severity.ERROR, "symbolic link", "2_INVALID_SYMLINK 1_FAST_SYMLINK_EXTENT_FL"),
  FIELD_NOT_ZERO(
      Severity.ERROR,
      "field that must be zero",
      "2_FADDR_ZERO 2_FRAG_ZERO 2_FSIZE_ZERO 2_BLOCKS_HI_ZERO 2_I_FILE_ACL_HI_ZERO"
          + " 2_DIR_SIZE_HIGH_ZERO 2_FILE_ACL_ZERO"),
  IMAGIC_FLAG(Severity.ERROR, "flag imagic without the feature", "1_SET_IMAGIC"),
  EXTRA_SIZE(Severity.ERROR, "i_extra_isize", "1_EXTRA_ISIZE"),
  ENCRYPT_FLAG(
      Severity.ERROR,
      "encryption of the inode",
      "1_MISSING_ENCRYPTION_XATTR 1_CORRUPT_ENCRYPTION_XATTR 1_ENCRYPT_FLAG"),
  CASEFOLD_FLAG(Severity.ERROR, "flag casefold", "1_CASEFOLD_NONDIR 1_CASEFOLD_FEATURE"),
  EXTENTS_FLAG(
      Severity.ERROR,
      "flag extents",
      "1_EXTENTS_SET 1_EXTENT_FEATURE 1_UNSET_EXTENT_FL 1_NO_BIGALLOC_BLOCKMAP_FILES"),
  INLINE_FLAG(
      Severity.ERROR,
      "flag inline_data",
      "1_INLINE_DATA_SET 1_INLINE_DATA_FEATURE 1_INLINE_DATA_NO_ATTR"
          + " 1_CLEAR_INLINE_DATA_FOR_EXTENT 1_CLEAR_EXTENT_FOR_INLINE_DATA"
          + " 1_CLEAR_EXTENT_INLINE_DATA_FLAGS 1_CLEAR_EXTENT_INLINE_DATA_INODE"),
  SIZE_WRONG(Severity.ERROR, "i_size", "1_BAD_I_SIZE"),
  BLOCK_COUNT_WRONG(Severity.ERROR, "i_blocks, in 512 bytes", "1_BAD_I_BLOCKS"),
  FILE_TOO_BIG(
      Severity.ERROR,
      "maps blocks behind the largest size",
      "1_TOOBIG_DIR 1_TOOBIG_REG 1_TOOBIG_SYMLINK 1_INODE_TOOBIG"),
  MAPPING_TOO_LARGE(Severity.ERROR, "maps more blocks than the file system has", ""),
  DIRECTORY_EMPTY(Severity.ERROR, "a directory without blocks", "1_ZERO_LENGTH_DIR"),
  BLOCK_NUMBER_ILLEGAL(
      Severity.ERROR,
      "block number outside the file system",
      "1_ILLEGAL_BLOCK_NUM 1_INODE_BLOCK_LATCH 1_TOO_MANY_BAD_BLOCKS 1_EXTENT_BAD_START_BLK"
          + " 1_EXTENT_ENDS_BEYOND 1_BLOCK_ITERATE 1_BB_ILLEGAL_BLOCK_NUM"
          + " 1_INODE_BBLOCK_LATCH"),
  BLOCK_IS_METADATA(
      Severity.ERROR,
      "a block of the file system's metadata is mapped",
      "1_BLOCK_OVERLAPS_METADATA 1_CRITICAL_METADATA_COLLISION"),
  BLOCK_CLAIMED_TWICE(
      Severity.ERROR,
      "claims blocks that others claim, too",
      "1B_DUP_BLOCK 1B_DUP_RANGE 1D_DUP_FILE 1D_DUP_FILE_LIST 1D_SHARE_METADATA"
          + " 1D_DELETE_QUESTION 1_DUP_BLOCKS_PREENSTOP"),
  CLUSTER_RULE(Severity.ERROR, "place within the cluster", "1_MISALIGNED_CLUSTER"),
  EXTENT_NODE(
      Severity.ERROR,
      "node of the extent tree",
      "1_EXTENT_HEADER_INVALID 1_MISSING_EXTENT_HEADER 1_READ_EXTENT"
          + " 1_EXTENT_ITERATE_FAILURE"),
  EXTENT_ORDER(Severity.ERROR, "extents out of order", "1_OUT_OF_ORDER_EXTENTS 1_EXTENT_COLLISION"),
  EXTENT_RANGE(Severity.ERROR, "extent outside its node's range", "1_EXTENT_END_OUT_OF_BOUNDS"),
  EXTENT_EMPTY(Severity.ERROR, "extent of length 0", "1_EXTENT_LENGTH_ZERO"),
  EXTENT_INDEX(Severity.ERROR, "first block of an index entry", "1_EXTENT_INDEX_START_INVALID"),
  EXTENT_CHECKSUM(Severity.ERROR, "checksum of an extent block", "1_EXTENT_ONLY_CSUM_INVALID"),
  EXTENT_TREE_DEEP(Severity.WARNING, "the extent tree could be smaller", "1_EXTENT_BAD_MAX_DEPTH"),
  DIRECTORY_UNWRITTEN(Severity.ERROR, "a directory with an unwritten extent", "1_UNINIT_DBLOCK"),
  DIRECTORY_HOLE(Severity.ERROR, "a directory with a hole", "2_DIRECTORY_HOLE 1_COLLAPSE_DBLOCK"),
  XATTR_BLOCK_PLACE(Severity.ERROR, "block of attributes", "2_FILE_ACL_BAD"),
  XATTR_BLOCK(
      Severity.ERROR,
      "block of attributes is damaged",
      "1_BAD_EA_BLOCK 1_EA_MULTI_BLOCK 1_READ_EA_BLOCK 1_EA_ALLOC_COLLISION 1_EA_BAD_NAME"
          + " 1_EA_BAD_VALUE"),
  XATTR_CHECKSUM(
      Severity.ERROR, "checksum of a block of attributes", "1_EA_BLOCK_ONLY_CSUM_INVALID"),
  XATTR_REFERENCES(Severity.ERROR, "count of users of attributes", "1_EXTATTR_REFCOUNT"),
  XATTR_ENTRY(
      Severity.ERROR,
      "attribute in the inode",
      "1_ATTR_NAME_LEN 1_ATTR_VALUE_OFFSET 1_ATTR_VALUE_BLOCK 1_ATTR_VALUE_SIZE"
          + " 1_INODE_EA_ALLOC_COLLISION"),
  XATTR_HASH(Severity.ERROR, "hash of an attribute", "1_ATTR_HASH"),
  XATTR_BLOCK_HASH(Severity.WARNING, "hash of a block of attributes", ""),
  XATTR_VALUE_INODE(
      Severity.ERROR,
      "inode of an attribute's value",
      "1_ATTR_VALUE_EA_INODE 1_ATTR_NO_EA_INODE_FL 1_ATTR_SET_EA_INODE_FL"),
  INDEX_FLAG(Severity.ERROR, "flag index", "1_HTREE_SET 1_HTREE_NODIR"),
  LARGE_FILE_FEATURE(
      Severity.ERROR, "large files without the feature large_file", "2_FEATURE_LARGE_FILES"),

  // Pass 2: directories.
  HASH_TREE_ROOT(
      Severity.ERROR,
      "root of the hash tree",
      "1_HTREE_BADROOT 1_HTREE_HASHV 1_HTREE_INCOMPAT 1_HTREE_DEPTH 1_HTREE_NEEDS_SIPHASH"
          + " 1_HTREE_CANNOT_SIPHASH 2_HTREE_BAD_ROOT"),
  HASH_TREE_NODE(
      Severity.ERROR,
      "node of the hash tree",
      "2_HTREE_BAD_LIMIT 2_HTREE_BAD_COUNT 2_HTREE_HASH_ORDER 2_HTREE_BADBLK 2_HTREE_BAD_DEPTH"
          + " 2_UNEXPECTED_HTREE_BLOCK"),
  HASH_TREE_REFERENCE(
      Severity.ERROR,
      "block of the hash tree is not referenced once",
      "2_HTREE_NOTREF 2_HTREE_DUPREF 2_HTREE_CLEAR"),
  HASH_RANGE(
      Severity.ERROR, "hash outside the range of its block", "2_HTREE_MIN_HASH 2_HTREE_MAX_HASH"),
  HASH_TREE_CHECKSUM(
      Severity.ERROR,
      "checksum of a block of the hash tree",
      "2_HTREE_ROOT_CSUM_INVALID 2_HTREE_NODE_CSUM_INVALID"),
  DIRECTORY_CHECKSUM(
      Severity.ERROR,
      "checksum of a directory block",
      "2_LEAF_NODE_MISSING_CSUM 2_LEAF_NODE_ONLY_CSUM_INVALID"),
  DIRECTORY_CORRUPT(
      Severity.ERROR, "record of a directory block", "2_DIR_CORRUPTED 2_FINAL_RECLEN"),
  INLINE_DIRECTORY_SIZE(
      Severity.ERROR,
      "size of an inline directory",
      "2_BAD_INLINE_DIR_SIZE 2_FIX_INLINE_DIR_FAILED"),
  DOT_WRONG(
      Severity.ERROR,
      "entry . of a directory",
      "2_1ST_NOT_DOT 2_MISSING_DOT 2_BAD_INODE_DOT 2_DOT_NULL_TERM"),
  DOT_DOT_MISSING(
      Severity.ERROR,
      "entry .. of a directory",
      "2_MISSING_DOT_DOT 2_2ND_NOT_DOT_DOT 2_DOT_DOT_NULL_TERM"),
  DOT_BIG(Severity.WARNING, "entry . takes more room than it needs", "2_SPLIT_DOT"),
  DOT_TWICE(Severity.ERROR, "entry . or .. twice", "2_DUP_DOT 2_DUP_DOT_DOT"),
  ENTRY_INODE(Severity.ERROR, "entry with an impossible inode", "2_BAD_INO"),
  ENTRY_UNUSED_INODE(
      Severity.ERROR,
      "entry for an inode that is not in use",
      "2_UNUSED_INODE 2_INOREF_BG_INO_UNINIT 2_INOREF_IN_UNUSED"),
  ENTRY_TO_SELF(Severity.ERROR, "entry for the directory itself", "2_LINK_DOT"),
  ENTRY_TO_ROOT(Severity.ERROR, "entry for the root", "2_LINK_ROOT"),
  ENTRY_TO_DIRECTORY(Severity.ERROR, "second entry for a directory", "2_LINK_DIR"),
  ENTRY_TYPE(Severity.ERROR, "type of an entry", "2_BAD_FILETYPE 2_CLEAR_FILETYPE"),
  ENTRY_TYPE_UNKNOWN(Severity.WARNING, "an entry without a type", "2_SET_FILETYPE"),
  ENTRY_NAME(
      Severity.ERROR,
      "name of an entry",
      "2_BAD_NAME 2_NULL_NAME 2_FILENAME_LONG 2_BAD_CASEFOLDED_NAME"),
  ENTRY_TWICE(
      Severity.ERROR,
      "two entries with one name",
      "2_DUPLICATE_DIRENT 2_NON_UNIQUE_FILE 2_REPORT_DUP_DIRENT" + " 2_NON_UNIQUE_FILE_NO_RENAME"),
  ENTRY_ENCRYPTED(
      Severity.ERROR,
      "entry of an encrypted directory",
      "2_BAD_ENCRYPTED_NAME 2_INCONSISTENT_ENCRYPTION_POLICY 2_UNENCRYPTED_FILE"
          + " 2_ENCRYPTED_PARENT"),

  // Passes 3 and 4: connectivity and link counts.
  DIRECTORY_UNCONNECTED(
      Severity.ERROR, "no way leads from the root to the directory", "3_UNCONNECTED_DIR"),
  DIRECTORY_LOOP(
      Severity.ERROR, "the directory is below itself", "3_LOOPED_PARENT_DIR 3_UNCONNECTED_DIR"),
  DOT_DOT_WRONG(Severity.ERROR, "entry .. of a directory names another", "3_BAD_DOT_DOT"),
  INODE_UNATTACHED(Severity.ERROR, "in use without a name", "4_UNATTACHED_INODE 4_ZERO_LEN_INODE"),
  LINK_COUNT(Severity.ERROR, "link count", "4_BAD_REF_COUNT 4_DIR_OVERFLOW_REF_COUNT"),
  LINK_FEATURE(
      Severity.ERROR,
      "a directory with too many subdirectories without dir_nlink",
      "4_DIR_NLINK_FEATURE"),
  EA_INODE_REFERENCES(
      Severity.ERROR, "count of users of an attribute's inode", "4_EA_INODE_REF_COUNT"),

  // Pass 5: bitmaps and counters.
  BLOCK_MARKED_UNUSED(
      Severity.ERROR,
      "blocks in use that the bitmap has free",
      "5_BLOCK_USED 5_BLOCK_RANGE_USED 5_BLOCK_BITMAP_HEADER"),
  BLOCK_MARKED_USED(
      Severity.ERROR,
      "blocks not in use that the bitmap has taken",
      "5_BLOCK_UNUSED 5_BLOCK_RANGE_UNUSED 5_BLOCK_BITMAP_HEADER"),
  INODE_MARKED_UNUSED(
      Severity.ERROR,
      "inodes in use that the bitmap has free",
      "5_INODE_USED 5_INODE_RANGE_USED 5_INODE_BITMAP_HEADER"),
  INODE_MARKED_USED(
      Severity.ERROR,
      "inodes not in use that the bitmap has taken",
      "5_INODE_UNUSED 5_INODE_RANGE_UNUSED 5_INODE_BITMAP_HEADER"),
  BLOCK_BITMAP_CHECKSUM(
      Severity.ERROR, "checksum of the block bitmap", "5_BLOCK_BITMAP_CSUM_INVALID"),
  INODE_BITMAP_CHECKSUM(
      Severity.ERROR, "checksum of the inode bitmap", "5_INODE_BITMAP_CSUM_INVALID"),
  BLOCK_BITMAP_PADDING(Severity.ERROR, "end of the block bitmap", "5_BLOCK_BMAP_PADDING"),
  INODE_BITMAP_PADDING(Severity.ERROR, "end of the inode bitmap", "5_INODE_BMAP_PADDING"),
  GROUP_UNINITIALIZED(
      Severity.ERROR, "in use although marked as never used", "5_BLOCK_UNINIT 5_INODE_UNINIT"),
  GROUP_FREE_BLOCKS(Severity.ERROR, "the group's free clusters", "5_FREE_BLOCK_COUNT_GROUP"),
  GROUP_FREE_INODES(Severity.ERROR, "the group's free inodes", "5_FREE_INODE_COUNT_GROUP"),
  GROUP_DIRECTORIES(Severity.ERROR, "the group's directories", "5_FREE_DIR_COUNT_GROUP"),
  FREE_BLOCKS(Severity.WARNING, "free blocks in all", "5_FREE_BLOCK_COUNT 0_FREE_BLOCK_COUNT"),
  FREE_INODES(Severity.WARNING, "free inodes in all", "5_FREE_INODE_COUNT 0_FREE_INODE_COUNT"),
  QUOTA_USAGE(Severity.ERROR, "usage in the quota file", "6_UPDATE_QUOTAS");

  private final Severity severity;
  private final String text;
  private final String e2fsckNames;

  ProblemCode(Severity severity, String text, String e2fsckNames) {
    this.severity = severity;
    this.text = text;
    this.e2fsckNames = e2fsckNames;
  }

  /** Returns the severity of the problem. */
  public Severity severity() {
    return severity;
  }

  /** Returns a short description of the problem. */
  public String text() {
    return text;
  }

  /**
   * Returns the names of e2fsck's problems that this one covers, without their prefix {@code PR_}.
   * May be empty.
   */
  public java.util.List<String> e2fsckNames() {
    return e2fsckNames.isEmpty() ? java.util.List.of() : java.util.List.of(e2fsckNames.split(" "));
  }
}
