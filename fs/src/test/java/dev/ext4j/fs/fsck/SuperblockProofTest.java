package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to the superblock, and to what depends on its fields. */
class SuperblockProofTest {
  private static final long RESIZE_INODE = 0x10; // compatible
  private static final long BIT64 = 0x80; // incompatible
  private static final long CSUM_SEED = 0x2000;
  private static final long GDT_CSUM = 0x10; // read-only compatible

  static List<ProofCase> cases() {
    return List.of(
        proof("noMagic_backupIsUsed", FEATURES, i -> i.superblock().set("s_magic", 0))
            .shows(
                "SUPERBLOCK_UNUSABLE block=8193 name=no ext2, ext3 or ext4 file system here (bad"
                    + " magic number)",
                "FREE_BLOCKS found=7418 expected=7413",
                "FREE_INODES found=51 expected=49",
                "GROUP_FREE_BLOCKS group=0 found=7056 expected=7051",
                "GROUP_FREE_INODES group=0 found=19 expected=17",
                "GROUP_DIRECTORIES group=0 found=2 expected=3"),
        proof("backupWithoutMagic", PLAIN, i -> i.backup(1).set("s_magic", 0))
            .shows("BACKUP_DIFFERS block=1025 group=1 name=s_magic"),
        proof("backupOfAnother", PLAIN, i -> i.backup(1).add("s_inodes_count", 1))
            .shows("BACKUP_DIFFERS block=1025 group=1 name=s_inodes_count"),
        proof("backupOfEarlierTimes", PLAIN, i -> i.backup(1).set("s_wtime", 1)).shows(),
        proof(
                "moreReservedBlocksThanHalf",
                PLAIN,
                i -> i.superblock().set("s_r_blocks_count_lo", 2049))
            .shows("SUPERBLOCK_FIELD found=2049 name=s_r_blocks_count"),
        proof(
                "halfOfTheBlocksReserved",
                PLAIN,
                i -> i.superblock().set("s_r_blocks_count_lo", 2048))
            .shows(),
        proof(
                "reservedBlocksOfTwoTo63",
                CHECKSUMS,
                i -> {
                  i.superblock().set("s_r_blocks_count_hi", 0x80000000L);
                  i.seal();
                })
            .shows("SUPERBLOCK_FIELD found=-9223372036854775808 name=s_r_blocks_count"),
        proof("unknownEncoding", PLAIN, i -> i.superblock().set("s_encoding", 2))
            .shows("SUPERBLOCK_FIELD found=2 name=s_encoding"),
        proof("flexibleGroupsTooLarge", PLAIN, i -> i.superblock().set("s_log_groups_per_flex", 32))
            .shows("SUPERBLOCK_FIELD found=32 name=s_log_groups_per_flex"),
        proof("flexibleGroupsLargest", PLAIN, i -> i.superblock().set("s_log_groups_per_flex", 31))
            .shows(),
        proof("firstInodeTooLow", PLAIN, i -> i.superblock().set("s_first_ino", 10))
            .shows("SUPERBLOCK_FIELD found=10 name=s_first_ino"),
        proof(
                "moreReservedDescriptorsThanPointers",
                PLAIN,
                i -> i.superblock().set("s_reserved_gdt_blocks", 257))
            .shows("SUPERBLOCK_FIELD found=257 name=s_reserved_gdt_blocks"),
        proof("clusterUnlikeBlock", PLAIN, i -> i.superblock().set("s_log_cluster_size", 1))
            .shows("SUPERBLOCK_FIELD found=1 name=s_log_cluster_size"),
        proof(
                "clustersOfGroupUnlikeBlocks",
                PLAIN,
                i -> i.superblock().add("s_clusters_per_group", 8))
            .shows("SUPERBLOCK_FIELD found=1032 name=s_clusters_per_group"),
        proof("descriptorSizeNoPowerOfTwo", PLAIN, i -> i.superblock().set("s_desc_size", 48))
            .shows("SUPERBLOCK_FIELD found=48 name=s_desc_size"),
        proof("deviceOneBlockShort", PLAIN, i -> i.truncate((4096 - 1) * 1024))
            .oursAlone("it says so, and exits 0")
            .shows("SIZE_EXCEEDS_DEVICE found=4096 expected=4095"),
        proof(
                "blockCountFarBeyondTheDevice",
                METAGROUPS,
                i -> i.superblock().set("s_blocks_count_lo", 0xFFFFFFFFL))
            .theirsMore("it looks for a backup, and finds none with these groups")
            .shows("SIZE_EXCEEDS_DEVICE found=4294967295 expected=1024"),
        proof("inodeCountOneTooHigh", PLAIN, i -> i.superblock().add("s_inodes_count", 1))
            .shows("INODE_COUNT_WRONG found=129 expected=128"),
        proof(
                "reservedDescriptorsWithoutResizeInode",
                METAGROUPS,
                i -> i.superblock().set("s_reserved_gdt_blocks", 1))
            .oursAlone("it says so, and exits 0")
            .shows("RESERVED_DESCRIPTORS_UNUSED found=1 expected=0"),
        proof("firstMetaGroupTooHigh", METAGROUPS, i -> i.superblock().set("s_first_meta_bg", 2))
            .oursAlone("it takes a backup, where the field is right")
            .theirsMore("it takes a backup")
            .shows(
                "META_GROUP_TOO_BIG found=2 expected=1",
                "METADATA_OVERLAPS block=3 group=0",
                "METADATA_OVERLAPS block=259 group=1",
                "METADATA_OVERLAPS block=770 group=3",
                "METADATA_OVERLAPS block=771 group=3"),
        proof("minimalExtraSizeTooSmall", PLAIN, i -> i.superblock().set("s_min_extra_isize", 2))
            .shows("EXTRA_SIZE_WISHED found=2 name=s_min_extra_isize"),
        proof("minimalExtraSizeSmallest", PLAIN, i -> i.superblock().set("s_min_extra_isize", 4))
            .shows(),
        proof("wantedExtraSizeTooLarge", PLAIN, i -> i.superblock().set("s_want_extra_isize", 132))
            .shows("EXTRA_SIZE_WISHED found=132 name=s_want_extra_isize"),
        proof("wantedExtraSizeLargest", PLAIN, i -> i.superblock().set("s_want_extra_isize", 128))
            .shows(),
        proof("wantedExtraSizeOdd", PLAIN, i -> i.superblock().set("s_want_extra_isize", 30))
            .shows("EXTRA_SIZE_WISHED found=30 name=s_want_extra_isize"),
        proof(
                "checksumSeedWithoutChecksums",
                PLAIN,
                i -> i.superblock().flip("s_feature_incompat", CSUM_SEED))
            .shows(
                "FEATURE_CONFLICT name=metadata_csum_seed without metadata_csum",
                "BACKUP_DIFFERS block=1025 group=1 name=s_feature_incompat",
                "BACKUP_DIFFERS block=3073 group=3 name=s_feature_incompat"),
        proof(
                "wideBlockNumbersWithoutExtents",
                INDIRECT_TRIPLE,
                i -> i.superblock().flip("s_feature_incompat", BIT64).set("s_desc_size", 64))
            .shows("FEATURE_CONFLICT name=64bit without extent"),
        proof(
                "checksumsOfTwoKinds",
                CHECKSUMS,
                i -> {
                  i.superblock().flip("s_feature_ro_compat", GDT_CSUM);
                  i.seal();
                })
            .shows(
                "FEATURE_CONFLICT name=metadata_csum and uninit_bg",
                "BACKUP_DIFFERS block=1025 group=1 name=s_feature_ro_compat",
                "BACKUP_DIFFERS block=3073 group=3 name=s_feature_ro_compat"),
        proof(
                "resizeInodeWithMetaGroups",
                METAGROUPS,
                i -> i.superblock().flip("s_feature_compat", RESIZE_INODE))
            .oursAlone("it says that the inode is not valid, and exits 0")
            .shows(
                "RESIZE_WITH_META_GROUPS",
                "BACKUP_DIFFERS block=257 group=1 name=s_feature_compat",
                "BACKUP_DIFFERS block=769 group=3 name=s_feature_compat",
                "RESERVED_MODE inode=7 found=0"),
        proof(
                "writtenTwoDaysAhead",
                PLAIN,
                i -> i.superblock().set("s_wtime_hi", 2).set("s_wtime", 2 * 86_400))
            .shows("TIME_IN_FUTURE found=8590107392 expected=8589934592 name=s_wtime"),
        proof(
                "mountedOneDayAndASecondAhead",
                PLAIN,
                i -> i.superblock().set("s_mtime_hi", 2).set("s_mtime", 86_401))
            .shows("TIME_IN_FUTURE found=8590020993 expected=8589934592 name=s_mtime"),
        proof(
                "mountedOneDayAhead",
                PLAIN,
                i -> i.superblock().set("s_mtime_hi", 2).set("s_mtime", 86_400))
            .shows(),
        proof("userQuotaInodeReserved", FEATURES, i -> i.superblock().set("s_usr_quota_inum", 5))
            .shows(
                "QUOTA_INODE_NUMBER found=5 name=user",
                "RESERVED_IN_USE inode=3",
                "RESERVED_MODE inode=5 found=0",
                "QUOTA_USAGE inode=5 name=user"),
        proof("projectQuotaInodeOutside", FEATURES, i -> i.superblock().set("s_prj_quota_inum", 65))
            .shows(
                "QUOTA_INODE_NUMBER found=65 name=project",
                "INODE_UNATTACHED inode=12",
                "QUOTA_USAGE inode=3 found=14336 expected=20480 name=user 0",
                "QUOTA_USAGE inode=4 found=17408 expected=23552 name=group 0"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
