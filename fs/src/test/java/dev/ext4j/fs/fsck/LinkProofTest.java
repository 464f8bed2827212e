package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to the connections of directories and to link counts. */
class LinkProofTest {
  private static final long EXTENTS = 0x80000;
  private static final long DIR_NLINK = 0x20; // read-only compatible
  private static final int SHORTEST_RECORD = 12;
  private static final int RECORDS = 1024 / SHORTEST_RECORD;

  /** Makes /tree2 name itself in all entries of one block, which it maps again and again. */
  private static void nameItself(DamagedImage image, int names) throws IOException {
    // Its entries for itself and its parent and the one in the root count, too.
    int blocks = (names - 3) / RECORDS;
    int rest = (names - 3) % RECORDS;
    long full = image.blockOf("/tree2", 2);
    Place inode = image.inode("/tree2").flip("i_flags", EXTENTS | 0x1000);
    long number = image.number("/tree2");
    fill(image.directoryBlock("/tree2", 2), RECORDS, number);
    fill(image.directoryBlock("/tree2", 3), rest, number);
    for (int i = 0; i < 15; i++) {
      inode.word(i).set("value", 0);
    }
    Place root = image.block(image.blockOf("/tree2", 0), Structure.DIRECTORY_ENTRY);
    root.behind(SHORTEST_RECORD, Structure.DIRECTORY_ENTRY).set("inode", number);
    inode.word(0).set("value", image.blockOf("/tree2", 0));
    inode.word(1).set("value", image.blockOf("/tree2", 3));
    for (int i = 2; i < 12; i++) {
      inode.word(i).set("value", full);
    }
    inode.word(12).set("value", image.blockOf("/tree2", 4));
    inode.word(13).set("value", image.blockOf("/tree2", 5));
    int left = blocks - 10;
    for (int i = 0; i < 256; i++, left--) {
      image.block(image.blockOf("/tree2", 4)).word(i).set("value", left > 0 ? full : 0);
    }
    for (int i = 0; i < 256; i++) {
      image.block(image.blockOf("/tree2", 5)).word(i).set("value", 0);
    }
    for (int j = 0; left > 0; j++) {
      image.block(image.blockOf("/tree2", 5)).word(j).set("value", image.blockOf("/tree2", 6 + j));
      for (int i = 0; i < 256; i++, left--) {
        image.block(image.blockOf("/tree2", 6 + j)).word(i).set("value", left > 0 ? full : 0);
      }
    }
    inode.set("i_links_count", 1);
  }

  private static void fill(Place block, int records, long inode) throws IOException {
    for (int i = 0; i < RECORDS; i++) {
      block
          .behind((long) SHORTEST_RECORD * i, Structure.DIRECTORY_ENTRY)
          .set("inode", i < records ? inode : 0)
          .set(
              "rec_len",
              i == RECORDS - 1 ? SHORTEST_RECORD + 1024 % SHORTEST_RECORD : SHORTEST_RECORD)
          .set("name_len", 1)
          .set("file_type", 2)
          .set("name_0", '0' + i);
    }
  }

  static List<ProofCase> cases() {
    return List.of(
        proof("linkCountOneTooHigh", PLAIN, i -> i.inode("/other").set("i_links_count", 2))
            .shows("LINK_COUNT inode=13 found=2 expected=1 path=/other"),
        proof("linkCountOneTooLow", PLAIN, i -> i.inode("/dir").add("i_links_count", -1))
            .shows("LINK_COUNT inode=14 found=2 expected=3 path=/dir"),
        proof("inodeWithoutName", PLAIN, i -> i.entry("/other").set("inode", 0))
            .shows("INODE_UNATTACHED inode=13"),
        proof("directoryWithoutName", PLAIN, i -> i.entry("/secret").set("inode", 0))
            .shows("DIRECTORY_UNCONNECTED inode=27", "LINK_COUNT inode=27 found=2 expected=1"),
        proof(
                "directoryBelowItself",
                PLAIN,
                i -> {
                  i.entry("/dir").set("inode", 0);
                  i.entry("/dir/sub/leaf").set("inode", i.number("/dir"));
                  i.directoryBlock("/dir", 0)
                      .behind(12, Structure.DIRECTORY_ENTRY)
                      .set("inode", i.number("/dir/sub"));
                })
            .shows(
                "DIRECTORY_LOOP inode=14 path=/.../leaf/sub/leaf/sub/leaf/sub/leaf/sub...",
                "DIRECTORY_UNCONNECTED inode=17",
                "LINK_COUNT inode=2 found=8 expected=7 path=/",
                "LINK_COUNT inode=16 found=3 expected=4"
                    + " path=/.../sub/leaf/sub/leaf/sub/leaf/sub/leaf...",
                "LINK_COUNT inode=17 found=2 expected=1"),
        proof(
                "parentNamesAnother",
                PLAIN,
                i ->
                    i.directoryBlock("/dir/sub", 0)
                        .behind(12, Structure.DIRECTORY_ENTRY)
                        .set("inode", 2))
            .shows(
                "DOT_DOT_WRONG inode=16 found=2 expected=14 path=/dir/sub",
                "LINK_COUNT inode=2 found=8 expected=9 path=/",
                "LINK_COUNT inode=14 found=3 expected=2 path=/dir"),
        proof(
                "moreNamesThanLinks",
                PLAIN,
                i -> {
                  i.superblock().flip("s_feature_ro_compat", DIR_NLINK);
                  nameItself(i, 65_001);
                })
            .notForE2fsck("it takes minutes")
            .upTo(1)
            .shows(
                "SIZE_WRONG inode=34 found=140288 expected=784384 path=/tree2",
                "BLOCK_COUNT_WRONG inode=34 found=274 expected=1540 path=/tree2",
                "BLOCK_CLAIMED_TWICE inode=34 block=1051 found=764 name=other files path=/tree2",
                "ENTRY_TO_SELF inode=34 found=34 name=0 path=/tree2",
                "DOT_DOT_WRONG inode=34 found=34 expected=2 path=/tree2",
                "LINK_COUNT inode=2 found=8 expected=7 path=/",
                "LINK_FEATURE inode=34 found=65001 path=/tree2",
                "FREE_BLOCKS found=3484 expected=3614",
                "GROUP_FREE_BLOCKS group=1 found=869 expected=999",
                "BLOCK_MARKED_USED block=1050 group=1 found=1"),
        proof(
                "asManyNamesAsLinks",
                PLAIN,
                i -> {
                  i.superblock().flip("s_feature_ro_compat", DIR_NLINK);
                  nameItself(i, 65_000);
                  i.inode("/tree2").set("i_links_count", 65_000);
                })
            .notForE2fsck("it takes minutes")
            .upTo(1)
            .shows(
                "SIZE_WRONG inode=34 found=140288 expected=784384 path=/tree2",
                "BLOCK_COUNT_WRONG inode=34 found=274 expected=1540 path=/tree2",
                "BLOCK_CLAIMED_TWICE inode=34 block=1051 found=764 name=other files path=/tree2",
                "ENTRY_TO_SELF inode=34 found=34 name=0 path=/tree2",
                "DOT_DOT_WRONG inode=34 found=34 expected=2 path=/tree2",
                "LINK_COUNT inode=2 found=8 expected=7 path=/",
                "FREE_BLOCKS found=3484 expected=3614",
                "GROUP_FREE_BLOCKS group=1 found=869 expected=999",
                "BLOCK_MARKED_USED block=1050 group=1 found=1"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
