package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The fields of an image that can be damaged: every field of every structure that is in use. They
 * are found with the offsets of the on-disk format and without any code of ext4j.
 */
public final class DamageSites {
  /** The names of fields, with their offset and width in bytes. */
  private static final String SUPERBLOCK =
      "s_inodes_count 0 4,s_blocks_count_lo 4 4,s_r_blocks_count_lo 8 4,s_free_blocks_count_lo 12"
          + " 4,s_free_inodes_count 16 4,s_first_data_block 20 4,s_log_block_size 24"
          + " 4,s_log_cluster_size 28 4,s_blocks_per_group 32 4,s_clusters_per_group 36"
          + " 4,s_inodes_per_group 40 4,s_mtime 44 4,s_wtime 48 4,s_magic 56 2,s_state 58"
          + " 2,s_rev_level 76 4,s_first_ino 84 4,s_inode_size 88 2,s_feature_compat 92"
          + " 4,s_feature_incompat 96 4,s_feature_ro_compat 100 4,s_reserved_gdt_blocks 206"
          + " 2,s_journal_inum 224 4,s_last_orphan 232 4,s_hash_seed 236 4,s_desc_size 254"
          + " 2,s_first_meta_bg 260 4,s_blocks_count_hi 336 4,s_min_extra_isize 348"
          + " 2,s_want_extra_isize 350 2,s_flags 352 4,s_checksum_type 373 1,s_checksum 1020 4";

  private static final String DESCRIPTOR =
      "bg_block_bitmap_lo 0 4,bg_inode_bitmap_lo 4 4,bg_inode_table_lo 8 4,"
          + "bg_free_blocks_count_lo 12 2,bg_free_inodes_count_lo 14 2,bg_used_dirs_count_lo 16 2,"
          + "bg_flags 18 2,bg_itable_unused_lo 28 2,bg_checksum 30 2";

  private static final String INODE =
      "i_mode 0 2,i_uid 2 2,i_size_lo 4 4,i_dtime 20 4,i_gid 24 2,i_links_count 26 2,"
          + "i_blocks_lo 28 4,i_flags 32 4,i_block_0 40 4,i_block_1 44 4,i_block_2 48 4,"
          + "i_block_3 52 4,i_block_4 56 4,i_block_5 60 4,i_block_12 88 4,i_block_13 92 4,"
          + "i_block_14 96 4,i_generation 100 4,i_file_acl_lo 104 4,i_size_high 108 4,"
          + "i_obso_faddr 112 4,i_blocks_high 116 2,i_file_acl_high 118 2,i_checksum_lo 124 2";

  private static final String INODE_EXTRA = "i_extra_isize 128 2,i_checksum_hi 130 2";
  private static final String EXTENT_HEADER = "eh_magic 0 2,eh_entries 2 2,eh_max 4 2,eh_depth 6 2";
  private static final String EXTENT = "ee_block 0 4,ee_len 4 2,ee_start_hi 6 2,ee_start_lo 8 4";
  private static final String INDEX = "ei_block 0 4,ei_leaf_lo 4 4,ei_leaf_hi 8 2";
  private static final String RECORD =
      "inode 0 4,rec_len 4 2,name_len 6 1,file_type 7 1,name 8 1,name_1 9 1";
  private static final String XATTR_HEADER =
      "h_magic 0 4,h_refcount 4 4,h_blocks 8 4,h_hash 12 4,h_checksum 16 4";
  private static final String XATTR_ENTRY =
      "e_name_len 0 1,e_name_index 1 1,e_value_offs 2 2,e_value_inum 4 4,e_value_size 8 4,"
          + "e_hash 12 4";

  private static final int EXTENTS_FLAG = 0x80000;
  private static final int INLINE_FLAG = 0x10000000;
  private static final int EXTENT_MAGIC = 0xF30A;
  private static final int MOST_RECORDS = 12; // of a directory block, because they are all alike
  private static final int MOST_POINTERS = 4;

  private final FileChannel image;
  private final List<Site> sites = new ArrayList<>();
  private final Set<Long> visited = new HashSet<>();
  private int blockSize;
  private int inodeSize;

  /**
   * A field.
   *
   * @param structure the kind of structure that contains it
   * @param field its name in the kernel's sources
   * @param byteOffset its offset in the image
   * @param width its width in bytes
   */
  public record Site(String structure, String field, long byteOffset, int width) {}

  private DamageSites(FileChannel image) {
    this.image = image;
  }

  /** Returns all sites of an image that has no errors. */
  public static List<Site> of(Path image) throws IOException {
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
      DamageSites all = new DamageSites(channel);
      all.collect();
      return List.copyOf(all.sites);
    }
  }

  private ByteBuffer bytes(long offset, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && image.read(bytes, offset + bytes.position()) > 0) {}
    return bytes.clear();
  }

  private void add(String structure, long offset, String fields) {
    for (String field : fields.split(",", -1)) {
      String[] parts = field.split(" ", -1);
      sites.add(
          new Site(
              structure, parts[0], offset + Long.parseLong(parts[1]), Integer.parseInt(parts[2])));
    }
  }

  private void collect() throws IOException {
    ByteBuffer superblock = bytes(1024, 1024);
    blockSize = 1024 << superblock.getInt(24);
    boolean dynamic = superblock.getInt(76) > 0;
    inodeSize = dynamic ? superblock.getShort(88) & 0xFFFF : 128;
    boolean wide = dynamic && (superblock.getInt(96) & 0x80) != 0;
    boolean metaGroups = dynamic && (superblock.getInt(96) & 0x10) != 0;
    int descriptorSize = wide ? superblock.getShort(254) & 0xFFFF : 32;
    long blocks = superblock.getInt(4) & 0xFFFFFFFFL;
    int perGroup = superblock.getInt(32);
    int inodesPerGroup = superblock.getInt(40);
    int first = superblock.getInt(20);
    add("superblock", 1024, SUPERBLOCK);
    int groups = (int) ((blocks - first + perGroup - 1) / perGroup);
    // With meta_bg each meta group holds its own descriptors. Only those of the first one are
    // damaged.
    int known = metaGroups ? Math.min(groups, blockSize / descriptorSize) : groups;
    long descriptors = (long) (blockSize == 1024 ? 2 : 1) * blockSize;
    for (int group = 0; group < known; group++) {
      long at = descriptors + (long) group * descriptorSize;
      add("group_desc", at, DESCRIPTOR);
      ByteBuffer descriptor = bytes(at, 32);
      bitmap("block_bitmap", descriptor.getInt(0));
      bitmap("inode_bitmap", descriptor.getInt(4));
      long table = (descriptor.getInt(8) & 0xFFFFFFFFL) * blockSize;
      inodes(group, table, inodesPerGroup - neverUsed(superblock, descriptor, inodesPerGroup));
    }
  }

  /** Returns the number of inodes at the end of a table that were never used. */
  private static int neverUsed(ByteBuffer superblock, ByteBuffer descriptor, int inodesPerGroup) {
    boolean checksums = (superblock.getInt(100) & 0x410) != 0; // uninit_bg, metadata_csum
    if (!checksums || superblock.getInt(76) == 0) {
      return 0;
    }
    boolean uninitialized = (descriptor.getShort(18) & 1) != 0;
    return uninitialized ? inodesPerGroup : descriptor.getShort(28) & 0xFFFF;
  }

  private void bitmap(String structure, int block) {
    for (int i = 0; i < 4; i++) {
      add(structure, (block & 0xFFFFFFFFL) * blockSize, "bits_" + i + " " + 9 * i + " 1");
    }
  }

  private void inodes(int group, long table, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      long at = table + (long) i * inodeSize;
      ByteBuffer inode = bytes(at, inodeSize);
      int mode = inode.getShort(0) & 0xFFFF;
      boolean reserved = group == 0 && i < 10;
      if (inode.getShort(26) == 0 && !reserved) {
        continue;
      }
      String type =
          reserved && i != 1
              ? "reserved_inode"
              : switch (mode >>> 12) {
                case 4 -> "directory_inode";
                case 8 -> "file_inode";
                case 10 -> "symlink_inode";
                default -> "special_inode";
              };
      add(type, at, INODE);
      if (inodeSize > 128) {
        add(type, at, INODE_EXTRA);
        xattrEntries("xattr_in_inode", at, 128 + inode.getShort(128), inode, true);
      }
      if (type.equals("directory_inode") || type.equals("file_inode")) {
        content(at, inode, type.equals("directory_inode"));
      }
      long acl = inode.getInt(104) & 0xFFFFFFFFL;
      if (acl != 0 && visited.add(acl)) {
        add("xattr_block", acl * blockSize, XATTR_HEADER);
        xattrEntries("xattr_block", acl * blockSize, 32, bytes(acl * blockSize, blockSize), false);
      }
    }
  }

  private void xattrEntries(
      String structure, long base, int first, ByteBuffer bytes, boolean withMagic) {
    int at = first;
    if (withMagic) {
      if (at + 4 > bytes.capacity() || bytes.getInt(at) != 0xEA020000) {
        return;
      }
      at += 4;
    }
    while (at + 16 <= bytes.capacity() && bytes.getInt(at) != 0) {
      add(structure, base + at, XATTR_ENTRY);
      at += 16 + (bytes.get(at) & 0xFF) + 3 & ~3;
    }
  }

  private void content(long at, ByteBuffer inode, boolean directory) throws IOException {
    int flags = inode.getInt(32);
    if ((flags & INLINE_FLAG) != 0) {
      return;
    }
    if ((flags & EXTENTS_FLAG) != 0) {
      extents(at + 40, directory);
      return;
    }
    for (int i = 0; i < 12; i++) {
      if (directory) {
        directoryBlock(inode.getInt(40 + 4 * i));
      }
    }
    for (int level = 0; level < 3; level++) {
      indirect(inode.getInt(88 + 4 * level) & 0xFFFFFFFFL, level, directory);
    }
  }

  private void extents(long root, boolean directory) throws IOException {
    Deque<Long> nodes = new ArrayDeque<>(List.of(root));
    while (!nodes.isEmpty()) {
      long at = nodes.remove();
      ByteBuffer node = bytes(at, at == root ? 60 : blockSize);
      if ((node.getShort(0) & 0xFFFF) != EXTENT_MAGIC) {
        continue;
      }
      add("extent_header", at, EXTENT_HEADER);
      int depth = node.getShort(6);
      for (int i = 0; i < node.getShort(2); i++) {
        int entry = 12 + 12 * i;
        add(depth == 0 ? "extent" : "extent_index", at + entry, depth == 0 ? EXTENT : INDEX);
        if (depth > 0) {
          nodes.add((node.getInt(entry + 4) & 0xFFFFFFFFL) * blockSize);
        } else if (directory) {
          for (int j = 0; j < (node.getShort(entry + 4) & 0x7FFF); j++) {
            directoryBlock(node.getInt(entry + 8) + j);
          }
        }
      }
    }
  }

  private void indirect(long block, int level, boolean directory) throws IOException {
    if (block == 0 || !visited.add(block)) {
      return;
    }
    ByteBuffer pointers = bytes(block * blockSize, blockSize);
    for (int i = 0; i < MOST_POINTERS; i++) {
      add("indirect", block * blockSize, "pointer_" + i + " " + 4 * i + " 4");
    }
    for (int i = 0; i < blockSize / 4; i++) {
      long below = pointers.getInt(4 * i) & 0xFFFFFFFFL;
      if (below != 0 && level > 0) {
        indirect(below, level - 1, directory);
      } else if (below != 0 && directory) {
        directoryBlock((int) below);
      }
    }
  }

  private void directoryBlock(int number) throws IOException {
    long block = number & 0xFFFFFFFFL;
    if (block == 0 || !visited.add(block)) {
      return;
    }
    ByteBuffer bytes = bytes(block * blockSize, blockSize);
    int records = 0;
    for (int at = 0; at + 8 <= blockSize && records < MOST_RECORDS; records++) {
      int length = bytes.getShort(at + 4) & 0xFFFF;
      add("dir_entry", block * blockSize + at, RECORD);
      if (length < 8) {
        break;
      }
      at += length;
    }
    // These are entries in an index block of a hash tree, and something else in any other block.
    add("directory_block", block * blockSize, "word_8 32 4,word_9 36 4,word_10 40 4,word_12 48 4");
    add("directory_block", block * blockSize + blockSize, "tail -12 4,tail_1 -8 4,checksum -4 4");
  }
}
