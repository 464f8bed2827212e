package dev.ext4j.fs.format;

/**
 * A bit of {@code s_feature_incompat}. An implementation that does not know a bit must not even
 * read the file system.
 */
public enum IncompatFeature implements Feature {
  COMPRESSION(0x1, "compression", Support.REFUSED),
  FILETYPE(0x2, "filetype", Support.READ_WRITE),
  RECOVER(0x4, "needs_recovery", Support.READ_WRITE),
  JOURNAL_DEV(0x8, "journal_dev", Support.REFUSED),
  META_BG(0x10, "meta_bg", Support.READ_WRITE),
  EXTENTS(0x40, "extent", Support.READ_WRITE),
  BIT64(0x80, "64bit", Support.READ_WRITE),
  MMP(0x100, "mmp", Support.READ_ONLY),
  FLEX_BG(0x200, "flex_bg", Support.READ_WRITE),
  EA_INODE(0x400, "ea_inode", Support.READ_WRITE),
  DIRDATA(0x1000, "dirdata", Support.REFUSED),
  CSUM_SEED(0x2000, "metadata_csum_seed", Support.READ_WRITE),
  LARGEDIR(0x4000, "large_dir", Support.READ_WRITE),
  INLINE_DATA(0x8000, "inline_data", Support.READ_WRITE),
  ENCRYPT(0x10000, "encrypt", Support.READ_WRITE),
  CASEFOLD(0x20000, "casefold", Support.READ_WRITE);

  private final long bit;
  private final String label;
  private final Support support;

  IncompatFeature(long bit, String label, Support support) {
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
