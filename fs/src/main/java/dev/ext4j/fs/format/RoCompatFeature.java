package dev.ext4j.fs.format;

/**
 * A bit of {@code s_feature_ro_compat}. An implementation that does not know a bit may read the
 * file system but must not write to it.
 */
public enum RoCompatFeature implements Feature {
  SPARSE_SUPER(0x1, "sparse_super", Support.READ_WRITE),
  LARGE_FILE(0x2, "large_file", Support.READ_WRITE),
  BTREE_DIR(0x4, "btree_dir", Support.READ_WRITE),
  HUGE_FILE(0x8, "huge_file", Support.READ_WRITE),
  GDT_CSUM(0x10, "uninit_bg", Support.READ_WRITE),
  DIR_NLINK(0x20, "dir_nlink", Support.READ_WRITE),
  EXTRA_ISIZE(0x40, "extra_isize", Support.READ_WRITE),
  HAS_SNAPSHOT(0x80, "snapshot", Support.READ_ONLY),
  QUOTA(0x100, "quota", Support.READ_ONLY),
  BIGALLOC(0x200, "bigalloc", Support.READ_WRITE),
  METADATA_CSUM(0x400, "metadata_csum", Support.READ_WRITE),
  REPLICA(0x800, "replica", Support.READ_ONLY),
  READONLY(0x1000, "read-only", Support.READ_ONLY),
  PROJECT(0x2000, "project", Support.READ_ONLY),
  SHARED_BLOCKS(0x4000, "shared_blocks", Support.READ_ONLY),
  VERITY(0x8000, "verity", Support.READ_WRITE),
  ORPHAN_PRESENT(0x10000, "orphan_present", Support.READ_WRITE);

  private final long bit;
  private final String label;
  private final Support support;

  RoCompatFeature(long bit, String label, Support support) {
    this.bit = bit;
    this.label = label;
    this.support = support;
  }

  @Override
  public long bit() {
    return bit;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Support support() {
    return support;
  }
}
