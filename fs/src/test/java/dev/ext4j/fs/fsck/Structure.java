package dev.ext4j.fs.fsck;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Structures on disk, with the kernel's names of their fields: name, offset and width in bytes. The
 * offsets are repeated here, so that a test does not use the constants that it tests.
 */
@SuppressWarnings("ImmutableEnumChecker") // the map is a copy
enum Structure {
  SUPERBLOCK(
      """
      s_inodes_count 0 4, s_blocks_count_lo 4 4, s_r_blocks_count_lo 8 4, s_free_blocks_count_lo 12 4,
      s_free_inodes_count 16 4, s_log_cluster_size 28 4, s_clusters_per_group 36 4, s_mtime 44 4,
      s_wtime 48 4, s_magic 56 2, s_creator_os 72 4, s_rev_level 76 4, s_first_ino 84 4,
      s_feature_compat 92 4, s_feature_incompat 96 4, s_feature_ro_compat 100 4,
      s_prealloc_dir_blocks 205 1, s_reserved_gdt_blocks 206 2, s_journal_uuid 208 4,
      s_journal_uuid_1 212 4, s_journal_uuid_2 216 4, s_journal_uuid_3 220 4, s_journal_inum 224 4,
      s_last_orphan 232 4, s_desc_size 254 2, s_first_meta_bg 260 4, s_r_blocks_count_hi 340 4, s_min_extra_isize 348 2,
      s_want_extra_isize 350 2, s_mmp_block 360 8, s_log_groups_per_flex 372 1,
      s_usr_quota_inum 576 4, s_grp_quota_inum 580 4, s_prj_quota_inum 620 4, s_wtime_hi 628 1,
      s_mtime_hi 629 1, s_encoding 636 2, s_encoding_flags 638 2, s_orphan_file_inum 640 4, s_checksum 1020 4
      """),
  GROUP(
      """
      bg_block_bitmap_lo 0 4, bg_inode_bitmap_lo 4 4, bg_inode_table_lo 8 4,
      bg_free_blocks_count_lo 12 2, bg_free_inodes_count_lo 14 2, bg_used_dirs_count_lo 16 2,
      bg_flags 18 2, bg_block_bitmap_csum_lo 24 2, bg_inode_bitmap_csum_lo 26 2,
      bg_itable_unused_lo 28 2, bg_checksum 30 2
      """),
  INODE(
      """
      i_mode 0 2, i_uid 2 2, i_size_lo 4 4, i_atime 8 4, i_ctime 12 4, i_dtime 20 4,
      i_links_count 26 2, i_blocks_lo 28 4, i_flags 32 4, i_version_lo 36 4, i_block 40 4,
      i_file_acl_lo 104 4, i_size_high 108 4, i_obso_faddr 112 4, i_blocks_high 116 2,
      i_file_acl_high 118 2, i_checksum_lo 124 2, i_extra_isize 128 2
      """),
  /** One word of {@code i_block}, of an indirect block, or of the orphan file. */
  WORD("value 0 4"),
  EXTENT_HEADER("eh_magic 0 2, eh_entries 2 2, eh_max 4 2, eh_depth 6 2"),
  EXTENT("ee_block 0 4, ee_len 4 2, ee_start_hi 6 2, ee_start_lo 8 4"),
  EXTENT_INDEX("ei_block 0 4, ei_leaf_lo 4 4, ei_leaf_hi 8 2"),
  EXTENT_TAIL("et_checksum 0 4"),
  DIRECTORY_ENTRY(
      "inode 0 4, rec_len 4 2, name_len 6 1, file_type 7 1, name_0 8 1, name_1 9 1, name_2 10 1"),
  DIRECTORY_TAIL("det_rec_len 4 2, det_checksum 8 4"),
  /**
   * {@code struct dx_root} from its {@code dx_root_info} on, with the limit and the count after it.
   */
  HASH_ROOT(
      """
      reserved_zero 24 4, hash_version 28 1, info_length 29 1, indirect_levels 30 1,
      unused_flags 31 1, limit 32 2, count 34 2
      """),
  HASH_NODE("limit 8 2, count 10 2"),
  HASH_ENTRY("hash 0 4, block 4 4"),
  XATTR_HEADER("h_magic 0 4, h_refcount 4 4, h_blocks 8 4, h_hash 12 4, h_checksum 16 4"),
  XATTR_ENTRY(
      """
      e_name_len 0 1, e_name_index 1 1, e_value_offs 2 2, e_value_inum 4 4, e_value_size 8 4,
      e_hash 12 4
      """),
  MMP("mmp_magic 0 4, mmp_checksum 1020 4"),
  QUOTA_ENTRY("dqb_id 0 4, dqb_curinodes 24 8, dqb_curspace 48 8"),
  ORPHAN_TAIL("ob_magic 0 4, ob_checksum 4 4"),
  /** Big-endian, as all of the journal. */
  JOURNAL_SUPERBLOCK(
      """
      h_magic 0 4, h_blocktype 4 4, s_blocksize 12 4, s_maxlen 16 4, s_first 20 4, s_sequence 24 4,
      s_start 28 4, s_feature_compat 36 4, s_feature_incompat 40 4, s_feature_ro_compat 44 4,
      s_nr_users 64 4, s_num_fc_blks 84 4, s_users 256 8, s_users_8 264 8
      """);

  /** The place of a field in its structure. */
  record Member(int offset, int width) {}

  private final Map<String, Member> members = new HashMap<>();

  Structure(String fields) {
    for (String field : fields.strip().split(",\\s+", -1)) {
      String[] words = field.split(" ", -1);
      members.put(words[0], new Member(Integer.parseInt(words[1]), Integer.parseInt(words[2])));
    }
  }

  ByteOrder order() {
    return this == JOURNAL_SUPERBLOCK ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Returns the place of a field. */
  Member member(String field) {
    Member member = members.get(field);
    if (member == null) {
      throw new IllegalArgumentException(this + " has no " + field);
    }
    return member;
  }
}
