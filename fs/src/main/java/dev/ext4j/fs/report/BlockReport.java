package dev.ext4j.fs.report;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.format.XattrRecord;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.StructureDump;
import dev.ext4j.fs.inspect.StructureDump.Kind;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.structure.BitmapDump;
import dev.ext4j.fs.report.structure.BlockMapDump;
import dev.ext4j.fs.report.structure.DirectoryDump;
import dev.ext4j.fs.report.structure.ExtentNodeDump;
import dev.ext4j.fs.report.structure.GroupDescriptorDump;
import dev.ext4j.fs.report.structure.HashTreeNodeDump;
import dev.ext4j.fs.report.structure.InodeDump;
import dev.ext4j.fs.report.structure.JournalBlockDump;
import dev.ext4j.fs.report.structure.OrphanBlockDump;
import dev.ext4j.fs.report.structure.SuperblockDump;
import dev.ext4j.fs.report.structure.XattrDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The dump of one block. The owner of the block decides which structures are shown. An owner that
 * is damaged is found by {@link UncheckedOwner}. If no owner is found, the content of the block
 * decides.
 */
final class BlockReport {
  private static final String USED = "in use in the block bitmap";

  private final Mount mount;
  private final Geometry geometry;
  private final UncheckedBlocks blocks;
  private final long block;
  private final BlockOwner owner;

  private BlockReport(Mount mount, long block) throws IOException {
    this.mount = mount;
    this.geometry = mount.geometry();
    this.blocks = new UncheckedBlocks(mount);
    this.block = block;
    blocks.require(block);
    this.owner = findOwner();
  }

  private BlockOwner findOwner() throws IOException {
    BlockOwner found =
        BlockOwners.of(mount, new TreeSet<>(List.of(block)), OptionalLong.empty()).ownerOf(block);
    boolean searched = found.kind() != BlockOwner.Kind.UNKNOWN || block < geometry.firstDataBlock();
    return searched || !use().equals(USED) ? found : UncheckedOwner.of(mount, block);
  }

  /** Returns the dump of a block. */
  static StructureDump of(Mount mount, long block) throws IOException {
    return new BlockReport(mount, block).dump();
  }

  private StructureDump dump() throws IOException {
    return switch (owner.kind()) {
      case SUPERBLOCK -> superblock(Kind.SUPERBLOCK);
      case BACKUP_SUPERBLOCK -> superblock(Kind.BACKUP_SUPERBLOCK);
      case GROUP_DESCRIPTORS -> descriptors(Kind.GROUP_DESCRIPTORS);
      case BACKUP_DESCRIPTORS -> descriptors(Kind.BACKUP_GROUP_DESCRIPTORS);
      case RESERVED_DESCRIPTORS -> metadata(Kind.RESERVED_GROUP_DESCRIPTORS, List.of());
      case BLOCK_BITMAP -> metadata(Kind.BLOCK_BITMAP, List.of(blockBitmap()));
      case INODE_BITMAP -> metadata(Kind.INODE_BITMAP, List.of(inodeBitmap()));
      case INODE_TABLE ->
          metadata(
              Kind.INODE_TABLE,
              InodeDump.ofBlock(geometry, owner.firstInode(), owner.lastInode(), bytes(), block));
      case TREE_NODE -> treeNode();
      case DIRECTORY -> directory();
      case XATTR -> metadata(Kind.XATTR_BLOCK, XattrDump.block(geometry, bytes(), block));
      case DATA -> data();
      case UNKNOWN -> unknown();
    };
  }

  private ByteBuffer bytes() throws IOException {
    return blocks.metadata(block);
  }

  private StructureDump metadata(Kind kind, List<DumpedStructure> structures) throws IOException {
    return result(kind, owner.describe(), bytes(), structures);
  }

  private StructureDump result(
      Kind kind, String description, ByteBuffer bytes, List<DumpedStructure> structures) {
    return new StructureDump(kind, description, block, 0, bytes, structures, List.of());
  }

  private StructureDump superblock(Kind kind) throws IOException {
    ByteBuffer bytes = bytes();
    int byteOffset = superblockOffset();
    String label = kind == Kind.SUPERBLOCK ? "" : "backup in group " + owner.firstGroup();
    return result(
        kind,
        owner.describe(),
        bytes,
        List.of(
            SuperblockDump.of(
                bytes.slice(byteOffset, SuperblockView.SIZE), block, byteOffset, label)));
  }

  /** Returns the offset of a superblock in its block. Only the one in block 0 has an offset. */
  private int superblockOffset() {
    return block == 0 && geometry.blockSize() > SuperblockView.PRIMARY_BYTE_OFFSET
        ? (int) SuperblockView.PRIMARY_BYTE_OFFSET
        : 0;
  }

  private StructureDump descriptors(Kind kind) throws IOException {
    ByteBuffer bytes = bytes();
    return result(
        kind,
        owner.describe(),
        bytes,
        GroupDescriptorDump.ofBlock(geometry, owner.firstGroup(), owner.lastGroup(), bytes, block));
  }

  private DumpedStructure blockBitmap() throws IOException {
    int group = (int) owner.firstGroup();
    GroupDescriptorView descriptor = blocks.descriptor(group);
    ByteBuffer bytes = bytes();
    boolean matches =
        descriptor.isBlockBitmapUninitialized() || descriptor.isBlockBitmapChecksumValid(bytes);
    return new BitmapDump(bytes, block)
        .of(
            "block bitmap",
            "blocks",
            geometry.clustersIn(group),
            geometry.groupStart(group),
            geometry.clusterRatio(),
            matches);
  }

  private DumpedStructure inodeBitmap() throws IOException {
    int group = (int) owner.firstGroup();
    GroupDescriptorView descriptor = blocks.descriptor(group);
    ByteBuffer bytes = bytes();
    boolean matches =
        descriptor.areInodesUninitialized() || descriptor.isInodeBitmapChecksumValid(bytes);
    long first = group * geometry.inodesPerGroup() + 1;
    return new BitmapDump(bytes, block)
        .of("inode bitmap", "inodes", (int) geometry.inodesPerGroup(), first, 1, matches);
  }

  private StructureDump treeNode() throws IOException {
    InodeView inode = blocks.inodeView(owner.firstInode());
    return inode.hasFlag(FileFlag.EXTENTS)
        ? metadata(
            Kind.EXTENT_NODE,
            ExtentNodeDump.block(geometry, bytes(), block, OptionalInt.of(inode.checksumSeed())))
        : metadata(Kind.INDIRECT_BLOCK, List.of(BlockMapDump.block(geometry, bytes(), block)));
  }

  private StructureDump directory() throws IOException {
    InodeView inode = blocks.inodeView(owner.firstInode());
    OptionalInt seed = OptionalInt.of(inode.checksumSeed());
    ByteBuffer bytes = bytes();
    if (inode.hasFlag(FileFlag.INDEX) && owner.logicalBlock() == 0) {
      return metadata(Kind.HASH_TREE_ROOT, HashTreeNodeDump.root(geometry, bytes, block, seed));
    }
    if (inode.hasFlag(FileFlag.INDEX) && DirectoryBlock.isHashTreeBlock(bytes)) {
      return metadata(Kind.HASH_TREE_NODE, HashTreeNodeDump.node(geometry, bytes, block, seed));
    }
    return metadata(Kind.DIRECTORY_BLOCK, DirectoryDump.block(geometry, bytes, block, seed));
  }

  private StructureDump data() throws IOException {
    long inode = owner.firstInode();
    ByteBuffer bytes = blocks.content(block);
    if (inode == mount.superblock().view().journalInode()) {
      return journal(bytes);
    }
    if (inode == mount.superblock().view().orphanFileInode()) {
      int seed = blocks.inodeView(inode).checksumSeed();
      return result(
          Kind.ORPHAN_BLOCK,
          "orphan file, block " + owner.logicalBlock(),
          bytes,
          OrphanBlockDump.of(geometry, bytes, block, seed));
    }
    return result(Kind.CONTENT, owner.describe(), bytes, List.of());
  }

  private StructureDump journal(ByteBuffer bytes) throws IOException {
    JournalSuperblock log = logSuperblock();
    long logBlock = owner.logicalBlock();
    String description = "journal, log block " + logBlock;
    if (log != null && log.hasFastCommits() && logBlock >= log.fastCommitStart()) {
      return result(
          Kind.JOURNAL_FAST_COMMIT,
          description + ", in the area for fast commits",
          bytes,
          JournalBlockDump.fastCommit(bytes, block));
    }
    JournalBlockDump dump = new JournalBlockDump(bytes, block, log);
    return result(dump.kind(), description, bytes, dump.dump());
  }

  private @Nullable JournalSuperblock logSuperblock() throws IOException {
    try {
      return OpenLog.of(mount).superblock();
    } catch (Ext4Exception e) {
      return null; // the blocks of the log are shown as far as they can be without it
    }
  }

  /** Shows a block without a known owner. A magic number decides which structures are shown. */
  private StructureDump unknown() throws IOException {
    ByteBuffer bytes = blocks.content(block);
    if (block < geometry.firstDataBlock()) {
      return result(Kind.BOOT_BLOCK, "before the first block of group 0", bytes, List.of());
    }
    String use = "no owner was found, " + use();
    if (block == mount.superblock().view().mmpBlock()) {
      return result(Kind.UNKNOWN, "block of multiple mount protection", bytes, List.of());
    }
    if (ExtentNode.isNode(bytes)) {
      return result(
          Kind.UNKNOWN,
          use + ", looks like a node of an extent tree",
          bytes,
          ExtentNodeDump.block(geometry, bytes, block, OptionalInt.empty()));
    }
    if (XattrRecord.hasMagic(bytes)) {
      return result(
          Kind.UNKNOWN,
          use + ", looks like an attribute block",
          bytes,
          XattrDump.block(geometry, bytes, block));
    }
    JournalBlockDump log = new JournalBlockDump(bytes, block, null);
    if (log.kind() != Kind.JOURNAL_DATA) {
      return result(Kind.UNKNOWN, use + ", looks like a block of a journal", bytes, log.dump());
    }
    if (isSuperblock(bytes)) {
      ByteBuffer copy = bytes.slice(0, SuperblockView.SIZE);
      return result(
          Kind.UNKNOWN,
          use + ", looks like a superblock",
          bytes,
          List.of(SuperblockDump.of(copy, block, 0, "")));
    }
    return DirectoryDump.isStart(bytes)
        ? result(
            Kind.UNKNOWN,
            use + ", looks like the first block of a directory",
            bytes,
            DirectoryDump.block(geometry, bytes, block, OptionalInt.empty()))
        : result(Kind.UNKNOWN, use, bytes, List.of());
  }

  private static boolean isSuperblock(ByteBuffer bytes) {
    try {
      return SuperblockView.of(bytes.duplicate().clear()).inodeCount() != 0;
    } catch (CorruptionException e) {
      return false;
    }
  }

  /** Returns whether the block bitmap marks the block as used. */
  private String use() throws IOException {
    int group = geometry.groupOf(block);
    GroupDescriptorView descriptor = blocks.descriptor(group);
    if (descriptor.isBlockBitmapUninitialized()) {
      return "the bitmap of its group is not initialized";
    }
    if (!geometry.containsBlocks(descriptor.blockBitmapBlock(), 1)) {
      return "the bitmap of its group lies outside";
    }
    ByteBuffer bitmap = blocks.metadata(descriptor.blockBitmapBlock());
    int bit = (int) ((block - geometry.groupStart(group)) >>> geometry.clusterRatioBits());
    boolean used = (bitmap.get(bit >> 3) & 1 << (bit & 7)) != 0;
    return used ? USED : "free in the block bitmap";
  }
}
