package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to reserved inodes, to orphans, and to multi-mount protection. */
class ReservedInodeProofTest {
  private static final long MMP = 0x100; // incompatible
  private static final long ORPHAN_PRESENT = 0x10000; // read-only compatible
  private static final int REGULAR = 0x81A4;
  private static final int MMP_MAGIC = 0x004D4D50;
  private static final int FREE_BLOCK = 5000; // of CHECKSUMS

  private static Place orphanBlock(DamagedImage image) throws IOException {
    Place inode = image.inode(image.superblock().get("s_orphan_file_inum"));
    return image.block(
        DamagedImage.extent(inode.behind(40, Structure.EXTENT_HEADER), 0).get("ee_start_lo"));
  }

  static List<ProofCase> cases() {
    return List.of(
        proof("resizeInodeIsADirectory", PLAIN, i -> i.inode(7).set("i_mode", 0x41ED))
            .theirsMore("it goes through the inode as a directory")
            .shows(
                "RESIZE_INODE_INVALID inode=7",
                "RESERVED_MODE inode=7 found=16877",
                "GROUP_DIRECTORIES group=0 found=7 expected=8"),
        proof("resizeInodePointsElsewhere", PLAIN, i -> i.inode(7).word(13).set("value", 4000))
            .shows(
                "RESIZE_INODE_INVALID inode=7",
                "BLOCK_COUNT_WRONG inode=7 found=8 expected=2",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=27 group=0 found=1",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1009",
                "BLOCK_MARKED_UNUSED block=4000 group=3 found=1"),
        proof("reservedBlockPointsElsewhere", PLAIN, i -> i.block(3).add("value", 1))
            .oursAlone("it does not compare the copies that the reserve points to")
            .shows("RESIZE_INODE_INVALID inode=7"),
        proof("reservedInodeWithHashTreeFlag", PLAIN, i -> i.inode(5).set("i_flags", 0x1000))
            .shows("INDEX_FLAG inode=5"),
        proof("resizeInodeWithHashTreeFlag", PLAIN, i -> i.inode(7).flip("i_flags", 0x1000))
            .shows("INDEX_FLAG inode=7"),
        proof("reservedInodeOfTwoForms", INLINE, i -> i.inode(5).set("i_flags", 0x10080000))
            .shows("INODE_CHECKSUM inode=5", "INLINE_FLAG inode=5"),
        proof("mmpBlockOutside", FEATURES, i -> i.superblock().set("s_mmp_block", 8600))
            .shows(
                "MMP_BLOCK block=8600",
                "FREE_BLOCKS found=7413 expected=7414",
                "GROUP_FREE_BLOCKS group=0 found=7051 expected=7052",
                "BLOCK_MARKED_USED block=1084 group=0 found=1"),
        proof(
                "mmpWithoutMagic",
                FEATURES,
                i -> i.block(i.superblock().get("s_mmp_block"), Structure.MMP).set("mmp_magic", 1))
            .shows("MMP_MAGIC block=1084 found=1 expected=5066064"),
        proof(
                "mmpChecksum",
                CHECKSUMS,
                i -> {
                  i.superblock().flip("s_feature_incompat", MMP).set("s_mmp_block", FREE_BLOCK);
                  i.block(FREE_BLOCK, Structure.MMP).set("mmp_magic", MMP_MAGIC);
                  i.seal();
                })
            .shows(
                "MMP_CHECKSUM block=5000",
                "BACKUP_DIFFERS block=1025 group=1 name=s_feature_incompat",
                "BACKUP_DIFFERS block=3073 group=3 name=s_feature_incompat"),
        proof("orphanReserved", PLAIN, i -> i.superblock().set("s_last_orphan", 10))
            .oursAlone("-n does not look at the list")
            .shows("ORPHAN_LIST found=10"),
        proof("orphanOutside", PLAIN, i -> i.superblock().set("s_last_orphan", 129))
            .oursAlone("-n does not look at the list")
            .shows("ORPHAN_LIST found=129"),
        proof("orphanUnused", PLAIN, i -> i.superblock().set("s_last_orphan", 128))
            .oursAlone("-n does not look at the list")
            .shows("ORPHAN_LIST found=128"),
        proof(
                "orphansInACircle",
                PLAIN,
                i -> {
                  i.superblock().set("s_last_orphan", 12);
                  i.inode(12).set("i_dtime", 13);
                  i.inode(13).set("i_dtime", 12);
                })
            .shows(
                "ORPHAN_LIST found=12",
                "DELETION_TIME_SET inode=12 found=13 expected=0 path=/small",
                "DELETION_TIME_SET inode=13 found=12 expected=0 path=/other"),
        proof(
                "orphansWait",
                PLAIN,
                i -> {
                  i.superblock().set("s_last_orphan", 12);
                  i.inode(12).set("i_dtime", 13);
                })
            .afterReplay()
            .shows("ORPHANS_WAITING found=2"),
        proof("orphanFileIsADirectory", FEATURES, i -> i.inode(13).set("i_mode", 0x41ED))
            .theirsMore("it goes through the file as a directory")
            .shows(
                "ORPHAN_FILE inode=13",
                "RESERVED_MODE inode=13 found=16877",
                "GROUP_DIRECTORIES group=0 found=3 expected=4"),
        proof(
                "orphanFileHasOtherNumber",
                FEATURES,
                i -> i.superblock().set("s_orphan_file_inum", 65))
            .shows(
                "ORPHAN_FILE inode=65",
                "INODE_UNATTACHED inode=13",
                "QUOTA_USAGE inode=3 found=14336 expected=47104 name=user 0",
                "QUOTA_USAGE inode=4 found=17408 expected=50176 name=group 0",
                "QUOTA_USAGE inode=12 found=17408 expected=50176 name=project 0"),
        proof("orphanFileWithoutMagic", FEATURES, i -> orphanBlock(i).word(254).set("value", 0))
            .shows("ORPHAN_FILE inode=13"),
        proof("orphanFileNamesReserved", FEATURES, i -> orphanBlock(i).set("value", 10))
            .shows("ORPHAN_FILE inode=13"),
        proof("orphanFileChecksum", CHECKSUMS, i -> orphanBlock(i).word(255).flip("value", 1))
            .shows("ORPHAN_FILE inode=12"),
        proof(
                "orphanFileMarked",
                FEATURES,
                i -> i.superblock().flip("s_feature_ro_compat", ORPHAN_PRESENT))
            .shows("ORPHAN_PRESENT"),
        proof("badBlockInodeIsAFile", FEATURES, i -> i.inode(1).set("i_mode", REGULAR))
            .shows(
                "BAD_BLOCK_INODE inode=1",
                "FREE_BLOCKS found=7413 expected=7415",
                "GROUP_FREE_BLOCKS group=0 found=7051 expected=7053",
                "BLOCK_MARKED_USED block=4000 group=0 found=2"),
        proof("badBlockInodeHasLinks", FEATURES, i -> i.inode(1).set("i_links_count", 1))
            .shows(
                "BAD_BLOCK_INODE inode=1",
                "FREE_BLOCKS found=7413 expected=7415",
                "GROUP_FREE_BLOCKS group=0 found=7051 expected=7053",
                "BLOCK_MARKED_USED block=4000 group=0 found=2"),
        proof("bitmapOnBadBlock", FEATURES, i -> i.inode(1).word(0).set("value", 36))
            .shows(
                "METADATA_ON_BAD_BLOCK block=36",
                "FREE_BLOCKS found=7413 expected=7414",
                "GROUP_FREE_BLOCKS group=0 found=7051 expected=7052",
                "BLOCK_MARKED_USED block=4000 group=0 found=1"),
        proof(
                "fileOnBadBlock",
                FEATURES,
                i -> i.inode(1).word(0).set("value", i.blockOf("/small", 0)))
            .shows(
                "BLOCK_CLAIMED_TWICE inode=14 block=1135 found=1 name=other files path=/small",
                "FREE_BLOCKS found=7413 expected=7414",
                "GROUP_FREE_BLOCKS group=0 found=7051 expected=7052",
                "BLOCK_MARKED_USED block=4000 group=0 found=1"),
        proof("rootIsAFile", PLAIN, i -> i.inode(2).set("i_mode", REGULAR))
            .shows("ROOT_NOT_DIRECTORY inode=2 path=/"),
        proof("rootWithoutLinks", PLAIN, i -> i.inode(2).set("i_links_count", 0))
            .shows("DELETED_WITHOUT_TIME inode=2 path=/", "ROOT_UNUSED inode=2 path=/"),
        proof("reservedInodeIsAFile", PLAIN, i -> i.inode(9).set("i_mode", REGULAR))
            .shows("RESERVED_MODE inode=9 found=33188"),
        proof(
                "journalInodeIsADirectory",
                CHECKSUMS,
                i -> {
                  i.inode(8).set("i_mode", 0x41ED);
                  i.seal();
                })
            .shows(
                "JOURNAL_INODE_INVALID inode=8",
                "RESERVED_MODE inode=8 found=16877",
                "GROUP_DIRECTORIES group=0 found=7 expected=8"),
        proof("bootLoaderIsAFile", PLAIN, i -> i.inode(5).set("i_mode", REGULAR)).shows(),
        proof("quotaInodeInUseWithoutQuota", PLAIN, i -> i.inode(3).set("i_links_count", 1))
            .shows("RESERVED_IN_USE inode=3"),
        proof("journalInodeMapsWithoutJournal", PLAIN, i -> i.inode(8).word(0).set("value", 4000))
            .shows("RESERVED_IN_USE inode=8"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
