package dev.ext4j.fs.fsck;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.Holes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NoSuchElementException;

/**
 * A copy of an image in which single fields can be changed, by the names that the kernel gives
 * them: {@code image.inode("/small").set("i_links_count", 7)}. Places are those of the sound image.
 */
final class DamagedImage {
  private static final int SUPERBLOCK_OFFSET = 1024;
  private static final int BASE_INODE = 128;
  private static final int ENTRY_HEADER = 8; // of a directory entry
  private static final int EXTENT_SIZE = 12;
  private static final int HASH_ENTRY_SIZE = 8;
  private static final int XATTR_HEADER_SIZE = 32;
  private static final int XATTR_ENTRY_SIZE = 16;
  private static final long INLINE_DATA = 0x10000000;
  private static final long BIT64 = 0x80;

  private final ProofImage image;
  private final MemoryBlockDevice sound;
  private final int blockSize;
  private final int inodeSize;
  private final int inodesPerGroup;
  private final int descriptorSize;
  private MemoryBlockDevice disk;

  DamagedImage(ProofImage image) throws IOException {
    this.image = image;
    this.sound = image.disk();
    this.disk = sound.copy();
    Place superblock = superblock();
    this.blockSize = 1024 << superblock.behind(24, Structure.WORD).get("value");
    this.inodeSize = (int) superblock.behind(88, Structure.WORD).get("value") & 0xFFFF;
    this.inodesPerGroup = (int) superblock.behind(40, Structure.WORD).get("value");
    boolean wide = (superblock.get("s_feature_incompat") & BIT64) != 0;
    this.descriptorSize = wide ? (int) superblock.get("s_desc_size") : 32;
  }

  /** Returns the device with the damage. */
  MemoryBlockDevice disk() {
    return disk;
  }

  /** Makes all checksums valid. */
  void seal() throws IOException {
    image.seal().seal(disk);
  }

  /** Makes the checksum of one group descriptor valid, and no other. */
  void sealDescriptor(int group) throws IOException {
    image.seal().seal(disk, "descriptor of group " + group);
  }

  /** Cuts off the end of the device. */
  void truncate(long byteCount) throws IOException {
    MemoryBlockDevice shorter = new MemoryBlockDevice(byteCount);
    ByteBuffer bytes = ByteBuffer.allocate((int) byteCount);
    disk.readFully(0, bytes);
    shorter.writeFully(0, bytes.flip());
    disk = shorter;
  }

  Place superblock() {
    return new Place(disk, Structure.SUPERBLOCK, SUPERBLOCK_OFFSET);
  }

  /** Returns the superblock at the beginning of a group that has one. */
  Place backup(int group) throws IOException {
    long perGroup = superblock().get("s_clusters_per_group");
    long first = blockSize == 1024 ? 1 : 0;
    return new Place(disk, Structure.SUPERBLOCK, (first + group * perGroup) * blockSize);
  }

  /** Returns the descriptor of a group, from the table after the primary superblock. */
  Place group(int number) {
    long first = blockSize == 1024 ? 2 : 1;
    return new Place(disk, Structure.GROUP, first * blockSize + (long) number * descriptorSize);
  }

  /** Returns a block as a row of words. */
  Place block(long number) {
    return new Place(disk, Structure.WORD, number * blockSize);
  }

  /** Returns a block as a structure, such as one of the orphan file or of a quota file. */
  Place block(long number, Structure structure) {
    return new Place(disk, structure, number * blockSize);
  }

  /** Returns the inode with a number. */
  Place inode(long number) throws IOException {
    long table = group((int) ((number - 1) / inodesPerGroup)).get("bg_inode_table_lo");
    return new Place(
        disk, Structure.INODE, table * blockSize + (number - 1) % inodesPerGroup * inodeSize);
  }

  /** Returns the inode of a path. */
  Place inode(String path) throws IOException {
    return inode(number(path));
  }

  /** Returns the inode number of a path. */
  long number(String path) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(sound, OpenOptions.readOnly())) {
      return fs.file(FileAddress.path(path.getBytes(UTF_8))).stat().id().inode();
    }
  }

  /** Returns the physical block of a logical block of a file or directory. */
  long blockOf(String path, long logicalBlock) throws IOException {
    long[] found = {0};
    try (Ext4FileSystem fs = Ext4FileSystem.open(sound, OpenOptions.readOnly())) {
      fs.file(FileAddress.path(path.getBytes(UTF_8)))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                if (logical <= logicalBlock && logicalBlock < logical + count) {
                  found[0] = physical + logicalBlock - logical;
                }
                return true;
              });
    }
    if (found[0] == 0) {
      throw new NoSuchElementException(path + " has no block " + logicalBlock);
    }
    return found[0];
  }

  /** Inverts the bit of a block or inode in the bitmap of its group. */
  void flipBit(String bitmapField, int group, int bit) throws IOException {
    Place word = block(group(group).get(bitmapField)).word(bit / Integer.SIZE);
    word.flip("value", 1L << bit % Integer.SIZE);
  }

  /** Returns the header of the extent tree in an inode. */
  Place extentHeader(String path) throws IOException {
    return inode(path).behind(40, Structure.EXTENT_HEADER);
  }

  /** Returns extent {@code i} after a header. */
  static Place extent(Place header, int i) {
    return header.behind(EXTENT_SIZE * (1L + i), Structure.EXTENT);
  }

  /** Returns index entry {@code i} after a header. */
  static Place index(Place header, int i) {
    return header.behind(EXTENT_SIZE * (1L + i), Structure.EXTENT_INDEX);
  }

  /** Returns the node below index entry {@code i} after a header. */
  Place child(Place header, int i) throws IOException {
    return block(index(header, i).get("ei_leaf_lo"), Structure.EXTENT_HEADER);
  }

  /** Returns the directory entry that names a file or directory. */
  Place entry(String path) throws IOException {
    String directory = path.lastIndexOf('/') == 0 ? "/" : path.substring(0, path.lastIndexOf('/'));
    byte[] name = path.substring(path.lastIndexOf('/') + 1).getBytes(UTF_8);
    Place inode = inode(directory);
    if ((inode.get("i_flags") & INLINE_DATA) != 0) {
      return record(inode.behind(44, Structure.DIRECTORY_ENTRY), 56, name);
    }
    for (long logical = 0; ; logical++) {
      try {
        return record(directoryBlock(directory, logical), blockSize, name);
      } catch (IllegalStateException elsewhere) {
        // the search ends at the end of the directory
      }
    }
  }

  private static Place record(Place first, int end, byte[] name) throws IOException {
    int at = 0;
    while (at + ENTRY_HEADER < end) {
      Place record = first.behind(at, Structure.DIRECTORY_ENTRY);
      byte[] found = new byte[(int) record.get("name_len")];
      record.disk().readFully(record.byteOffset() + ENTRY_HEADER, ByteBuffer.wrap(found));
      if (java.util.Arrays.equals(found, name) && record.get("inode") != 0) {
        return record;
      }
      at += (int) record.get("rec_len");
    }
    throw new IllegalStateException("no " + new String(name, ISO_8859_1) + " here");
  }

  /** Returns the first entry in a block of a directory. */
  Place directoryBlock(String path, long logicalBlock) throws IOException {
    return block(blockOf(path, logicalBlock), Structure.DIRECTORY_ENTRY);
  }

  /** Returns the root of the hash tree of a directory. */
  Place hashRoot(String path) throws IOException {
    return block(blockOf(path, 0), Structure.HASH_ROOT);
  }

  /** Returns an index block of the hash tree other than the root. */
  Place hashNode(String path, long logicalBlock) throws IOException {
    return block(blockOf(path, logicalBlock), Structure.HASH_NODE);
  }

  /** Returns entry {@code i} of an index block of a hash tree. */
  static Place hashEntry(Place node, int i) {
    int first = node.structure().member("limit").offset();
    return node.behind(first + HASH_ENTRY_SIZE * (long) i, Structure.HASH_ENTRY);
  }

  /** Returns the attribute block of a file. */
  Place xattrBlock(String path) throws IOException {
    return block(inode(path).get("i_file_acl_lo"), Structure.XATTR_HEADER);
  }

  /** Returns the first attribute in an attribute block. */
  Place xattrInBlock(String path) throws IOException {
    return xattrBlock(path).behind(XATTR_HEADER_SIZE, Structure.XATTR_ENTRY);
  }

  /** Returns the first attribute in an inode. */
  Place xattrInInode(String path) throws IOException {
    Place inode = inode(path);
    long magic = BASE_INODE + inode.get("i_extra_isize");
    return inode.behind(magic + Integer.BYTES, Structure.XATTR_ENTRY);
  }

  /** Returns the attribute after another one. */
  static Place nextXattr(Place entry) throws IOException {
    long size = XATTR_ENTRY_SIZE + entry.get("e_name_len") + 3 & ~3L;
    return entry.behind(size, Structure.XATTR_ENTRY);
  }

  /** Returns the superblock of the journal in an inode. */
  Place journal() throws IOException {
    Place header = inode(superblock().get("s_journal_inum")).behind(40, Structure.EXTENT_HEADER);
    long first =
        header.get("eh_magic") == 0xF30A
            ? extent(header, 0).get("ee_start_lo")
            : header.behind(0, Structure.WORD).get("value");
    return block(first, Structure.JOURNAL_SUPERBLOCK);
  }
}
