package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.DamagedImage.hashEntry;
import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases of damage to hash trees: /tree1 has a root and leaves, /tree2 has one more level between
 * them.
 */
class HashTreeProofTest {
  private static final int NODE = 135; // block of /tree2, the first of its two nodes

  static List<ProofCase> cases() {
    return List.of(
        proof("rootOfAnUnknownHash", PLAIN, i -> i.hashRoot("/tree1").set("hash_version", 3))
            .shows("HASH_TREE_ROOT inode=33 found=3 path=/tree1"),
        proof("rootOfAnotherHash", PLAIN, i -> i.hashRoot("/tree1").set("hash_version", 2))
            .shows(
                "HASH_RANGE inode=33 logical=1 found=3228457242 expected=1739553933 path=/tree1",
                "HASH_RANGE inode=33 logical=2 found=555018106 expected=1739553934 path=/tree1",
                "HASH_RANGE inode=33 logical=3 found=383783752 expected=2612517432 path=/tree1",
                "HASH_RANGE inode=33 logical=4 found=599093124 expected=3208325006 path=/tree1"),
        proof("rootInfoNotZero", PLAIN, i -> i.hashRoot("/tree1").set("reserved_zero", 1))
            .shows("HASH_TREE_ROOT inode=33 found=1 path=/tree1"),
        proof("rootInfoOfAnotherLength", PLAIN, i -> i.hashRoot("/tree1").set("info_length", 7))
            .shows("HASH_TREE_ROOT inode=33 found=1 path=/tree1"),
        proof("rootTooDeep", PLAIN, i -> i.hashRoot("/tree2").set("indirect_levels", 2))
            .shows("HASH_TREE_ROOT inode=34 found=1 path=/tree2"),
        proof("rootLessDeepThanItsTree", PLAIN, i -> i.hashRoot("/tree2").set("indirect_levels", 0))
            .upTo(2)
            .shows(
                "HASH_TREE_NODE inode=34 logical=1 name=depth path=/tree2",
                "HASH_TREE_NODE inode=34 logical=2 name=depth path=/tree2"),
        proof("rootOfAnotherLimit", PLAIN, i -> i.hashRoot("/tree1").add("limit", -1))
            .shows("HASH_TREE_NODE inode=33 logical=0 name=count path=/tree1"),
        proof("rootOfMoreEntriesThanItsLimit", PLAIN, i -> i.hashRoot("/tree1").set("count", 125))
            .shows("HASH_TREE_NODE inode=33 logical=0 name=count path=/tree1"),
        proof("rootWithoutEntries", PLAIN, i -> i.hashRoot("/tree1").set("count", 0))
            .shows("HASH_TREE_NODE inode=33 logical=0 name=count path=/tree1"),
        proof("nodeOfAnotherLimit", PLAIN, i -> i.hashNode("/tree2", NODE).add("limit", -1))
            .upTo(2)
            .shows(
                "HASH_TREE_REFERENCE inode=34 logical=1 found=0 expected=1 path=/tree2",
                "HASH_TREE_REFERENCE inode=34 logical=2 found=0 expected=1 path=/tree2",
                "HASH_TREE_NODE inode=34 logical=135 name=depth path=/tree2"),
        proof(
                "hashesOfRootOutOfOrder",
                PLAIN,
                i ->
                    hashEntry(i.hashRoot("/tree1"), 1)
                        .swap("hash", hashEntry(i.hashRoot("/tree1"), 2)))
            .shows("HASH_TREE_NODE inode=33 logical=0 name=order path=/tree1"),
        proof(
                "hashesOfNodeOutOfOrder",
                PLAIN,
                i -> {
                  Place node = i.hashNode("/tree2", NODE);
                  hashEntry(node, 60).swap("hash", hashEntry(node, 61));
                })
            .shows("HASH_TREE_NODE inode=34 logical=135 name=order path=/tree2"),
        proof(
                "entryBehindTheDirectory",
                PLAIN,
                i -> hashEntry(i.hashRoot("/tree1"), 1).set("block", 4))
            .shows(
                "HASH_TREE_REFERENCE inode=33 logical=2 found=0 expected=1 path=/tree1",
                "HASH_TREE_REFERENCE inode=33 logical=4 found=2 expected=1 path=/tree1"),
        proof("hashEntryForTheRoot", PLAIN, i -> hashEntry(i.hashRoot("/tree1"), 1).set("block", 0))
            .shows("HASH_TREE_NODE inode=33 logical=0 name=block path=/tree1"),
        proof("leafTwice", PLAIN, i -> hashEntry(i.hashRoot("/tree1"), 1).set("block", 1))
            .shows(
                "HASH_TREE_REFERENCE inode=33 logical=1 found=2 expected=1 path=/tree1",
                "HASH_TREE_REFERENCE inode=33 logical=2 found=0 expected=1 path=/tree1"),
        proof("leafNowhere", PLAIN, i -> i.hashRoot("/tree1").add("count", -1))
            .shows("HASH_TREE_REFERENCE inode=33 logical=4 found=0 expected=1 path=/tree1"),
        proof("hashJustAboveItsLeaf", PLAIN, i -> hashEntry(i.hashRoot("/tree1"), 1).add("hash", 2))
            .shows(
                "HASH_RANGE inode=33 logical=2 found=1739553934 expected=1739553936 path=/tree1"),
        proof(
                "hashContinuedInItsLeaf",
                PLAIN,
                i -> hashEntry(i.hashRoot("/tree1"), 1).add("hash", 1))
            .shows(),
        proof(
                "hashFarBelowItsLeaf",
                PLAIN,
                i -> hashEntry(i.hashRoot("/tree1"), 1).set("hash", 0x80000000L))
            .shows(
                "HASH_RANGE inode=33 logical=2 found=1739553934 expected=2147483648 path=/tree1"),
        proof("hashOfNodeJustAbove", PLAIN, i -> hashEntry(i.hashRoot("/tree2"), 1).add("hash", 2))
            .shows(
                "HASH_RANGE inode=34 logical=128 found=4082647812 expected=4082647814 path=/tree2"),
        proof(
                "rootChecksum",
                CHECKSUMS,
                i -> i.hashRoot("/tree1").behind(1020, Structure.WORD).flip("value", 1))
            .shows("HASH_TREE_CHECKSUM inode=34 logical=0 path=/tree1"),
        proof(
                "nodeChecksum",
                CHECKSUMS,
                i -> i.hashNode("/tree2", NODE).behind(1020, Structure.WORD).flip("value", 1))
            .shows("HASH_TREE_CHECKSUM inode=35 logical=135 path=/tree2"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
