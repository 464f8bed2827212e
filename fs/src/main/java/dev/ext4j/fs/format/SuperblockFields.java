package dev.ext4j.fs.format;

import java.util.List;

/** The fields of {@code struct ext4_super_block}. */
final class SuperblockFields {
  private SuperblockFields() {}

  static final Field.U32 S_INODES_COUNT = new Field.U32("s_inodes_count", 0x0);
  static final Field.U32 S_BLOCKS_COUNT_LO = new Field.U32("s_blocks_count_lo", 0x4);
  static final Field.U32 S_R_BLOCKS_COUNT_LO = new Field.U32("s_r_blocks_count_lo", 0x8);
  static final Field.U32 S_FREE_BLOCKS_COUNT_LO = new Field.U32("s_free_blocks_count_lo", 0xC);
  static final Field.U32 S_FREE_INODES_COUNT = new Field.U32("s_free_inodes_count", 0x10);
  static final Field.U32 S_FIRST_DATA_BLOCK = new Field.U32("s_first_data_block", 0x14);
  static final Field.U32 S_LOG_BLOCK_SIZE = new Field.U32("s_log_block_size", 0x18);
  static final Field.U32 S_LOG_CLUSTER_SIZE = new Field.U32("s_log_cluster_size", 0x1C);
  static final Field.U32 S_BLOCKS_PER_GROUP = new Field.U32("s_blocks_per_group", 0x20);
  static final Field.U32 S_CLUSTERS_PER_GROUP = new Field.U32("s_clusters_per_group", 0x24);
  static final Field.U32 S_INODES_PER_GROUP = new Field.U32("s_inodes_per_group", 0x28);
  static final Field.U32 S_MTIME = new Field.U32("s_mtime", 0x2C);
  static final Field.U32 S_WTIME = new Field.U32("s_wtime", 0x30);
  static final Field.U16 S_MNT_COUNT = new Field.U16("s_mnt_count", 0x34);
  static final Field.U16 S_MAX_MNT_COUNT = new Field.U16("s_max_mnt_count", 0x36);
  static final Field.U16 S_MAGIC = new Field.U16("s_magic", 0x38);
  static final Field.U16 S_STATE = new Field.U16("s_state", 0x3A);
  static final Field.U16 S_ERRORS = new Field.U16("s_errors", 0x3C);
  static final Field.U16 S_MINOR_REV_LEVEL = new Field.U16("s_minor_rev_level", 0x3E);
  static final Field.U32 S_LASTCHECK = new Field.U32("s_lastcheck", 0x40);
  static final Field.U32 S_CHECKINTERVAL = new Field.U32("s_checkinterval", 0x44);
  static final Field.U32 S_CREATOR_OS = new Field.U32("s_creator_os", 0x48);
  static final Field.U32 S_REV_LEVEL = new Field.U32("s_rev_level", 0x4C);
  static final Field.U16 S_DEF_RESUID = new Field.U16("s_def_resuid", 0x50);
  static final Field.U16 S_DEF_RESGID = new Field.U16("s_def_resgid", 0x52);
  static final Field.U32 S_FIRST_INO = new Field.U32("s_first_ino", 0x54);
  static final Field.U16 S_INODE_SIZE = new Field.U16("s_inode_size", 0x58);
  static final Field.U16 S_BLOCK_GROUP_NR = new Field.U16("s_block_group_nr", 0x5A);
  static final Field.U32 S_FEATURE_COMPAT = new Field.U32("s_feature_compat", 0x5C);
  static final Field.U32 S_FEATURE_INCOMPAT = new Field.U32("s_feature_incompat", 0x60);
  static final Field.U32 S_FEATURE_RO_COMPAT = new Field.U32("s_feature_ro_compat", 0x64);
  static final Field.Bytes S_UUID = new Field.Bytes("s_uuid", 0x68, 16);
  static final Field.Bytes S_VOLUME_NAME = new Field.Bytes("s_volume_name", 0x78, 16);
  static final Field.Bytes S_LAST_MOUNTED = new Field.Bytes("s_last_mounted", 0x88, 64);
  static final Field.U32 S_ALGORITHM_USAGE_BITMAP = new Field.U32("s_algorithm_usage_bitmap", 0xC8);
  static final Field.U8 S_PREALLOC_BLOCKS = new Field.U8("s_prealloc_blocks", 0xCC);
  static final Field.U8 S_PREALLOC_DIR_BLOCKS = new Field.U8("s_prealloc_dir_blocks", 0xCD);
  static final Field.U16 S_RESERVED_GDT_BLOCKS = new Field.U16("s_reserved_gdt_blocks", 0xCE);
  static final Field.Bytes S_JOURNAL_UUID = new Field.Bytes("s_journal_uuid", 0xD0, 16);
  static final Field.U32 S_JOURNAL_INUM = new Field.U32("s_journal_inum", 0xE0);
  static final Field.U32 S_JOURNAL_DEV = new Field.U32("s_journal_dev", 0xE4);
  static final Field.U32 S_LAST_ORPHAN = new Field.U32("s_last_orphan", 0xE8);
  static final Field.Bytes S_HASH_SEED = new Field.Bytes("s_hash_seed", 0xEC, 16);
  static final Field.U8 S_DEF_HASH_VERSION = new Field.U8("s_def_hash_version", 0xFC);
  static final Field.U8 S_JNL_BACKUP_TYPE = new Field.U8("s_jnl_backup_type", 0xFD);
  static final Field.U16 S_DESC_SIZE = new Field.U16("s_desc_size", 0xFE);
  static final Field.U32 S_DEFAULT_MOUNT_OPTS = new Field.U32("s_default_mount_opts", 0x100);
  static final Field.U32 S_FIRST_META_BG = new Field.U32("s_first_meta_bg", 0x104);
  static final Field.U32 S_MKFS_TIME = new Field.U32("s_mkfs_time", 0x108);
  static final Field.Bytes S_JNL_BLOCKS = new Field.Bytes("s_jnl_blocks", 0x10C, 68);
  static final Field.U32 S_BLOCKS_COUNT_HI = new Field.U32("s_blocks_count_hi", 0x150);
  static final Field.U32 S_R_BLOCKS_COUNT_HI = new Field.U32("s_r_blocks_count_hi", 0x154);
  static final Field.U32 S_FREE_BLOCKS_COUNT_HI = new Field.U32("s_free_blocks_count_hi", 0x158);
  static final Field.U16 S_MIN_EXTRA_ISIZE = new Field.U16("s_min_extra_isize", 0x15C);
  static final Field.U16 S_WANT_EXTRA_ISIZE = new Field.U16("s_want_extra_isize", 0x15E);
  static final Field.U32 S_FLAGS = new Field.U32("s_flags", 0x160);
  static final Field.U16 S_RAID_STRIDE = new Field.U16("s_raid_stride", 0x164);
  static final Field.U16 S_MMP_INTERVAL = new Field.U16("s_mmp_interval", 0x166);
  static final Field.U64 S_MMP_BLOCK = new Field.U64("s_mmp_block", 0x168);
  static final Field.U32 S_RAID_STRIPE_WIDTH = new Field.U32("s_raid_stripe_width", 0x170);
  static final Field.U8 S_LOG_GROUPS_PER_FLEX = new Field.U8("s_log_groups_per_flex", 0x174);
  static final Field.U8 S_CHECKSUM_TYPE = new Field.U8("s_checksum_type", 0x175);
  static final Field.U8 S_ENCRYPTION_LEVEL = new Field.U8("s_encryption_level", 0x176);
  static final Field.U8 S_RESERVED_PAD = new Field.U8("s_reserved_pad", 0x177);
  static final Field.U64 S_KBYTES_WRITTEN = new Field.U64("s_kbytes_written", 0x178);
  static final Field.U32 S_SNAPSHOT_INUM = new Field.U32("s_snapshot_inum", 0x180);
  static final Field.U32 S_SNAPSHOT_ID = new Field.U32("s_snapshot_id", 0x184);
  static final Field.U64 S_SNAPSHOT_R_BLOCKS_COUNT =
      new Field.U64("s_snapshot_r_blocks_count", 0x188);
  static final Field.U32 S_SNAPSHOT_LIST = new Field.U32("s_snapshot_list", 0x190);
  static final Field.U32 S_ERROR_COUNT = new Field.U32("s_error_count", 0x194);
  static final Field.U32 S_FIRST_ERROR_TIME = new Field.U32("s_first_error_time", 0x198);
  static final Field.U32 S_FIRST_ERROR_INO = new Field.U32("s_first_error_ino", 0x19C);
  static final Field.U64 S_FIRST_ERROR_BLOCK = new Field.U64("s_first_error_block", 0x1A0);
  static final Field.Bytes S_FIRST_ERROR_FUNC = new Field.Bytes("s_first_error_func", 0x1A8, 32);
  static final Field.U32 S_FIRST_ERROR_LINE = new Field.U32("s_first_error_line", 0x1C8);
  static final Field.U32 S_LAST_ERROR_TIME = new Field.U32("s_last_error_time", 0x1CC);
  static final Field.U32 S_LAST_ERROR_INO = new Field.U32("s_last_error_ino", 0x1D0);
  static final Field.U32 S_LAST_ERROR_LINE = new Field.U32("s_last_error_line", 0x1D4);
  static final Field.U64 S_LAST_ERROR_BLOCK = new Field.U64("s_last_error_block", 0x1D8);
  static final Field.Bytes S_LAST_ERROR_FUNC = new Field.Bytes("s_last_error_func", 0x1E0, 32);
  static final Field.Bytes S_MOUNT_OPTS = new Field.Bytes("s_mount_opts", 0x200, 64);
  static final Field.U32 S_USR_QUOTA_INUM = new Field.U32("s_usr_quota_inum", 0x240);
  static final Field.U32 S_GRP_QUOTA_INUM = new Field.U32("s_grp_quota_inum", 0x244);
  static final Field.U32 S_OVERHEAD_CLUSTERS = new Field.U32("s_overhead_clusters", 0x248);
  static final Field.U32 S_BACKUP_BGS_0 = new Field.U32("s_backup_bgs_0", 0x24C);
  static final Field.U32 S_BACKUP_BGS_1 = new Field.U32("s_backup_bgs_1", 0x250);
  static final Field.Bytes S_ENCRYPT_ALGOS = new Field.Bytes("s_encrypt_algos", 0x254, 4);
  static final Field.Bytes S_ENCRYPT_PW_SALT = new Field.Bytes("s_encrypt_pw_salt", 0x258, 16);
  static final Field.U32 S_LPF_INO = new Field.U32("s_lpf_ino", 0x268);
  static final Field.U32 S_PRJ_QUOTA_INUM = new Field.U32("s_prj_quota_inum", 0x26C);
  static final Field.U32 S_CHECKSUM_SEED = new Field.U32("s_checksum_seed", 0x270);
  static final Field.U8 S_WTIME_HI = new Field.U8("s_wtime_hi", 0x274);
  static final Field.U8 S_MTIME_HI = new Field.U8("s_mtime_hi", 0x275);
  static final Field.U8 S_MKFS_TIME_HI = new Field.U8("s_mkfs_time_hi", 0x276);
  static final Field.U8 S_LASTCHECK_HI = new Field.U8("s_lastcheck_hi", 0x277);
  static final Field.U8 S_FIRST_ERROR_TIME_HI = new Field.U8("s_first_error_time_hi", 0x278);
  static final Field.U8 S_LAST_ERROR_TIME_HI = new Field.U8("s_last_error_time_hi", 0x279);
  static final Field.U8 S_FIRST_ERROR_ERRCODE = new Field.U8("s_first_error_errcode", 0x27A);
  static final Field.U8 S_LAST_ERROR_ERRCODE = new Field.U8("s_last_error_errcode", 0x27B);
  static final Field.U16 S_ENCODING = new Field.U16("s_encoding", 0x27C);
  static final Field.U16 S_ENCODING_FLAGS = new Field.U16("s_encoding_flags", 0x27E);
  static final Field.U32 S_ORPHAN_FILE_INUM = new Field.U32("s_orphan_file_inum", 0x280);
  static final Field.Bytes S_RESERVED = new Field.Bytes("s_reserved", 0x284, 376);
  static final Field.U32 S_CHECKSUM = new Field.U32("s_checksum", 0x3FC);

  static final Field.Layout LAYOUT =
      new Field.Layout(
          "ext4_super_block",
          1024,
          List.of(
              S_INODES_COUNT,
              S_BLOCKS_COUNT_LO,
              S_R_BLOCKS_COUNT_LO,
              S_FREE_BLOCKS_COUNT_LO,
              S_FREE_INODES_COUNT,
              S_FIRST_DATA_BLOCK,
              S_LOG_BLOCK_SIZE,
              S_LOG_CLUSTER_SIZE,
              S_BLOCKS_PER_GROUP,
              S_CLUSTERS_PER_GROUP,
              S_INODES_PER_GROUP,
              S_MTIME,
              S_WTIME,
              S_MNT_COUNT,
              S_MAX_MNT_COUNT,
              S_MAGIC,
              S_STATE,
              S_ERRORS,
              S_MINOR_REV_LEVEL,
              S_LASTCHECK,
              S_CHECKINTERVAL,
              S_CREATOR_OS,
              S_REV_LEVEL,
              S_DEF_RESUID,
              S_DEF_RESGID,
              S_FIRST_INO,
              S_INODE_SIZE,
              S_BLOCK_GROUP_NR,
              S_FEATURE_COMPAT,
              S_FEATURE_INCOMPAT,
              S_FEATURE_RO_COMPAT,
              S_UUID,
              S_VOLUME_NAME,
              S_LAST_MOUNTED,
              S_ALGORITHM_USAGE_BITMAP,
              S_PREALLOC_BLOCKS,
              S_PREALLOC_DIR_BLOCKS,
              S_RESERVED_GDT_BLOCKS,
              S_JOURNAL_UUID,
              S_JOURNAL_INUM,
              S_JOURNAL_DEV,
              S_LAST_ORPHAN,
              S_HASH_SEED,
              S_DEF_HASH_VERSION,
              S_JNL_BACKUP_TYPE,
              S_DESC_SIZE,
              S_DEFAULT_MOUNT_OPTS,
              S_FIRST_META_BG,
              S_MKFS_TIME,
              S_JNL_BLOCKS,
              S_BLOCKS_COUNT_HI,
              S_R_BLOCKS_COUNT_HI,
              S_FREE_BLOCKS_COUNT_HI,
              S_MIN_EXTRA_ISIZE,
              S_WANT_EXTRA_ISIZE,
              S_FLAGS,
              S_RAID_STRIDE,
              S_MMP_INTERVAL,
              S_MMP_BLOCK,
              S_RAID_STRIPE_WIDTH,
              S_LOG_GROUPS_PER_FLEX,
              S_CHECKSUM_TYPE,
              S_ENCRYPTION_LEVEL,
              S_RESERVED_PAD,
              S_KBYTES_WRITTEN,
              S_SNAPSHOT_INUM,
              S_SNAPSHOT_ID,
              S_SNAPSHOT_R_BLOCKS_COUNT,
              S_SNAPSHOT_LIST,
              S_ERROR_COUNT,
              S_FIRST_ERROR_TIME,
              S_FIRST_ERROR_INO,
              S_FIRST_ERROR_BLOCK,
              S_FIRST_ERROR_FUNC,
              S_FIRST_ERROR_LINE,
              S_LAST_ERROR_TIME,
              S_LAST_ERROR_INO,
              S_LAST_ERROR_LINE,
              S_LAST_ERROR_BLOCK,
              S_LAST_ERROR_FUNC,
              S_MOUNT_OPTS,
              S_USR_QUOTA_INUM,
              S_GRP_QUOTA_INUM,
              S_OVERHEAD_CLUSTERS,
              S_BACKUP_BGS_0,
              S_BACKUP_BGS_1,
              S_ENCRYPT_ALGOS,
              S_ENCRYPT_PW_SALT,
              S_LPF_INO,
              S_PRJ_QUOTA_INUM,
              S_CHECKSUM_SEED,
              S_WTIME_HI,
              S_MTIME_HI,
              S_MKFS_TIME_HI,
              S_LASTCHECK_HI,
              S_FIRST_ERROR_TIME_HI,
              S_LAST_ERROR_TIME_HI,
              S_FIRST_ERROR_ERRCODE,
              S_LAST_ERROR_ERRCODE,
              S_ENCODING,
              S_ENCODING_FLAGS,
              S_ORPHAN_FILE_INUM,
              S_RESERVED,
              S_CHECKSUM));
}
