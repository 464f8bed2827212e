package dev.ext4j.fs.format;

/**
 * A bit of {@code s_feature_compat}. An implementation that does not know a bit may still read and
 * write the file system.
 */
public enum CompatFeature implements Feature {
  DIR_PREALLOC(0x1, "dir_prealloc"),
  IMAGIC_INODES(0x2, "imagic_inodes"),
  HAS_JOURNAL(0x4, "has_journal"),
  EXT_ATTR(0x8, "ext_attr"),
  RESIZE_INODE(0x10, "resize_inode"),
  DIR_INDEX(0x20, "dir_index"),
  LAZY_BG(0x40, "lazy_bg"),
  EXCLUDE_BITMAP(0x100, "snapshot_bitmap"),
  SPARSE_SUPER2(0x200, "sparse_super2"),
  FAST_COMMIT(0x400, "fast_commit"),
  STABLE_INODES(0x800, "stable_inodes"),
  ORPHAN_FILE(0x1000, "orphan_file");

  private final long bit;
  private final String label;

  CompatFeature(long bit, String label) {
    this.bit = bit;
    this.label = label;
  }

  @Override
  public long bit() {
    return bit;
  }

  @Override
  public String label() {
    return label;
  }
}
