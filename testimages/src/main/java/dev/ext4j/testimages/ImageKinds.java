package dev.ext4j.testimages;

import java.util.List;

/**
 * The kinds of image that an ext4 tool must handle, with one recipe for each. An external journal
 * needs a second device, so it has {@link ExternalJournal} instead.
 */
public final class ImageKinds {
  private static final long MIB = 1 << 20;

  public static final ImageRecipe B1K = ext4("b1k", 1024);
  public static final ImageRecipe B2K = ext4("b2k", 2048);
  public static final ImageRecipe B4K = ext4("b4k", 4096);

  /**
   * Blocks of 64 KiB, larger than a page on most machines. Linux mounts such images only since
   * 6.19.
   */
  public static final ImageRecipe B64K = ext4("b64k", 65536).sized(400 * MIB).onSomeKernels();

  /** Default features, with many groups of 4 KiB blocks in a small image. */
  public static final ImageRecipe SMALL_GROUPS =
      ext4("small_groups", 4096).withWords("-g", "1024", "-G", "4");

  public static final ImageRecipe EXT2_1K = ImageRecipe.of("ext2_1k", "ext2", 1024, 64 * MIB);
  public static final ImageRecipe EXT2_2K = ImageRecipe.of("ext2_2k", "ext2", 2048, 64 * MIB);
  public static final ImageRecipe EXT2_4K = ImageRecipe.of("ext2_4k", "ext2", 4096, 64 * MIB);
  public static final ImageRecipe EXT3_1K = ImageRecipe.of("ext3_1k", "ext3", 1024, 128 * MIB);
  public static final ImageRecipe EXT3_2K = ImageRecipe.of("ext3_2k", "ext3", 2048, 64 * MIB);
  public static final ImageRecipe EXT3_4K = ImageRecipe.of("ext3_4k", "ext3", 4096, 64 * MIB);

  /** Revision 0 of ext2: no features, a fixed inode size and a fixed first inode. */
  public static final ImageRecipe REV0 =
      ImageRecipe.of("rev0", "ext2", 1024, 32 * MIB).withInodes(128).withWords("-r", "0");

  public static final ImageRecipe NO_FILETYPE =
      ext4("no_filetype", 4096).withFeatures("^filetype", "^dir_index");
  public static final ImageRecipe NO_64BIT = ext4("no_64bit", 4096).withFeatures("^64bit");
  public static final ImageRecipe NO_FLEX_BG =
      ext4("no_flex_bg", 1024).withFeatures("^flex_bg", "^resize_inode");
  public static final ImageRecipe META_BG =
      ext4("meta_bg", 1024).sized(256 * MIB).withFeatures("meta_bg", "^resize_inode");
  public static final ImageRecipe SPARSE_SUPER2 =
      ext4("sparse_super2", 1024).withFeatures("sparse_super2", "^resize_inode");
  public static final ImageRecipe NO_JOURNAL =
      ext4("no_journal", 4096).withFeatures("^has_journal");

  public static final ImageRecipe BIGALLOC_8K = ext4("bigalloc_8k", 1024).withClusters(8 << 10);
  public static final ImageRecipe BIGALLOC_16K = ext4("bigalloc_16k", 4096).withClusters(16 << 10);
  public static final ImageRecipe BIGALLOC_64K =
      ext4("bigalloc_64k", 1024).sized(128 * MIB).withClusters(64 << 10);

  public static final ImageRecipe INLINE_256 = ext4("inline_256", 4096).withFeatures("inline_data");
  public static final ImageRecipe INLINE_1024 =
      ext4("inline_1024", 4096).withFeatures("inline_data").withInodes(1024);
  public static final ImageRecipe INODE_128 = ext4("inode_128", 4096).withInodes(128);
  public static final ImageRecipe INODE_512 = ext4("inode_512", 4096).withInodes(512);

  /** Descriptors with the old crc16. Nothing else has a checksum. */
  public static final ImageRecipe GDT_CSUM =
      ext4("gdt_csum", 4096).withFeatures("^metadata_csum", "uninit_bg");

  public static final ImageRecipe NO_CSUM =
      ext4("no_csum", 4096).withFeatures("^metadata_csum", "^uninit_bg");

  /** The oldest layout with extents: no checksums, 32-byte descriptors and small inodes. */
  public static final ImageRecipe NO_CSUM_128 =
      ext4("no_csum_128", 1024).withFeatures("^metadata_csum", "^64bit").withInodes(128);

  /** An image whose UUID was changed after the checksums were seeded with the old one. */
  public static final ImageRecipe CSUM_SEED =
      ext4("csum_seed", 4096)
          .withFeatures("metadata_csum_seed")
          .tuned("-U", "99999999-aaaa-4bbb-8ccc-dddddddddddd");

  public static final ImageRecipe LARGE_DIR = ext4("large_dir", 1024).withFeatures("large_dir");
  public static final ImageRecipe EA_INODE = ext4("ea_inode", 4096).withFeatures("ea_inode");
  public static final ImageRecipe ORPHAN_FILE =
      ext4("orphan_file", 4096).withFeatures("orphan_file");
  public static final ImageRecipe FAST_COMMIT =
      ext4("fast_commit", 4096).withFeatures("fast_commit");
  public static final ImageRecipe MMP = ext4("mmp", 4096).withFeatures("mmp");

  public static final ImageRecipe ENCRYPT =
      ext4("encrypt", 4096).withFeatures("encrypt").onSomeKernels();
  public static final ImageRecipe CASEFOLD =
      ext4("casefold", 4096).withFeatures("casefold").withExtended("encoding=utf8").onSomeKernels();
  public static final ImageRecipe QUOTA = ext4("quota", 4096).withFeatures("quota").onSomeKernels();
  public static final ImageRecipe PROJECT =
      ext4("project", 4096).withFeatures("quota", "project").onSomeKernels();

  /** The kinds in which range operations differ, for differential tests. */
  public static final List<ImageRecipe> RANGE_OPERATIONS =
      List.of(
          B4K,
          B1K,
          B2K,
          EXT3_1K,
          EXT2_4K,
          EXT3_2K,
          BIGALLOC_16K,
          BIGALLOC_8K,
          INLINE_256,
          NO_CSUM_128,
          META_BG);

  /** All kinds. */
  public static final List<ImageRecipe> ALL =
      List.of(
          B1K,
          B2K,
          B4K,
          B64K,
          SMALL_GROUPS,
          EXT2_1K,
          EXT2_2K,
          EXT2_4K,
          EXT3_1K,
          EXT3_2K,
          EXT3_4K,
          REV0,
          NO_FILETYPE,
          NO_64BIT,
          NO_FLEX_BG,
          META_BG,
          SPARSE_SUPER2,
          NO_JOURNAL,
          BIGALLOC_8K,
          BIGALLOC_16K,
          BIGALLOC_64K,
          INLINE_256,
          INLINE_1024,
          INODE_128,
          INODE_512,
          GDT_CSUM,
          NO_CSUM,
          NO_CSUM_128,
          CSUM_SEED,
          LARGE_DIR,
          EA_INODE,
          ORPHAN_FILE,
          FAST_COMMIT,
          MMP,
          ENCRYPT,
          CASEFOLD,
          QUOTA,
          PROJECT);

  private ImageKinds() {}

  private static ImageRecipe ext4(String name, int blockSize) {
    return ImageRecipe.of(name, "ext4", blockSize, 64 * MIB);
  }
}
