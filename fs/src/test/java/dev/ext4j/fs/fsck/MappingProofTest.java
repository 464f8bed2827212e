package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.DamagedImage.extent;
import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to the mappings of directories, to clusters, and to block maps. */
class MappingProofTest {
  private static final int UNWRITTEN = 0x8000;
  private static final long MOST_DIRECTORY_BLOCKS = 1 << 21;
  private static final int BLOCKS = 8192; // of INDIRECT_TRIPLE

  /** Makes all pointers in a block equal. */
  private static void fill(Place block, long pointer) throws IOException {
    for (int i = 0; i < 256; i++) {
      block.word(i).set("value", pointer);
    }
  }

  static List<ProofCase> cases() {
    return List.of(
        proof(
                "directoryUnwritten",
                PLAIN,
                i -> extent(i.extentHeader("/dir"), 0).flip("ee_len", UNWRITTEN))
            .shows("DIRECTORY_UNWRITTEN inode=14 logical=0 block=34 path=/dir"),
        proof(
                "directoryWithoutBlocks",
                PLAIN,
                i -> i.extentHeader("/dir/sub/leaf").set("eh_entries", 0))
            .theirsMore("that its size is wrong is said by DIRECTORY_EMPTY here")
            .shows(
                "BLOCK_COUNT_WRONG inode=17 found=2 expected=0 path=/dir/sub/leaf",
                "DIRECTORY_EMPTY inode=17 path=/dir/sub/leaf",
                "LINK_COUNT inode=16 found=3 expected=2 path=/dir/sub",
                "LINK_COUNT inode=17 found=2 expected=1 path=/dir/sub/leaf",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=39 group=0 found=1"),
        proof(
                "directoryBehindTheLargest",
                PLAIN,
                i -> {
                  i.extentHeader("/dir").set("eh_entries", 2);
                  extent(i.extentHeader("/dir"), 1)
                      .set("ee_block", MOST_DIRECTORY_BLOCKS)
                      .set("ee_len", 1)
                      .set("ee_start_lo", 4000);
                })
            .shows(
                "FILE_TOO_BIG inode=14 logical=2097152 block=4000 found=1 name=written path=/dir"),
        proof(
                "directoryWithAHole",
                PLAIN,
                i -> {
                  Place header = i.extentHeader("/tree1");
                  extent(header, (int) header.get("eh_entries") - 1).add("ee_block", 1);
                })
            .shows(
                "SIZE_WRONG inode=33 found=5120 expected=6144 path=/tree1",
                "DIRECTORY_HOLE inode=33 logical=1 path=/tree1",
                "HASH_RANGE inode=33 logical=2 found=55883564 expected=1739553934 path=/tree1",
                "HASH_RANGE inode=33 logical=3 found=1739553934 expected=2612517432 path=/tree1",
                "HASH_RANGE inode=33 logical=4 found=2612517432 expected=3208325006 path=/tree1",
                "HASH_TREE_REFERENCE inode=33 logical=5 found=0 expected=1 path=/tree1"),
        proof(
                "clusterOffItsPlace",
                BIGALLOC,
                i -> {
                  extent(i.extentHeader("/dense.bin"), 0).add("ee_block", 1);
                  i.seal();
                })
            .theirsMore("it claims the cluster once more for each block")
            .shows("CLUSTER_RULE inode=12 logical=1 block=1064 path=/dense.bin"),
        proof(
                "clusterInTwoPlaces",
                BIGALLOC,
                i -> {
                  Place header = i.extentHeader("/dense.bin");
                  Place first = extent(header, 0);
                  long block = first.get("ee_start_lo");
                  long count = first.get("ee_len");
                  header.set("eh_entries", 2);
                  first.set("ee_len", 1);
                  extent(header, 1)
                      .set("ee_block", 1)
                      .set("ee_start_lo", block + 1 + 1024)
                      .set("ee_len", count - 1);
                  i.seal();
                })
            .theirsMore("it claims the cluster once more for each block")
            .shows(
                "BLOCK_COUNT_WRONG inode=12 found=128 expected=160 path=/dense.bin",
                "CLUSTER_RULE inode=12 logical=1 block=2089 path=/dense.bin",
                "FREE_BLOCKS found=2968 expected=2964",
                "GROUP_FREE_BLOCKS group=0 found=742 expected=741",
                "BLOCK_MARKED_USED block=1068 group=0 found=12",
                "BLOCK_MARKED_UNUSED block=2088 group=0 found=16"),
        proof(
                "pointerOutside",
                INDIRECT_TRIPLE,
                i -> i.inode("/direct.bin").word(3).set("value", BLOCKS))
            .shows(
                "BLOCK_COUNT_WRONG inode=15 found=24 expected=22 path=/direct.bin",
                "BLOCK_NUMBER_ILLEGAL inode=15 logical=3 block=8192 path=/direct.bin",
                "FREE_BLOCKS found=6738 expected=6739",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6739",
                "BLOCK_MARKED_USED block=6673 group=0 found=1"),
        proof(
                "pointerToTheLastBlock",
                INDIRECT_TRIPLE,
                i -> i.inode("/direct.bin").word(3).set("value", BLOCKS - 1))
            .shows(
                "BLOCK_MARKED_USED block=6673 group=0 found=1",
                "BLOCK_MARKED_UNUSED block=8191 group=0 found=1"),
        proof(
                "indirectBlockOutside",
                INDIRECT_TRIPLE,
                i -> i.inode("/single.bin").word(12).set("value", BLOCKS))
            .shows(
                "BLOCK_COUNT_WRONG inode=14 found=28 expected=24 path=/single.bin",
                "BLOCK_NUMBER_ILLEGAL inode=14 logical=12 block=8192 path=/single.bin",
                "FREE_BLOCKS found=6738 expected=6740",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6740",
                "BLOCK_MARKED_USED block=1109 group=0 found=1",
                "BLOCK_MARKED_USED block=6669 group=0 found=1"),
        proof(
                "indirectBlockIsMetadata",
                INDIRECT_TRIPLE,
                i -> i.inode("/single.bin").word(12).set("value", 1))
            .theirsMore("it goes on with the metadata as pointers")
            .shows(
                "BLOCK_COUNT_WRONG inode=14 found=28 expected=24 path=/single.bin",
                "BLOCK_IS_METADATA inode=14 logical=12 block=1 path=/single.bin",
                "FREE_BLOCKS found=6738 expected=6740",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6740",
                "BLOCK_MARKED_USED block=1109 group=0 found=1",
                "BLOCK_MARKED_USED block=6669 group=0 found=1"),
        proof(
                "pointerToMetadata",
                INDIRECT_TRIPLE,
                i -> i.inode("/direct.bin").word(3).set("value", 2))
            .shows(
                "BLOCK_CLAIMED_TWICE inode=15 block=2 found=1 name=file system metadata"
                    + " path=/direct.bin",
                "FREE_BLOCKS found=6738 expected=6739",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6739",
                "BLOCK_MARKED_USED block=6673 group=0 found=1"),
        proof(
                "pointerTwice",
                INDIRECT_TRIPLE,
                i ->
                    i.inode("/direct.bin")
                        .word(3)
                        .set("value", i.inode("/direct.bin").word(4).get("value")))
            .shows(
                "BLOCK_CLAIMED_TWICE inode=15 block=6674 found=2 name=other files path=/direct.bin",
                "FREE_BLOCKS found=6738 expected=6739",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6739",
                "BLOCK_MARKED_USED block=6673 group=0 found=1"),
        proof(
                "mapOfMoreBlocksThanThereAre",
                INDIRECT_TRIPLE,
                i -> {
                  Place twice = i.block(i.inode("/double.bin").word(13).get("value"));
                  long single = i.inode("/double.bin").word(12).get("value");
                  fill(twice, single);
                })
            .theirsMore("it counts all of them")
            .shows(
                "MAPPING_TOO_LARGE inode=13 path=/double.bin",
                "BLOCK_CLAIMED_TWICE inode=13 block=1346 found=7197 name=other files"
                    + " path=/double.bin",
                "FREE_BLOCKS found=6738 expected=6771",
                "GROUP_FREE_BLOCKS group=0 found=6738 expected=6771",
                "BLOCK_MARKED_USED block=1348 group=0 found=1",
                "BLOCK_MARKED_USED block=1805 group=0 found=32"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
