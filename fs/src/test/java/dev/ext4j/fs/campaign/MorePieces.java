package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.format.OrphanBlock;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The structures outside of the directory tree and its mappings: inode bitmaps, orphan file, log.
 */
final class MorePieces {
  private final Mount mount;
  private final Geometry geometry;
  private final List<MetadataPiece> pieces = new ArrayList<>();

  private MorePieces(Mount mount) {
    this.mount = mount;
    this.geometry = mount.geometry();
  }

  /** Returns all of these structures on a device with a sound file system. */
  static List<MetadataPiece> of(BlockDevice device) throws IOException {
    try (Mount mount = new Mount(device, MountOptions.readOnly())) {
      MorePieces more = new MorePieces(mount);
      for (int group = 0; group < more.geometry.groupCount(); group++) {
        more.inodeBitmap(group);
      }
      more.orphanFile();
      long journal = mount.superblock().view().journalInode();
      if (journal != 0) {
        List<Long> blocks = more.blocks(mount.inodes().get(journal));
        more.pieces.addAll(new LogPieces(device, more.geometry.blockSize(), blocks).find());
      }
      return more.pieces;
    }
  }

  private void inodeBitmap(int group) throws IOException {
    GroupDescriptorView view = mount.groups().descriptor(group);
    if (view.areInodesUninitialized()) {
      return;
    }
    int size = geometry.descriptorSize();
    long descriptorOffset =
        (mount.groups().descriptorBlock(group) << geometry.blockSizeBits())
            + (long) (group % geometry.descriptorsPerBlock()) * size;
    pieces.add(
        new MetadataPiece(
            Kind.INODE_BITMAP,
            "inode bitmap of group " + group,
            view.inodeBitmapBlock() << geometry.blockSizeBits(),
            (int) ((geometry.inodesPerGroup() + 7) / 8),
            view::isInodeBitmapChecksumValid,
            (bytes, target) -> {
              ByteBuffer owner = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
              target.readFully(descriptorOffset, owner);
              GroupDescriptorView changed =
                  new GroupDescriptorView(geometry, group, owner.rewind(), 0);
              changed.setInodeBitmapChecksum(bytes);
              changed.seal();
              target.writeFully(descriptorOffset, owner.rewind());
            }));
  }

  private void orphanFile() throws IOException {
    long number = mount.superblock().view().orphanFileInode();
    if (number == 0) {
      return;
    }
    Inode inode = mount.inodes().get(number);
    int seed = inode.checksumSeed();
    for (long block : blocks(inode)) {
      pieces.add(
          new MetadataPiece(
              Kind.ORPHAN_BLOCK,
              "orphan block " + block,
              block << geometry.blockSizeBits(),
              geometry.blockSize(),
              bytes -> new OrphanBlock(bytes, geometry).isChecksumValid(seed, block),
              (bytes, target) -> new OrphanBlock(bytes, geometry).seal(seed, block)));
    }
  }

  private List<Long> blocks(Inode inode) throws IOException {
    List<Long> blocks = new ArrayList<>();
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      new BlockMapper(inode, mount.volume())
          .walk(
              0,
              (logical, physical, count, state) -> {
                for (long i = 0; i < count; i++) {
                  blocks.add(physical + i);
                }
                return true;
              });
    }
    return blocks;
  }
}
