package dev.ext4j.fs.report;

import static java.util.Map.entry;

import java.util.Map;

/** A short phrase for each feature, under the name that e2fsprogs uses. */
final class FeatureWords {
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          entry("dir_prealloc", "blocks are set aside for directories"),
          entry("imagic_inodes", "inodes for AFS servers"),
          entry("has_journal", "changes go through a journal"),
          entry("ext_attr", "extended attributes"),
          entry("resize_inode", "blocks are reserved for growth"),
          entry("dir_index", "hash trees in directories"),
          entry("lazy_bg", "groups without initialized blocks, obsolete"),
          entry("snapshot_bitmap", "bitmaps of snapshots, obsolete"),
          entry("sparse_super2", "at most two backups of the superblock"),
          entry("fast_commit", "small changes are logged as records"),
          entry("stable_inodes", "inode numbers and UUID never change"),
          entry("orphan_file", "orphans are listed in a file"),
          entry("compression", "compressed files, never finished"),
          entry("filetype", "file types in directories"),
          entry("needs_recovery", "the journal must be replayed"),
          entry("journal_dev", "a journal of another file system"),
          entry("meta_bg", "descriptors are spread over the groups"),
          entry("extent", "extent trees map files"),
          entry("64bit", "block numbers of 64 bits"),
          entry("mmp", "protection against two mounts"),
          entry("flex_bg", "metadata of several groups together"),
          entry("ea_inode", "large attribute values in inodes"),
          entry("dirdata", "data in directory entries"),
          entry("metadata_csum_seed", "the checksum seed is stored"),
          entry("large_dir", "directories above 2 GiB, deeper hash trees"),
          entry("inline_data", "small files inside inodes"),
          entry("encrypt", "encrypted files and names"),
          entry("casefold", "names without regard to case"),
          entry("sparse_super", "backups of the superblock in few groups"),
          entry("large_file", "files of 2 GiB and more"),
          entry("btree_dir", "trees in directories, obsolete"),
          entry("huge_file", "files of 2 TiB and more"),
          entry("uninit_bg", "checksums of descriptors, uninitialized groups"),
          entry("dir_nlink", "any number of subdirectories"),
          entry("extra_isize", "inodes with extra fields"),
          entry("snapshot", "snapshots, obsolete"),
          entry("quota", "quotas in hidden inodes"),
          entry("bigalloc", "space is allocated in clusters"),
          entry("metadata_csum", "checksums of all metadata"),
          entry("replica", "replicas, never finished"),
          entry("read-only", "must not be changed"),
          entry("project", "project quotas"),
          entry("shared_blocks", "several files share blocks"),
          entry("verity", "files with a hash tree of their content"),
          entry("orphan_present", "the orphan file has entries"));

  private FeatureWords() {}

  /** Returns a short phrase for a feature, or empty text if the feature is not known. */
  static String explain(String label) {
    return WORDS.getOrDefault(label, "");
  }
}
