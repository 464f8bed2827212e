package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to group descriptors. */
class GroupProofTest {
  private static final int INODE_UNINIT = 1;
  private static final int BLOCK_UNINIT = 2;

  static List<ProofCase> cases() {
    return List.of(
        proof("tableOutside_backupIsUsed", PLAIN, i -> i.group(1).set("bg_inode_table_lo", 1 << 24))
            .theirsMore("it takes the superblock of the backup, too")
            .shows(
                "DESCRIPTORS_UNUSABLE block=1025",
                "GROUP_FREE_BLOCKS group=0 found=997 expected=591",
                "GROUP_FREE_INODES group=0 found=21 expected=0",
                "GROUP_DIRECTORIES group=0 found=2 expected=7",
                "GROUP_FREE_BLOCKS group=1 found=1011 expected=869",
                "GROUP_FREE_INODES group=1 found=32 expected=28",
                "GROUP_DIRECTORIES group=1 found=0 expected=2"),
        proof("descriptorChecksum", CHECKSUMS, i -> i.group(3).flip("bg_checksum", 1))
            .shows(
                "DESCRIPTOR_CHECKSUM group=3 found=31881",
                "INODE_BITMAP_CHECKSUM group=3",
                "INODE_BITMAP_PADDING group=3"),
        proof("descriptorChecksumOfSixteenBits", GDT_CRC16, i -> i.group(1).flip("bg_checksum", 1))
            .oursAlone("it says so, and exits 0")
            .shows("DESCRIPTOR_CHECKSUM group=1 found=19027"),
        proof("flagWithoutChecksums", PLAIN, i -> i.group(2).set("bg_flags", INODE_UNINIT))
            .oursAlone("it says so, and exits 0")
            .shows("DESCRIPTOR_FLAGS group=2 found=1"),
        proof("blockFlagWithoutChecksums", PLAIN, i -> i.group(2).set("bg_flags", BLOCK_UNINIT))
            .oursAlone("it says so, and exits 0")
            .shows("DESCRIPTOR_FLAGS group=2 found=2"),
        proof("unusedInodesWithoutChecksums", PLAIN, i -> i.group(2).set("bg_itable_unused_lo", 1))
            .oursAlone("it says so, and exits 0")
            .shows("DESCRIPTOR_FLAGS group=2 found=0"),
        proof(
                "lastGroupNeverUsed",
                CHECKSUMS,
                i -> {
                  i.group(4).flip("bg_flags", BLOCK_UNINIT);
                  i.seal();
                })
            .theirsMore("it compares with a bitmap that is nowhere")
            .shows("DESCRIPTOR_FLAGS group=4 found=3"),
        proof(
                "groupInUseNeverUsed",
                CHECKSUMS,
                i -> {
                  i.group(0).flip("bg_flags", BLOCK_UNINIT);
                  i.seal();
                })
            .upTo(2)
            .shows(
                "GROUP_UNINITIALIZED group=0 name=blocks",
                "BLOCK_MARKED_UNUSED block=13 group=0 found=83",
                "BLOCK_MARKED_UNUSED block=97 group=0 found=9"),
        proof(
                "moreUnusedInodesThanFree",
                CHECKSUMS,
                i -> {
                  i.group(1).set("bg_free_inodes_count_lo", 26);
                  i.seal();
                })
            .shows(
                "UNUSED_INODES_WRONG group=1 found=27",
                "GROUP_FREE_INODES group=1 found=26 expected=27"),
        proof(
                "moreUnusedInodesThanAGroupHas",
                CHECKSUMS,
                i -> {
                  i.group(2).set("bg_itable_unused_lo", 33).set("bg_free_inodes_count_lo", 33);
                  i.seal();
                })
            .shows(
                "UNUSED_INODES_WRONG group=2 found=33",
                "GROUP_FREE_INODES group=2 found=33 expected=32"),
        proof(
                "fewerUnusedInodes",
                CHECKSUMS,
                i -> {
                  i.group(1).set("bg_itable_unused_lo", 26);
                  i.seal();
                })
            .shows(),
        proof("blockBitmapInAnotherGroup", PLAIN, i -> i.group(2).set("bg_block_bitmap_lo", 4095))
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "BLOCK_BITMAP_PLACE block=4095 group=2",
                "BLOCK_BITMAP_PADDING group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_UNUSED block=2050 group=2 found=9",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1009",
                "BLOCK_MARKED_UNUSED block=4095 group=3 found=1"),
        proof("blockBitmapBehindItsGroup", PLAIN, i -> i.group(2).set("bg_block_bitmap_lo", 3073))
            .upTo(2)
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "BLOCK_BITMAP_PLACE block=3073 group=2",
                "METADATA_OVERLAPS block=3073 group=3",
                "FREE_BLOCKS found=3484 expected=3485",
                "BLOCK_BITMAP_PADDING group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_UNUSED block=2050 group=2 found=6",
                "BLOCK_MARKED_UNUSED block=2057 group=2 found=2",
                "BLOCK_MARKED_USED block=2093 group=2 found=1",
                "BLOCK_MARKED_USED block=2151 group=2 found=6"),
        proof("blockBitmapLastOfItsGroup", PLAIN, i -> i.group(2).set("bg_block_bitmap_lo", 3072))
            .shows(
                "BLOCK_BITMAP_PADDING group=2",
                "BLOCK_MARKED_UNUSED block=2050 group=2 found=9",
                "BLOCK_MARKED_UNUSED block=3072 group=2 found=1"),
        proof("inodeBitmapInAnotherGroup", PLAIN, i -> i.group(2).set("bg_inode_bitmap_lo", 4095))
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "INODE_BITMAP_PLACE block=4095 group=2",
                "INODE_BITMAP_PADDING group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_USED block=2050 group=2 found=1",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1009",
                "BLOCK_MARKED_UNUSED block=4095 group=3 found=1"),
        proof("inodeBitmapBeforeItsGroup", PLAIN, i -> i.group(2).set("bg_inode_bitmap_lo", 2048))
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "INODE_BITMAP_PLACE block=2048 group=2",
                "GROUP_FREE_BLOCKS group=1 found=869 expected=868",
                "BLOCK_MARKED_UNUSED block=2048 group=1 found=1",
                "INODE_BITMAP_PADDING group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_USED block=2050 group=2 found=1"),
        proof("inodeTableInAnotherGroup", PLAIN, i -> i.group(2).set("bg_inode_table_lo", 4080))
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "INODE_TABLE_PLACE block=4080 group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1022",
                "BLOCK_MARKED_USED block=2051 group=2 found=8",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1002",
                "BLOCK_MARKED_UNUSED block=4080 group=3 found=8"),
        proof(
                "inodeTableOverTheEndOfItsGroup",
                PLAIN,
                i -> i.group(2).set("bg_inode_table_lo", 3066))
            .upTo(2)
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "INODE_TABLE_PLACE block=3066 group=2",
                "METADATA_OVERLAPS block=3073 group=3",
                "ORPHAN_LIST inode=93 found=1",
                "DELETED_WITHOUT_TIME inode=94",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_USED block=2051 group=2 found=8",
                "BLOCK_MARKED_UNUSED block=3066 group=2 found=7"),
        proof("inodeTableLastOfItsGroup", PLAIN, i -> i.group(2).set("bg_inode_table_lo", 3065))
            .shows(
                "BLOCK_MARKED_USED block=2051 group=2 found=8",
                "BLOCK_MARKED_UNUSED block=3065 group=2 found=8"),
        proof(
                "bitmapsInOneBlock",
                PLAIN,
                i -> i.group(2).set("bg_inode_bitmap_lo", i.group(2).get("bg_block_bitmap_lo")))
            .theirsMore("it takes the descriptors of a backup, whose counts are old")
            .shows(
                "METADATA_OVERLAPS block=2049 group=2",
                "FREE_BLOCKS found=3484 expected=3485",
                "INODE_BITMAP_PADDING group=2",
                "GROUP_FREE_BLOCKS group=2 found=1014 expected=1015",
                "BLOCK_MARKED_USED block=2050 group=2 found=1",
                "INODE_MARKED_USED inode=65 group=2 found=10"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
