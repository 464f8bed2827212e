package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to bitmaps, counters and quota. */
class BitmapProofTest {
  private static final String BLOCKS = "bg_block_bitmap_lo";
  private static final String INODES = "bg_inode_bitmap_lo";
  private static final int GROUP = 1024; // blocks
  private static final int INODES_OF_GROUP = 32;
  private static final int ENTRIES = 14; // of a leaf of a quota tree

  /** Returns the entry of an ID in a quota file of FEATURES. */
  private static Place quota(DamagedImage image, long inode, long id) throws IOException {
    Place header = image.inode(inode).behind(40, Structure.EXTENT_HEADER);
    for (int n = 0; n < header.get("eh_entries"); n++) {
      Place extent = DamagedImage.extent(header, n);
      for (int i = 0; i < extent.get("ee_len") * ENTRIES; i++) {
        Place block = image.block(extent.get("ee_start_lo") + i / ENTRIES);
        Place entry = block.behind(16 + 72L * (i % ENTRIES), Structure.QUOTA_ENTRY);
        if (entry.get("dqb_id") == id && entry.get("dqb_curinodes") > 0) {
          return entry;
        }
      }
    }
    throw new IllegalStateException("no entry for " + id);
  }

  static List<ProofCase> cases() {
    return List.of(
        proof("firstBlockMarkedUnused", PLAIN, i -> i.flipBit(BLOCKS, 2, 0))
            .shows("BLOCK_MARKED_UNUSED block=2049 group=2 found=1"),
        proof("lastMetadataMarkedUnused", PLAIN, i -> i.flipBit(BLOCKS, 2, 9))
            .shows("BLOCK_MARKED_UNUSED block=2058 group=2 found=1"),
        proof("firstFreeBlockMarkedUsed", PLAIN, i -> i.flipBit(BLOCKS, 2, 10))
            .shows("BLOCK_MARKED_USED block=2059 group=2 found=1"),
        proof("lastBlockMarkedUsed", PLAIN, i -> i.flipBit(BLOCKS, 2, GROUP - 1))
            .shows("BLOCK_MARKED_USED block=3072 group=2 found=1"),
        proof("lastBlockOfAllMarkedUsed", PLAIN, i -> i.flipBit(BLOCKS, 3, GROUP - 2))
            .shows("BLOCK_MARKED_USED block=4095 group=3 found=1"),
        proof(
                "runAcrossWordsMarkedUsed",
                PLAIN,
                i -> {
                  for (int bit = 60; bit < 70; bit++) {
                    i.flipBit(BLOCKS, 2, bit);
                  }
                })
            .shows("BLOCK_MARKED_USED block=2109 group=2 found=10"),
        proof(
                "blockBitmapOneBlockOff",
                PLAIN,
                i -> {
                  int last = (int) i.blockOf("/tree2", 136) - GROUP - 1;
                  i.flipBit(BLOCKS, 1, last);
                  i.flipBit(BLOCKS, 1, last + 1);
                })
            .shows(
                "BLOCK_MARKED_UNUSED block=1185 group=1 found=1",
                "BLOCK_MARKED_USED block=1186 group=1 found=1"),
        proof("blockPaddingClear", PLAIN, i -> i.flipBit(BLOCKS, 2, GROUP))
            .shows("BLOCK_BITMAP_PADDING group=2"),
        proof("blockPaddingOfLastGroupClear", PLAIN, i -> i.flipBit(BLOCKS, 3, GROUP - 1))
            .shows("BLOCK_BITMAP_PADDING group=3"),
        proof("lastBlockPaddingClear", PLAIN, i -> i.flipBit(BLOCKS, 0, 8191))
            .shows("BLOCK_BITMAP_PADDING group=0"),
        proof("inodeMarkedUnused", PLAIN, i -> i.flipBit(INODES, 0, 11))
            .shows("INODE_MARKED_UNUSED inode=12 group=0 found=1 path=/small"),
        proof("reservedInodeMarkedUnused", PLAIN, i -> i.flipBit(INODES, 0, 9))
            .shows("INODE_MARKED_UNUSED inode=10 group=0 found=1"),
        proof("firstFreeInodeMarkedUsed", PLAIN, i -> i.flipBit(INODES, 1, 4))
            .shows("INODE_MARKED_USED inode=37 group=1 found=1"),
        proof("lastInodeMarkedUsed", PLAIN, i -> i.flipBit(INODES, 3, INODES_OF_GROUP - 1))
            .shows("INODE_MARKED_USED inode=128 group=3 found=1"),
        proof("inodePaddingClear", PLAIN, i -> i.flipBit(INODES, 2, INODES_OF_GROUP))
            .shows("INODE_BITMAP_PADDING group=2"),
        proof("lastInodePaddingClear", PLAIN, i -> i.flipBit(INODES, 2, 8191))
            .shows("INODE_BITMAP_PADDING group=2"),
        proof(
                "blockBitmapChecksum",
                CHECKSUMS,
                i -> {
                  i.group(1).flip("bg_block_bitmap_csum_lo", 1);
                  i.sealDescriptor(1);
                })
            .shows("BLOCK_BITMAP_CHECKSUM group=1"),
        proof(
                "inodeBitmapChecksum",
                CHECKSUMS,
                i -> {
                  i.group(1).flip("bg_inode_bitmap_csum_lo", 1);
                  i.sealDescriptor(1);
                })
            .shows("INODE_BITMAP_CHECKSUM group=1"),
        proof(
                "blocksInUseOfGroupNeverUsed",
                CHECKSUMS,
                i -> {
                  i.group(1).set("bg_flags", 2);
                  i.seal();
                })
            .shows(
                "GROUP_UNINITIALIZED group=1 name=blocks",
                "BLOCK_MARKED_UNUSED block=1037 group=1 found=6",
                "BLOCK_MARKED_UNUSED block=1049 group=1 found=136"),
        proof(
                "inodesInUseOfGroupNeverUsed",
                CHECKSUMS,
                i -> {
                  i.group(1).set("bg_flags", 1);
                  i.seal();
                })
            .upTo(2)
            .shows(
                "ENTRY_UNUSED_INODE inode=2 found=34 name=tree1 path=/",
                "ENTRY_UNUSED_INODE inode=2 found=35 name=tree2 path=/",
                "LINK_COUNT inode=2 found=8 expected=6 path=/",
                "LINK_COUNT inode=13 found=431 expected=1 path=/small",
                "FREE_BLOCKS found=3446 expected=3965",
                "FREE_INODES found=123 expected=128",
                "GROUP_FREE_BLOCKS group=0 found=561 expected=938",
                "BLOCK_MARKED_USED block=87 group=0 found=9",
                "BLOCK_MARKED_USED block=97 group=0 found=9",
                "GROUP_FREE_BLOCKS group=1 found=870 expected=1012",
                "GROUP_FREE_INODES group=1 found=27 expected=32",
                "GROUP_DIRECTORIES group=1 found=2 expected=0"),
        proof("freeBlocksOfGroup", PLAIN, i -> i.group(1).add("bg_free_blocks_count_lo", 1))
            .shows("GROUP_FREE_BLOCKS group=1 found=870 expected=869"),
        proof("freeInodesOfGroup", PLAIN, i -> i.group(1).add("bg_free_inodes_count_lo", -1))
            .shows("GROUP_FREE_INODES group=1 found=27 expected=28"),
        proof("directoriesOfGroup", PLAIN, i -> i.group(1).add("bg_used_dirs_count_lo", 1))
            .shows("GROUP_DIRECTORIES group=1 found=3 expected=2"),
        proof("directoriesOfGroupTooFew", PLAIN, i -> i.group(0).add("bg_used_dirs_count_lo", -1))
            .shows("GROUP_DIRECTORIES group=0 found=6 expected=7"),
        proof("freeBlocksInAll", PLAIN, i -> i.superblock().add("s_free_blocks_count_lo", 1))
            .shows("FREE_BLOCKS found=3485 expected=3484"),
        proof("freeInodesInAll", PLAIN, i -> i.superblock().add("s_free_inodes_count", -1))
            .shows("FREE_INODES found=91 expected=92"),
        proof("spaceInQuota", FEATURES, i -> quota(i, 3, 1000).add("dqb_curspace", 1024))
            .shows("QUOTA_USAGE inode=3 found=4096 expected=3072 name=user 1000"),
        proof("inodesInQuota", FEATURES, i -> quota(i, 4, 0).add("dqb_curinodes", 1))
            .shows("QUOTA_USAGE inode=4 found=5 expected=4 name=group 0"),
        proof("userNotInQuota", FEATURES, i -> i.inode("/small").set("i_uid", 1001))
            .shows(
                "QUOTA_USAGE inode=3 found=3072 expected=0 name=user 1000",
                "QUOTA_USAGE inode=3 found=0 expected=3072 name=user 1001"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
