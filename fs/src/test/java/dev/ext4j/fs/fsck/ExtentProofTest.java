package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.DamagedImage.extent;
import static dev.ext4j.fs.fsck.DamagedImage.index;
import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to extent trees. */
class ExtentProofTest {
  static List<ProofCase> cases() {
    return List.of(
        proof(
                "extentWithoutLength",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_len", 0))
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "EXTENT_EMPTY inode=12 logical=0 block=28 found=0 name=written path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentOutside",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_start_lo", 4094))
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "BLOCK_NUMBER_ILLEGAL inode=12 logical=0 block=4094 found=3 name=written"
                    + " path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentUpToTheEnd",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_start_lo", 4093))
            .shows(
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3",
                "GROUP_FREE_BLOCKS group=3 found=1010 expected=1007",
                "BLOCK_MARKED_UNUSED block=4093 group=3 found=3"),
        proof(
                "extentAtBlockZero",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_start_lo", 0))
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "BLOCK_NUMBER_ILLEGAL inode=12 logical=0 block=0 found=3 name=written path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentOverMetadata",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_start_lo", 2050))
            .shows(
                "BLOCK_CLAIMED_TWICE inode=12 block=2050 found=3 name=file system metadata"
                    + " path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentOfAnother",
                PLAIN,
                i -> extent(i.extentHeader("/small"), 0).set("ee_start_lo", i.blockOf("/other", 0)))
            .shows(
                "BLOCK_CLAIMED_TWICE inode=12 block=31 found=3 name=other files path=/small",
                "BLOCK_CLAIMED_TWICE inode=13 block=31 found=3 name=other files path=/other",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "extentsOutOfOrder",
                PLAIN,
                i -> {
                  Place leaf = i.child(i.extentHeader("/deep1"), 0);
                  extent(leaf, 3).swap("ee_block", extent(leaf, 4));
                  extent(leaf, 3).swap("ee_start_lo", extent(leaf, 4));
                })
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=40 path=/deep1",
                "EXTENT_ORDER inode=35 logical=6 block=63 found=1 name=written path=/deep1",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=63 group=0 found=1"),
        proof(
                "extentsOverlap",
                PLAIN,
                i ->
                    extent(i.child(i.extentHeader("/deep1"), 0), 3)
                        .set("ee_block", 5)
                        .set("ee_len", 2)
                        .add("ee_start_lo", -1))
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=44 path=/deep1",
                "BLOCK_CLAIMED_TWICE inode=35 block=62 found=1 name=other files path=/deep1",
                "BLOCK_CLAIMED_TWICE inode=36 block=62 found=1 name=other files path=/deep2"),
        proof(
                "extentBehindItsNode",
                PLAIN,
                i -> {
                  Place leaf = i.child(i.child(i.extentHeader("/deep2"), 0), 0);
                  extent(leaf, (int) leaf.get("eh_entries") - 1).add("ee_block", 400);
                })
            .shows(
                "BLOCK_COUNT_WRONG inode=36 found=712 expected=710 path=/deep2",
                "EXTENT_RANGE inode=36 logical=564 block=243 found=1 name=written path=/deep2",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=243 group=0 found=1"),
        proof(
                "nodeOfAnotherDepth",
                PLAIN,
                i -> i.child(i.extentHeader("/deep1"), 0).set("eh_depth", 1))
            .upTo(2)
            .oursAlone("it does not compare the depth of a node with its place")
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=0 path=/deep1",
                "EXTENT_NODE inode=35 logical=0 block=58 path=/deep1",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"),
        proof(
                "nodeWithoutMagic",
                PLAIN,
                i -> i.child(i.extentHeader("/deep1"), 0).set("eh_magic", 0))
            .upTo(2)
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=0 path=/deep1",
                "EXTENT_NODE inode=35 logical=0 block=58 path=/deep1",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"),
        proof("rootWithoutMagic", PLAIN, i -> i.extentHeader("/small").set("eh_magic", 0))
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "EXTENT_NODE inode=12 logical=0 path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "rootWithMoreEntriesThanRoom",
                PLAIN,
                i -> i.extentHeader("/small").set("eh_entries", 5))
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=6 expected=0 path=/small",
                "EXTENT_NODE inode=12 logical=0 path=/small",
                "FREE_BLOCKS found=3484 expected=3487",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=594",
                "BLOCK_MARKED_USED block=28 group=0 found=3"),
        proof(
                "indexNamesAnotherFirstBlock",
                PLAIN,
                i -> index(i.child(i.extentHeader("/deep2"), 0), 1).add("ei_block", -1))
            .shows("EXTENT_INDEX inode=36 block=62 found=165 expected=166 path=/deep2"),
        proof(
                "indexesOutOfOrder",
                PLAIN,
                i -> {
                  Place node = i.child(i.extentHeader("/deep2"), 0);
                  index(node, 1).swap("ei_block", index(node, 2));
                })
            .upTo(2)
            .shows(
                "BLOCK_COUNT_WRONG inode=36 found=712 expected=378 path=/deep2",
                "EXTENT_INDEX inode=36 block=62 found=332 expected=166 path=/deep2",
                "EXTENT_ORDER inode=36 logical=166 block=245 found=1 name=written path=/deep2",
                "EXTENT_ORDER inode=36 logical=168 block=247 found=1 name=written path=/deep2",
                "FREE_BLOCKS found=3484 expected=3651",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=758",
                "BLOCK_MARKED_USED block=244 group=0 found=2",
                "BLOCK_MARKED_USED block=247 group=0 found=1"),
        proof(
                "lastExtentOfATreeEndsBehindTheSize",
                PLAIN,
                i -> i.inode("/deep1").add("i_size_lo", -2048))
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=40 path=/deep1",
                "EXTENT_RANGE inode=35 logical=38 block=95 found=1 name=written path=/deep1",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=95 group=0 found=1"),
        proof(
                "indexOutside",
                PLAIN,
                i -> index(i.extentHeader("/deep1"), 0).set("ei_leaf_lo", 4096))
            .upTo(2)
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=0 path=/deep1",
                "BLOCK_NUMBER_ILLEGAL inode=35 logical=0 block=4096 path=/deep1",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"),
        proof(
                "nodeOfAnother",
                PLAIN,
                i ->
                    index(i.extentHeader("/deep1"), 0)
                        .set(
                            "ei_leaf_lo",
                            index(i.child(i.extentHeader("/deep2"), 0), 0).get("ei_leaf_lo")))
            .upTo(2)
            .shows(
                "BLOCK_CLAIMED_TWICE inode=35 block=70 found=21 name=other files path=/deep1",
                "EXTENT_RANGE inode=35 logical=40 block=119 found=1 name=written path=/deep1",
                "EXTENT_RANGE inode=35 logical=42 block=121 found=1 name=written path=/deep1",
                "BLOCK_CLAIMED_TWICE inode=36 block=70 found=21 name=other files path=/deep2",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"),
        proof(
                "extentBlockChecksum",
                CHECKSUMS,
                i ->
                    i.child(i.extentHeader("/deep1"), 0)
                        .behind(1020, Structure.EXTENT_TAIL)
                        .flip("et_checksum", 1))
            .shows("EXTENT_CHECKSUM inode=36 logical=0 block=88 path=/deep1"),
        proof(
                "treeDeeperThanTheKernels",
                PLAIN,
                i -> i.extentHeader("/deep1").set("eh_depth", 6).set("eh_entries", 0))
            .upTo(2)
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=0 path=/deep1",
                "EXTENT_TREE_DEEP inode=35 found=6 expected=5 path=/deep1",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"),
        proof(
                "treeAsDeepAsTheKernels",
                PLAIN,
                i -> i.extentHeader("/deep1").set("eh_depth", 5).set("eh_entries", 0))
            .upTo(2)
            .shows(
                "BLOCK_COUNT_WRONG inode=35 found=42 expected=0 path=/deep1",
                "FREE_BLOCKS found=3484 expected=3505",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=612",
                "BLOCK_MARKED_USED block=57 group=0 found=3",
                "BLOCK_MARKED_USED block=61 group=0 found=1"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
