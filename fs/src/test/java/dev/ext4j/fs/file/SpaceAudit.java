package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * The invariants of a file system at rest, for some of its files. Their trees are valid, each
 * cluster in use is used exactly once, and counters are right. No written block lies beyond the end
 * of a file, and the status trees agree with the disk. The clusters of other files are recorded at
 * construction.
 */
final class SpaceAudit {
  private final Geometry geometry;
  private final BitSet others;

  /** Records the clusters that are in use outside of the files. */
  SpaceAudit(Volume volume, GroupTable groups, List<Inode> files) throws IOException {
    this.geometry = volume.geometry();
    this.others = taken(volume, groups);
    BitSet own = new BitSet();
    for (Inode file : files) {
      new Walk(volume, file, own).run();
    }
    others.andNot(own);
  }

  /** Fails unless all invariants hold. No operation may be running. */
  void verify(Volume volume, GroupTable groups, Superblock superblock, List<Inode> files)
      throws IOException {
    BitSet used = (BitSet) others.clone();
    for (Inode file : files) {
      Walk walk = new Walk(volume, file, used);
      walk.run();
      long sectors = walk.clusters << (geometry.clusterRatioBits() + geometry.blockSizeBits() - 9);
      assertThat(file.fields().sectors()).as("i_blocks of %s", file).isEqualTo(sectors);
    }
    BitSet taken = taken(volume, groups);
    if (!taken.equals(used)) {
      BitSet lost = (BitSet) taken.clone();
      lost.andNot(used);
      used.andNot(taken);
      throw new AssertionError("taken but not used: " + lost + ", used but free: " + used);
    }
    long free = 0;
    for (int group = 0; group < geometry.groupCount(); group++) {
      int first = (int) clusterOf(geometry.groupStart(group));
      int clusters = geometry.clustersIn(group);
      int freeHere = clusters - taken.get(first, first + clusters).cardinality();
      assertThat(groups.descriptor(group).freeClusters()).as("group %d", group).isEqualTo(freeHere);
      free += freeHere;
    }
    assertThat(superblock.freeClusters()).isEqualTo(free);
  }

  private long clusterOf(long block) {
    return (block - geometry.firstDataBlock()) >>> geometry.clusterRatioBits();
  }

  private BitSet taken(Volume volume, GroupTable groups) throws IOException {
    BitSet taken = new BitSet();
    for (int group = 0; group < geometry.groupCount(); group++) {
      GroupDescriptorView descriptor = groups.descriptor(group);
      BlockBitmap bitmap =
          descriptor.isBlockBitmapUninitialized()
              ? BlockBitmap.planned(geometry, volume.allocator().zones(), group)
              : BlockBitmap.read(volume.cache(), descriptor);
      int first = (int) clusterOf(geometry.groupStart(group));
      for (int cluster = 0; cluster < geometry.clustersIn(group); cluster++) {
        taken.set(first + cluster, bitmap.isSet(cluster));
      }
    }
    return taken;
  }

  /** A walk over the clusters of one file. */
  private final class Walk {
    private final Volume volume;
    private final Inode file;
    private final BitSet used;
    private final long sizeInBlocks;
    private long clusters;
    private long lastLogicalCluster = -1;
    private long end;

    Walk(Volume volume, Inode file, BitSet used) {
      this.volume = volume;
      this.file = file;
      this.used = used;
      int blockSize = geometry.blockSize();
      long blocks = (file.fields().size() + blockSize - 1) / blockSize;
      // Content that moves out of the inode gets a block even if it is empty.
      boolean wasInline = geometry.features().has(IncompatFeature.INLINE_DATA);
      this.sizeInBlocks = Math.max(blocks, wasInline ? 1 : 0);
    }

    void run() throws IOException {
      if (file.has(FileFlag.INLINE_DATA)) {
        return;
      }
      try (RankedLock.Held lock = file.locks().inode().shared();
          RankedLock.Held tree = file.locks().extentTree().shared()) {
        BlockMapper mapper = new BlockMapper(file, volume);
        if (mapper.usesExtents()) {
          ExtentNode root = ExtentNode.verify(file.area(), geometry, file::toString);
          node(root, 0, ExtentTree.MAX_BLOCKS + 1);
        } else {
          mapper.indirect().visitNodes(this::use);
          mapper
              .indirect()
              .walk(
                  0,
                  (logical, physical, count, state) -> {
                    extent(logical, physical, (int) count, false);
                    return true;
                  });
        }
        requireStatus(mapper);
      }
    }

    private void node(ExtentNode node, long from, long to) throws IOException {
      for (int i = 0; i < node.entries(); i++) {
        long key = node.logicalBlock(i);
        long bound = i + 1 < node.entries() ? node.logicalBlock(i + 1) : to;
        assertThat(key).as("key in %s", file).isBetween(from, to - 1);
        if (node.depth() == 0) {
          assertThat(node.logicalEnd(i)).isLessThanOrEqualTo(bound);
          extent(key, node.physicalBlock(i), node.blockCount(i), node.isUnwritten(i));
        } else {
          child(node, i, key, bound);
        }
      }
    }

    private void child(ExtentNode parent, int i, long key, long bound) throws IOException {
      CachedBlock block = volume.cache().get(parent.childBlock(i));
      ExtentNode child = ExtentNode.verify(block.bytes(), geometry, () -> file + ", " + block);
      assertThat(child.depth()).isEqualTo(parent.depth() - 1);
      assertThat(child.entries()).as("entries of %s", block).isPositive();
      assertThat(child.logicalBlock(0)).as("first key of %s", block).isEqualTo(key);
      if (geometry.hasMetadataChecksums()) {
        assertThat(child.isChecksumValid(file.checksumSeed())).as("checksum of %s", block).isTrue();
      }
      use(block.number());
      node(child, key, bound);
    }

    private void extent(long logical, long physical, int count, boolean unwritten)
        throws CorruptionException {
      assertThat(logical).isGreaterThanOrEqualTo(end);
      end = logical + count;
      if (!unwritten) {
        assertThat(end).as("written end of %s", file).isLessThanOrEqualTo(sizeInBlocks);
      }
      int bits = geometry.clusterRatioBits();
      long mask = geometry.clusterRatio() - 1L;
      assertThat(physical - geometry.firstDataBlock() & mask).isEqualTo(logical & mask);
      long firstCluster = logical >>> bits;
      for (long c = Math.max(firstCluster, lastLogicalCluster + 1); c <= (end - 1) >>> bits; c++) {
        use(physical + Math.max(0, (c << bits) - logical));
      }
      lastLogicalCluster = (end - 1) >>> bits;
    }

    private void use(long block) {
      int cluster = (int) clusterOf(block);
      assertThat(used.get(cluster)).as("block %d of %s is used twice", block, file).isFalse();
      used.set(cluster);
      clusters++;
    }

    /** Fails unless the status tree agrees with the mapping on disk. */
    private void requireStatus(BlockMapper mapper) throws IOException {
      for (long at = 0; at <= Math.max(end, sizeInBlocks) + 1; ) {
        Mapping truth =
            mapper.usesExtents() ? mapper.extents().lookup(at) : mapper.indirect().lookup(at);
        for (long block : new long[] {at, at + truth.blockCount() / 2, truth.logicalEnd() - 1}) {
          ExtentStatusTree.Known noted = file.status().lookup(block);
          if (noted != null) {
            Mapping known = noted.mapping();
            if (known.state() == State.DELAYED && truth.state() == State.HOLE) {
              continue; // a delayed block is not mapped on disk
            }
            assertThat(known.state())
                .as("status of block %d of %s", block, file)
                .isEqualTo(truth.state());
            if (truth.isAllocated()) {
              assertThat(known.physicalBlock() - block)
                  .as("place of block %d of %s", block, file)
                  .isEqualTo(truth.physicalBlock() - truth.logicalBlock());
            }
          }
        }
        at = truth.logicalEnd();
      }
    }
  }
}
