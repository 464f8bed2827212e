package dev.ext4j.fs.format;

import java.util.List;

/**
 * The layouts of all structures of the file system, for code that shows every field of a structure.
 */
public final class Layouts {
  /** The superblock. */
  public static final Field.Layout SUPERBLOCK = SuperblockFields.LAYOUT;

  /** A group descriptor. The second half exists only with the feature 64bit. */
  public static final Field.Layout GROUP_DESCRIPTOR = GroupDescriptorFields.LAYOUT;

  /** The fixed fields of an inode. Small inodes have only the first of them. */
  public static final Field.Layout INODE = InodeFields.LAYOUT;

  /** The header of a node of an extent tree. */
  public static final Field.Layout EXTENT_HEADER = ExtentNode.HEADER_LAYOUT;

  /** An entry of a leaf of an extent tree. */
  public static final Field.Layout EXTENT = ExtentNode.EXTENT_LAYOUT;

  /** An entry of an index node of an extent tree. */
  public static final Field.Layout EXTENT_INDEX = ExtentNode.INDEX_LAYOUT;

  /** The end of a node of an extent tree that fills a block, with metadata_csum. */
  public static final Field.Layout EXTENT_TAIL =
      new Field.Layout("ext4_extent_tail", 4, List.of(new Field.U32("et_checksum", 0x0)));

  /** An entry of a directory, without its name. */
  public static final Field.Layout DIRECTORY_ENTRY = DirectoryBlock.LAYOUT;

  /** The end of a leaf block of a directory, with metadata_csum. */
  public static final Field.Layout DIRECTORY_TAIL =
      new Field.Layout(
          "ext4_dir_entry_tail",
          12,
          List.of(
              new Field.U32("det_reserved_zero1", 0x0),
              new Field.U16("det_rec_len", 0x4),
              new Field.U8("det_reserved_zero2", 0x6),
              new Field.U8("det_reserved_ft", 0x7),
              new Field.U32("det_checksum", 0x8)));

  /** The fields of the root of a hash tree. */
  public static final Field.Layout HASH_TREE_INFO = HashTreeNode.INFO_LAYOUT;

  /** The limit and the count of the entries of an index block, in place of the first hash. */
  public static final Field.Layout HASH_TREE_COUNT = HashTreeNode.COUNT_LAYOUT;

  /** An entry of an index block of a hash tree. */
  public static final Field.Layout HASH_TREE_ENTRY = HashTreeNode.ENTRY_LAYOUT;

  /** The end of an index block of a hash tree, with metadata_csum. */
  public static final Field.Layout HASH_TREE_TAIL =
      new Field.Layout(
          "dx_tail",
          8,
          List.of(new Field.U32("dt_reserved", 0x0), new Field.U32("dt_checksum", 0x4)));

  /** The header of an attribute block. */
  public static final Field.Layout XATTR_HEADER = XattrBlock.LAYOUT;

  /** The header of the attributes in an inode. */
  public static final Field.Layout XATTR_INODE_HEADER =
      new Field.Layout("ext4_xattr_ibody_header", 4, List.of(XattrBlock.H_MAGIC));

  /** An entry of an extended attribute, without its name. */
  public static final Field.Layout XATTR_ENTRY = XattrEntries.LAYOUT;

  /** The end of a block of the orphan file. */
  public static final Field.Layout ORPHAN_TAIL = OrphanBlock.LAYOUT;

  private Layouts() {}
}
