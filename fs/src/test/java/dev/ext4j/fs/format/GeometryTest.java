package dev.ext4j.fs.format;

import static dev.ext4j.fs.format.SuperblockFields.S_BLOCKS_COUNT_HI;
import static dev.ext4j.fs.format.SuperblockFields.S_BLOCKS_COUNT_LO;
import static dev.ext4j.fs.format.SuperblockFields.S_BLOCKS_PER_GROUP;
import static dev.ext4j.fs.format.SuperblockFields.S_CLUSTERS_PER_GROUP;
import static dev.ext4j.fs.format.SuperblockFields.S_DESC_SIZE;
import static dev.ext4j.fs.format.SuperblockFields.S_FIRST_DATA_BLOCK;
import static dev.ext4j.fs.format.SuperblockFields.S_INODES_COUNT;
import static dev.ext4j.fs.format.SuperblockFields.S_INODES_PER_GROUP;
import static dev.ext4j.fs.format.SuperblockFields.S_INODE_SIZE;
import static dev.ext4j.fs.format.SuperblockFields.S_LOG_BLOCK_SIZE;
import static dev.ext4j.fs.format.SuperblockFields.S_LOG_CLUSTER_SIZE;
import static dev.ext4j.fs.format.SuperblockFields.S_REV_LEVEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class GeometryTest {

  @Test
  void soundSuperblock_givesItsNumbers() throws Exception {
    Geometry geometry = new SuperblockBytes().geometry();
    assertThat(geometry.blockSize()).isEqualTo(4096);
    assertThat(geometry.groupCount()).isEqualTo(3);
    assertThat(geometry.inodeSize()).isEqualTo(256);
    assertThat(geometry.descriptorSize()).isEqualTo(64);
    assertThat(geometry.clusterRatio()).isEqualTo(1);
    assertThat(geometry.blocksIn(2)).isEqualTo(SuperblockBytes.BLOCK_COUNT - 2 * 32768);
    assertThat(geometry.groupOf(32767)).isZero();
    assertThat(geometry.groupOf(32768)).isEqualTo(1);
    assertThat(geometry.containsBlocks(0, 1)).isFalse();
    assertThat(geometry.containsBlocks(1, SuperblockBytes.BLOCK_COUNT - 1)).isTrue();
    assertThat(geometry.containsBlocks(1, SuperblockBytes.BLOCK_COUNT)).isFalse();
    assertThat(geometry.containsBlocks(SuperblockBytes.BLOCK_COUNT, 1)).isFalse();
    assertThat(geometry.containsBlocks(Long.MAX_VALUE, 1)).isFalse();
    assertThat(geometry.containsBlocks(5, 0)).isFalse();
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        spoilt("log block size 7", S_LOG_BLOCK_SIZE, 7),
        spoilt("log block size 32", S_LOG_BLOCK_SIZE, 32),
        spoilt("log block size 2^32-1", S_LOG_BLOCK_SIZE, 0xFFFFFFFFL),
        spoilt("other block size, old counts", S_LOG_BLOCK_SIZE, 0),
        spoilt("no blocks per group", S_BLOCKS_PER_GROUP, 0),
        spoilt("more blocks per group than bits", S_BLOCKS_PER_GROUP, 32768 + 8),
        spoilt("blocks per group 2^32-1", S_BLOCKS_PER_GROUP, 0xFFFFFFFFL),
        spoilt("no inodes per group", S_INODES_PER_GROUP, 0),
        spoilt("more inodes per group than bits", S_INODES_PER_GROUP, 32768 + 8),
        spoilt("inodes per group 2^32-1", S_INODES_PER_GROUP, 0xFFFFFFFFL),
        spoilt("no inodes", S_INODES_COUNT, 0),
        spoilt("inodes not times groups", S_INODES_COUNT, 3 * 8192 + 1),
        spoilt("inode size 0", S_INODE_SIZE, 0),
        spoilt("inode size 127", S_INODE_SIZE, 127),
        spoilt("inode size 192", S_INODE_SIZE, 192),
        spoilt("inode larger than a block", S_INODE_SIZE, 8192),
        spoilt("descriptor size 0", S_DESC_SIZE, 0),
        spoilt("descriptor size 32 with 64bit", S_DESC_SIZE, 32),
        spoilt("descriptor size 96", S_DESC_SIZE, 96),
        spoilt("descriptor size 2048", S_DESC_SIZE, 2048),
        spoilt("first data block 1 with 4 KiB blocks", S_FIRST_DATA_BLOCK, 1),
        spoilt("first data block far away", S_FIRST_DATA_BLOCK, 0xFFFFFFFFL),
        spoilt("no blocks", S_BLOCKS_COUNT_LO, 0),
        spoilt("blocks beyond 48 bits", S_BLOCKS_COUNT_HI, 0x10000),
        spoilt("blocks beyond 63 bits", S_BLOCKS_COUNT_HI, 0xFFFFFFFFL),
        Arguments.of(
            "first data block 0 with 1 KiB blocks",
            new SuperblockBytes()
                .set(S_LOG_BLOCK_SIZE, 0)
                .set(S_BLOCKS_PER_GROUP, 8192)
                .set(S_INODES_COUNT, 9 * 8192)),
        Arguments.of("cluster smaller than a block", bigalloc(1, 65536)),
        Arguments.of("cluster of 2^42 bytes", bigalloc(32, 65536)),
        Arguments.of("cluster of 2^9 blocks, blocks for 2", bigalloc(11, 65536)),
        Arguments.of("no clusters per group", bigalloc(4, 65536).set(S_CLUSTERS_PER_GROUP, 0)),
        Arguments.of(
            "clusters per group 2^32-1",
            bigalloc(4, 65536).set(S_CLUSTERS_PER_GROUP, 0xFFFFFFFFL)));
  }

  private static Arguments spoilt(String name, Field field, long value) {
    return Arguments.of(name, new SuperblockBytes().set(field, value));
  }

  private static SuperblockBytes bigalloc(int logClusterSize, long blocksPerGroup) {
    return new SuperblockBytes()
        .with(RoCompatFeature.BIGALLOC)
        .set(S_LOG_CLUSTER_SIZE, logClusterSize)
        .set(S_CLUSTERS_PER_GROUP, 16384)
        .set(S_BLOCKS_PER_GROUP, blocksPerGroup);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("impossible")
  void impossibleField_isACorruptSuperblock(String name, SuperblockBytes superblock) {
    CorruptionException e = catchThrowableOfType(CorruptionException.class, superblock::geometry);
    assertThat(e).as(name).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.SUPERBLOCK);
  }

  @Test
  void bigalloc_countsInClusters() throws Exception {
    Geometry geometry = bigalloc(4, 65536).set(S_INODES_COUNT, 2 * 8192).geometry();
    assertThat(geometry.clusterRatio()).isEqualTo(4);
    assertThat(geometry.clustersPerGroup()).isEqualTo(16384);
    assertThat(geometry.groupCount()).isEqualTo(2);
    assertThat(geometry.clustersIn(1)).isEqualTo((70_000 - 65536) / 4);
  }

  @Test
  void blockCountAbove32Bits_countsOnlyWith64Bit() throws Exception {
    SuperblockBytes wide =
        new SuperblockBytes()
            .set(S_BLOCKS_COUNT_HI, 1)
            .set(S_INODES_PER_GROUP, 8)
            .set(S_INODES_COUNT, 8 * (131072 + 3));
    assertThat(wide.geometry().blockCount()).isEqualTo((1L << 32) + 70_000);
    wide.without(IncompatFeature.BIT64).set(S_INODES_COUNT, 8 * 3);
    assertThat(wide.geometry().blockCount()).isEqualTo(70_000);
    assertThat(wide.geometry().descriptorSize()).as("whatever s_desc_size says").isEqualTo(32);
  }

  @Test
  void revision0_hasFixedSizes() throws Exception {
    SuperblockBytes old =
        new SuperblockBytes()
            .set(S_REV_LEVEL, 0)
            .set(S_INODE_SIZE, 777)
            .set(SuperblockFields.S_FIRST_INO, 99)
            .features(0, 0, 0);
    assertThat(old.geometry().inodeSize()).isEqualTo(128);
    assertThat(old.geometry().firstInode()).isEqualTo(11);
    assertThat(old.geometry().descriptorSize()).isEqualTo(32);
    assertThat(old.geometry().hasSuperblock(2)).as("no sparse_super").isTrue();
  }

  /** Checks that features count in revision 0. Linux warns of them and uses them. */
  @Test
  void revision0WithFeatures_hasThem() throws Exception {
    SuperblockBytes old =
        new SuperblockBytes().set(S_REV_LEVEL, 0).features(0x4, 0x40000000L, 0x400);
    assertThat(old.view().features().has(CompatFeature.HAS_JOURNAL)).isTrue();
    assertThat(old.view().features().has(RoCompatFeature.METADATA_CSUM)).isTrue();
    assertThatThrownBy(() -> old.view().features().checkReadable())
        .isInstanceOf(UnsupportedFeatureException.class);
  }

  @Test
  void backups_withSparseSuper_areAtPowersOf3And5And7() throws Exception {
    Geometry geometry = new SuperblockBytes().geometry();
    for (int group = 0; group < 20_000; group++) {
      assertThat(geometry.hasSuperblock(group)).as("group %d", group).isEqualTo(sparse(group));
    }
  }

  private static boolean sparse(int group) {
    return Stream.of(3, 5, 7).anyMatch(base -> isPower(group, base)) || group == 0;
  }

  /** Returns whether a group number is a power of a base, where 1 counts as a power. */
  private static boolean isPower(int group, int base) {
    int left = group;
    while (left > 1 && left % base == 0) {
      left /= base;
    }
    return left == 1;
  }

  @Test
  void backups_withSparseSuper2_areWhereTheSuperblockSays() throws Exception {
    SuperblockBytes superblock =
        new SuperblockBytes()
            .with(CompatFeature.SPARSE_SUPER2)
            .set(SuperblockFields.S_BACKUP_BGS_0, 1)
            .set(SuperblockFields.S_BACKUP_BGS_1, 77);
    Geometry two = superblock.geometry();
    for (int group = 0; group < 200; group++) {
      assertThat(two.hasSuperblock(group)).isEqualTo(group == 0 || group == 1 || group == 77);
    }
    Geometry none =
        superblock
            .set(SuperblockFields.S_BACKUP_BGS_0, 0)
            .set(SuperblockFields.S_BACKUP_BGS_1, 0)
            .geometry();
    assertThat(none.hasSuperblock(0)).isTrue();
    assertThat(none.hasSuperblock(1)).isFalse();
  }
}
