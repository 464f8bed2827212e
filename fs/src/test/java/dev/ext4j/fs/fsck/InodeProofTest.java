package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.DamagedImage.extent;
import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to the fields and flags of ordinary inodes. */
class InodeProofTest {
  private static final long IMMUTABLE = 0x10;
  private static final long ENCRYPT = 0x800;
  private static final long INDEX = 0x1000;
  private static final long IMAGIC = 0x2000;
  private static final long EXTENTS = 0x80000;
  private static final long INLINE_DATA = 0x10000000;
  private static final long CASEFOLD = 0x40000000;
  private static final long EXT_ATTR = 8; // compatible
  private static final long DIR_INDEX = 0x20;
  private static final long INCOMPAT_CASEFOLD = 0x20000; // incompatible
  private static final long LARGE_FILE = 2; // read-only compatible
  private static final long LARGEST_INT = 0x7FFFFFFF;

  /** Gives /slow a block map instead of extents: its block, and an indirect block or 0 for none. */
  private static void mapByPointer(DamagedImage image, int indirect) throws IOException {
    Place inode = image.inode("/slow").flip("i_flags", EXTENTS);
    for (int i = 1; i < 15; i++) {
      inode.word(i).set("value", 0);
    }
    inode.word(0).set("value", image.blockOf("/slow", 0));
    inode.word(12).set("value", indirect);
    inode.set("i_blocks_lo", indirect == 4000 ? 4 : 2);
  }

  static List<ProofCase> cases() {
    return List.of(
        proof("deletedWithoutTime", PLAIN, i -> i.inode(100).set("i_mode", 0x81A4))
            .shows("DELETED_WITHOUT_TIME inode=100"),
        proof("deletedWithTime", PLAIN, i -> i.inode(100).set("i_mode", 0x81A4).set("i_dtime", 1))
            .shows("ORPHAN_LIST inode=100 found=1"),
        proof("inUseWithTimeOfDeletion", PLAIN, i -> i.inode("/small").set("i_dtime", 1))
            .shows("DELETION_TIME_SET inode=12 found=1 expected=0 path=/small"),
        proof("inodeChecksum", CHECKSUMS, i -> i.inode("/small").flip("i_checksum_lo", 1))
            .shows("INODE_CHECKSUM inode=13 path=/small"),
        proof("unknownType", PLAIN, i -> i.inode("/other").set("i_mode", 0x31A4))
            .shows(
                "MODE_INVALID inode=13 found=12708 path=/other",
                "BLOCK_COUNT_WRONG inode=13 found=6 expected=0 path=/other",
                "ENTRY_TYPE inode=2 found=1 expected=0 name=other path=/",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=31 group=0 found=3"),
        proof("fifoWithIndex", PLAIN, i -> i.inode("/fifo").flip("i_flags", INDEX))
            .shows(
                "SPECIAL_FILE_INVALID inode=20 path=/fifo",
                "ENTRY_TYPE inode=2 found=5 expected=0 name=fifo path=/"),
        proof(
                "deviceWithContentAndFlag",
                PLAIN,
                i -> {
                  i.inode("/char").flip("i_flags", IMMUTABLE);
                  i.inode("/char").word(4).set("value", 1);
                })
            .shows(
                "SPECIAL_FILE_INVALID inode=21 path=/char",
                "SPECIAL_FILE_FLAGS inode=21 found=16 path=/char",
                "ENTRY_TYPE inode=2 found=3 expected=0 name=char path=/"),
        proof("fifoWithSize", PLAIN, i -> i.inode("/fifo").set("i_size_lo", 1))
            .shows("SPECIAL_FILE_SIZE inode=20 found=1 expected=0 path=/fifo"),
        proof("fifoImmutable", PLAIN, i -> i.inode("/fifo").flip("i_flags", IMMUTABLE))
            .shows("SPECIAL_FILE_FLAGS inode=20 found=16 path=/fifo"),
        proof("fastLinkLongerThanItsSize", PLAIN, i -> i.inode("/fast").add("i_size_lo", -1))
            .shows(
                "SYMLINK_INVALID inode=18 path=/fast",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=fast path=/"),
        proof("fastLinkWithExtents", PLAIN, i -> i.inode("/fast").flip("i_flags", EXTENTS))
            .shows(
                "SYMLINK_INVALID inode=18 path=/fast",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=fast path=/"),
        proof("slowLinkShorterThanItsSize", PLAIN, i -> i.inode("/slow").add("i_size_lo", 1))
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=slow path=/"),
        proof("slowLinkWithoutBlock", PLAIN, i -> i.extentHeader("/slow").set("eh_entries", 0))
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "BLOCK_COUNT_WRONG inode=19 found=2 expected=0 path=/slow",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=slow path=/",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=40 group=0 found=1"),
        proof("slowLinkThatCountsNoBlocks", PLAIN, i -> i.inode("/slow").set("i_blocks_lo", 0))
            .theirsMore("it takes the link for a fast one and claims no block")
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "BLOCK_COUNT_WRONG inode=19 found=0 expected=2 path=/slow"),
        proof(
                "slowLinkOfTheSizeOfAFastOne",
                PLAIN,
                i -> {
                  i.inode("/slow").set("i_size_lo", 8);
                  long block = extent(i.extentHeader("/slow"), 0).get("ee_start_lo");
                  i.block(block).word(2).set("value", 0);
                })
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=slow path=/"),
        proof(
                "inlineFileLargerThanAnyFile",
                INLINE,
                i -> {
                  i.inode("/f60").set("i_size_high", 0x02000000);
                  i.seal();
                })
            .shows("SIZE_WRONG inode=16 found=144115188075855932 expected=0 path=/f60"),
        proof(
                "fastLinkWithExtentsAndInlineData",
                PLAIN,
                i -> i.inode("/fast").flip("i_flags", EXTENTS | INLINE_DATA))
            .theirsMore("the name of an inode that it calls bad has no type")
            .shows("SYMLINK_INVALID inode=18 path=/fast", "INLINE_FLAG inode=18 path=/fast"),
        proof("slowLinkByPointer", PLAIN, i -> mapByPointer(i, 0)).shows(),
        proof("slowLinkByPointerAndIndirectBlock", PLAIN, i -> mapByPointer(i, 4000))
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=slow path=/",
                "FREE_BLOCKS found=3484 expected=3483",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1009",
                "BLOCK_MARKED_UNUSED block=4000 group=3 found=1"),
        proof("slowLinkByPointerAndOneOutside", PLAIN, i -> mapByPointer(i, 4096))
            .shows(
                "SYMLINK_INVALID inode=19 path=/slow",
                "BLOCK_NUMBER_ILLEGAL inode=19 logical=12 block=4096 path=/slow",
                "ENTRY_TYPE inode=2 found=7 expected=0 name=slow path=/"),
        proof("fragmentAddress", PLAIN, i -> i.inode("/small").set("i_obso_faddr", 1))
            .shows("FIELD_NOT_ZERO inode=12 found=1 expected=0 name=i_faddr path=/small"),
        proof("upperHalfOfAttributeBlock", PLAIN, i -> i.inode("/small").set("i_file_acl_high", 1))
            .shows("FIELD_NOT_ZERO inode=12 found=1 expected=0 name=i_file_acl_high path=/small"),
        proof(
                "upperHalfOfBlockCount",
                INDIRECT_TRIPLE,
                i -> i.inode("/direct.bin").set("i_blocks_high", 1))
            .shows(
                "FIELD_NOT_ZERO inode=15 found=1 expected=0 name=i_blocks_high path=/direct.bin"),
        proof("upperHalfOfDirectorySize", PLAIN, i -> i.inode("/dir").set("i_size_high", 1))
            .shows(
                "FIELD_NOT_ZERO inode=14 found=1 expected=0 name=i_size_high path=/dir",
                "SIZE_WRONG inode=14 found=4294968320 expected=1024 path=/dir"),
        proof(
                "attributesWithoutFeature",
                PLAIN,
                i -> i.superblock().flip("s_feature_compat", EXT_ATTR))
            .shows(
                "FIELD_NOT_ZERO inode=24 found=47 expected=0 name=i_file_acl path=/outside",
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof("imagicWithoutFeature", PLAIN, i -> i.inode("/small").flip("i_flags", IMAGIC))
            .shows("IMAGIC_FLAG inode=12 path=/small"),
        proof("extraSizeTooSmall", PLAIN, i -> i.inode("/small").set("i_extra_isize", 2))
            .shows("EXTRA_SIZE inode=12 found=2 path=/small"),
        proof("extraSizeTooLarge", PLAIN, i -> i.inode("/small").set("i_extra_isize", 132))
            .shows("EXTRA_SIZE inode=12 found=132 path=/small"),
        proof("extraSizeLargest", PLAIN, i -> i.inode("/small").set("i_extra_isize", 128)).shows(),
        proof("extraSizeOdd", PLAIN, i -> i.inode("/small").set("i_extra_isize", 30))
            .shows("EXTRA_SIZE inode=12 found=30 path=/small"),
        proof("encryptedWithoutContext", PLAIN, i -> i.inode("/small").flip("i_flags", ENCRYPT))
            .shows("ENCRYPT_FLAG inode=12 path=/small"),
        proof("casefoldedFile", PLAIN, i -> i.inode("/small").flip("i_flags", CASEFOLD))
            .shows("CASEFOLD_FLAG inode=12 path=/small"),
        proof("casefoldedDirectory", PLAIN, i -> i.inode("/dir").flip("i_flags", CASEFOLD)).shows(),
        proof(
                "casefoldedDirectoryWithoutFeature",
                PLAIN,
                i -> {
                  i.inode("/dir").flip("i_flags", CASEFOLD);
                  i.superblock().flip("s_feature_incompat", INCOMPAT_CASEFOLD);
                })
            .shows(
                "BACKUP_DIFFERS block=1025 group=1 name=s_feature_incompat",
                "BACKUP_DIFFERS block=3073 group=3 name=s_feature_incompat",
                "CASEFOLD_FLAG inode=14 path=/dir"),
        proof("extentsWithoutTheFlag", PLAIN, i -> i.inode("/small").flip("i_flags", EXTENTS))
            .theirsMore("it goes on with the extents as a block map")
            .shows(
                "EXTENTS_FLAG inode=12 path=/small",
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentsWithoutTheFeature",
                INDIRECT_TRIPLE,
                i -> i.inode("/direct.bin").flip("i_flags", EXTENTS))
            .shows(
                "EXTENTS_FLAG inode=15 path=/direct.bin",
                "BLOCK_COUNT_WRONG inode=15 found=24 expected=0 path=/direct.bin",
                "FREE_BLOCKS found=6738 expected=6750",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6750",
                "BLOCK_MARKED_USED block=6670 group=0 found=12"),
        proof(
                "inlineDataWithoutTheFeature",
                PLAIN,
                i -> i.inode("/small").flip("i_flags", INLINE_DATA))
            .shows(
                "INLINE_FLAG inode=12 path=/small",
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "inlineDataAndExtents",
                INLINE,
                i -> {
                  i.inode("/f60").flip("i_flags", EXTENTS);
                  i.seal();
                })
            .shows("INLINE_FLAG inode=16 path=/f60"),
        proof("indexOfAFile", PLAIN, i -> i.inode("/small").flip("i_flags", INDEX))
            .shows("INDEX_FLAG inode=12 path=/small"),
        proof(
                "indexWithoutTheFeature",
                PLAIN,
                i -> i.superblock().flip("s_feature_compat", DIR_INDEX))
            .shows(
                "BACKUP_DIFFERS block=1025 group=1 name=s_feature_compat",
                "BACKUP_DIFFERS block=3073 group=3 name=s_feature_compat",
                "INDEX_FLAG inode=33 path=/tree1",
                "INDEX_FLAG inode=34 path=/tree2"),
        proof("sizeBeforeTheLastBlock", PLAIN, i -> i.inode("/small").set("i_size_lo", 2047))
            .shows("SIZE_WRONG inode=12 found=2047 expected=3072 path=/small"),
        proof("sizeWhereTheLastBlockBegins", PLAIN, i -> i.inode("/small").set("i_size_lo", 2048))
            .shows(),
        proof("sizeBehindTheLargest", PLAIN, i -> i.inode("/small").set("i_size_high", 1 << 10))
            .shows("SIZE_WRONG inode=12 found=4398046514176 expected=3072 path=/small"),
        proof("directorySizeInsideABlock", PLAIN, i -> i.inode("/dir").set("i_size_lo", 1020))
            .shows("SIZE_WRONG inode=14 found=1020 expected=1024 path=/dir"),
        proof("directorySizeBehindItsBlocks", PLAIN, i -> i.inode("/dir").set("i_size_lo", 2048))
            .shows("SIZE_WRONG inode=14 found=2048 expected=1024 path=/dir"),
        proof(
                "inlineDirectorySizeOdd",
                INLINE,
                i -> {
                  i.inode("/few").add("i_size_lo", 1);
                  i.seal();
                })
            .shows(
                "SIZE_WRONG inode=29 found=61 expected=60 path=/few",
                "INLINE_DIRECTORY_SIZE inode=29 found=61 path=/few"),
        proof("blockCountOneTooHigh", PLAIN, i -> i.inode("/small").add("i_blocks_lo", 1))
            .shows("BLOCK_COUNT_WRONG inode=12 found=7 expected=6 path=/small"),
        proof("blockCountWithUpperHalf", PLAIN, i -> i.inode("/small").set("i_blocks_high", 1))
            .shows("BLOCK_COUNT_WRONG inode=12 found=4294967302 expected=6 path=/small"),
        proof(
                "largeFileWithoutTheFeature",
                PLAIN,
                i -> {
                  i.superblock().flip("s_feature_ro_compat", LARGE_FILE);
                  i.inode("/small").set("i_size_lo", LARGEST_INT + 1);
                })
            .shows("LARGE_FILE_FEATURE inode=12 found=2147483648 path=/small"),
        proof(
                "largestFileWithoutTheFeature",
                PLAIN,
                i -> {
                  i.superblock().flip("s_feature_ro_compat", LARGE_FILE);
                  i.inode("/small").set("i_size_lo", LARGEST_INT);
                })
            .shows());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
