package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.DamagedImage.nextXattr;
import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to extended attributes: in inodes, in attribute blocks, and in value inodes. */
class XattrProofTest {
  private static final long VALUE_INODE = 26; // of /valued

  static List<ProofCase> cases() {
    return List.of(
        proof("attributesOutside", PLAIN, i -> i.inode("/outside").set("i_file_acl_lo", 4096))
            .shows(
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "XATTR_BLOCK_PLACE inode=24 block=4096 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof("attributesWithoutMagic", PLAIN, i -> i.xattrBlock("/outside").set("h_magic", 0))
            .shows(
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "XATTR_BLOCK inode=24 block=47 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof("attributesInTwoBlocks", PLAIN, i -> i.xattrBlock("/outside").set("h_blocks", 2))
            .shows(
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "XATTR_BLOCK inode=24 block=47 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof(
                "valueBehindTheBlock",
                PLAIN,
                i -> i.xattrInBlock("/outside").set("e_value_offs", 1022))
            .shows(
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "XATTR_BLOCK inode=24 block=47 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof(
                "nameWithoutIndexInBlock",
                PLAIN,
                i -> i.xattrInBlock("/outside").set("e_name_index", 0))
            .shows(
                "BLOCK_COUNT_WRONG inode=24 found=8 expected=6 path=/outside",
                "XATTR_BLOCK inode=24 block=47 path=/outside",
                "FREE_BLOCKS found=3484 expected=3485",
                "GROUP_FREE_BLOCKS group=0 found=591 expected=592",
                "BLOCK_MARKED_USED block=47 group=0 found=1"),
        proof("attributesChecksum", CHECKSUMS, i -> i.xattrBlock("/outside").flip("h_checksum", 1))
            .shows("XATTR_CHECKSUM inode=25 block=77 path=/outside"),
        proof("oneReferenceTooMany", PLAIN, i -> i.xattrBlock("/outside").set("h_refcount", 2))
            .shows("XATTR_REFERENCES block=47 found=2 expected=1"),
        proof("hashOfTheBlock", PLAIN, i -> i.xattrBlock("/outside").flip("h_hash", 1))
            .shows("XATTR_BLOCK_HASH inode=24 block=47 path=/outside"),
        proof("hashInBlock", PLAIN, i -> i.xattrInBlock("/outside").flip("e_hash", 1))
            .shows("XATTR_HASH inode=24 block=47 path=/outside"),
        proof("noHashInBlock", PLAIN, i -> i.xattrInBlock("/outside").set("e_hash", 0))
            .shows("XATTR_HASH inode=24 block=47 path=/outside"),
        proof("hashInInode", PLAIN, i -> i.xattrInInode("/inside").set("e_hash", 1))
            .shows("XATTR_HASH inode=23 path=/inside"),
        proof("noHashInInode", PLAIN, i -> i.xattrInInode("/inside").set("e_hash", 0)).shows(),
        proof("nameBehindTheInode", PLAIN, i -> i.xattrInInode("/inside").set("e_name_len", 255))
            .shows("XATTR_ENTRY inode=23 path=/inside"),
        proof("valueBehindTheInode", PLAIN, i -> i.xattrInInode("/inside").set("e_value_offs", 88))
            .shows("XATTR_ENTRY inode=23 path=/inside"),
        proof(
                "valuesOverlap",
                PLAIN,
                i -> {
                  Place first = i.xattrInInode("/inside");
                  nextXattr(first).set("e_value_offs", first.get("e_value_offs"));
                })
            .shows("XATTR_ENTRY inode=23 path=/inside"),
        proof("valueOverTheNames", PLAIN, i -> i.xattrInInode("/inside").set("e_value_offs", 16))
            .shows("XATTR_ENTRY inode=23 path=/inside"),
        proof("valueInodeOutside", PLAIN, i -> i.xattrInInode("/valued").set("e_value_inum", 129))
            .theirsMore("it does not count the blocks of such a value")
            .shows("XATTR_VALUE_INODE inode=25 path=/valued", "INODE_UNATTACHED inode=26"),
        proof("valueInodeIsAFile", PLAIN, i -> i.xattrInInode("/valued").set("e_value_inum", 12))
            .theirsMore("it does not count the blocks of such a value")
            .shows("XATTR_VALUE_INODE inode=25 path=/valued", "INODE_UNATTACHED inode=26"),
        proof("valueInodeOfAnotherSize", PLAIN, i -> i.inode(VALUE_INODE).add("i_size_lo", -1))
            .oursAlone("it compares the hash of a value only")
            .shows("XATTR_VALUE_INODE inode=25 path=/valued"),
        proof("hashOfValueInode", PLAIN, i -> i.inode(VALUE_INODE).flip("i_atime", 1))
            .theirsMore("it does not count the blocks of such a value")
            .shows("XATTR_VALUE_INODE inode=25 path=/valued"),
        proof("valueInodeOfTwo", PLAIN, i -> i.inode(VALUE_INODE).set("i_version_lo", 2))
            .shows("EA_INODE_REFERENCES inode=26 found=2 expected=1"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
