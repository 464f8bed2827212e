package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Cases of damage to the journal, inside or outside of the file system, and to the fields that
 * announce it.
 */
class JournalProofTest {
  private static final long HAS_JOURNAL = 4; // compatible
  private static final long RECOVER = 4; // incompatible
  private static final int DIRECTORY = 0x41ED;

  /** Makes the journal one on another device, whose UUID begins with a word. */
  private static void external(DamagedImage image, long firstWord) throws IOException {
    for (int group : new int[] {1, 3}) {
      image.backup(group).flip("s_feature_compat", HAS_JOURNAL);
    }
    image
        .superblock()
        .flip("s_feature_compat", HAS_JOURNAL)
        .set("s_journal_uuid", firstWord)
        .set("s_journal_uuid_1", 0x00400000)
        .set("s_journal_uuid_2", 0x80)
        .set("s_journal_uuid_3", 0x4A0A0E);
  }

  static List<ProofCase> cases() {
    return List.of(
        proof("journalIsADirectory", INDIRECT_TRIPLE, i -> i.inode(8).set("i_mode", DIRECTORY))
            .theirsMore("it goes through the log as a directory")
            .shows(
                "JOURNAL_INODE_INVALID inode=8",
                "RESERVED_MODE inode=8 found=16877",
                "GROUP_DIRECTORIES group=0 found=2 expected=3"),
        proof("journalWithoutLinks", INDIRECT_TRIPLE, i -> i.inode(8).set("i_links_count", 0))
            .oursAlone("it finds the journal by the copy of its map in the superblock")
            .shows("JOURNAL_INODE_INVALID inode=8"),
        proof("journalTooShort", INDIRECT_TRIPLE, i -> i.inode(8).set("i_size_lo", 1023 * 1024))
            .oursAlone("it finds the journal by the copy of its map in the superblock")
            .shows("JOURNAL_INODE_INVALID inode=8 found=1024 expected=1023"),
        proof(
                "journalHasOtherNumber",
                INDIRECT_TRIPLE,
                i -> i.superblock().set("s_journal_inum", 65))
            .shows("JOURNAL_INODE_INVALID found=65", "RESERVED_IN_USE inode=8"),
        proof("journalWithoutMagic", INDIRECT_TRIPLE, i -> i.journal().set("h_magic", 0))
            .shows("JOURNAL_SUPERBLOCK name=no superblock of a journal"),
        proof("journalLongerThanItsInode", INDIRECT_TRIPLE, i -> i.journal().add("s_maxlen", 1))
            .shows("JOURNAL_SUPERBLOCK name=a journal of 1025 blocks, with room for 1024"),
        proof(
                "journalOfUnknownFeatures",
                INDIRECT_TRIPLE,
                i -> i.journal().set("s_feature_incompat", 0x80))
            .shows(
                "JOURNAL_FEATURES name=the journal has unknown features 0x80: it cannot be"
                    + " replayed"),
        proof(
                "noRoomBesideFastCommits",
                INDIRECT_TRIPLE,
                i -> i.journal().set("s_feature_incompat", 0x20).set("s_num_fc_blks", 1))
            .shows("JOURNAL_SUPERBLOCK name=blocks of fast commits"),
        proof("journalOfTwo", INDIRECT_TRIPLE, i -> i.journal().set("s_nr_users", 2))
            .shows("JOURNAL_USERS found=2 expected=1"),
        proof(
                "journalNotAnnounced",
                INDIRECT_TRIPLE,
                i -> i.superblock().flip("s_feature_compat", HAS_JOURNAL))
            .shows("JOURNAL_UNANNOUNCED found=8"),
        proof(
                "recoveryWithoutJournal",
                PLAIN,
                i -> i.superblock().flip("s_feature_incompat", RECOVER))
            .shows("RECOVERY_WITHOUT_JOURNAL"),
        proof("recoveryNotAnnounced", INDIRECT_TRIPLE, i -> i.journal().set("s_start", 1))
            .shows("RECOVERY_UNANNOUNCED"),
        proof("journalReplayed", DIRTY_JOURNAL, i -> {})
            .afterReplay()
            .shows("FREE_BLOCKS found=1010 expected=997", "FREE_INODES found=53 expected=50"),
        proof(
                "committedBlockDamaged",
                DIRTY_JOURNAL,
                i -> i.journal().behind(2 * 4096, Structure.WORD).flip("value", 1))
            .afterReplay()
            .shows(
                "JOURNAL_UNREPLAYABLE name=the journal is damaged: what is shown lacks changes that"
                    + " were committed",
                "FREE_BLOCKS found=1010 expected=997",
                "FREE_INODES found=53 expected=50"),
        proof("journalElsewhereNotGiven", PLAIN, i -> external(i, 0x100CC110))
            .shows("JOURNAL_NOT_FOUND name=10c10c10-0000-4000-8000-00000e0a4a00"),
        proof("journalElsewhere", PLAIN, i -> external(i, 0x100CC110))
            .withJournal(
                JOURNAL, j -> j.block(2, Structure.JOURNAL_SUPERBLOCK).set("s_nr_users", 1))
            .shows(),
        proof("journalElsewhereOfAnother", PLAIN, i -> external(i, 1))
            .withJournal(JOURNAL, j -> {})
            .shows("JOURNAL_OF_ANOTHER name=10c10c10-0000-4000-8000-00000e0a4a00"),
        proof("journalElsewhereOfNobody", PLAIN, i -> external(i, 0x100CC110))
            .withJournal(JOURNAL, j -> {})
            .oursAlone("it looks for its own name only; Linux wants one user")
            .shows("JOURNAL_USERS found=0 expected=1"),
        proof("journalElsewhereWithoutMagic", PLAIN, i -> external(i, 0x100CC110))
            .withJournal(JOURNAL, j -> j.block(2, Structure.JOURNAL_SUPERBLOCK).set("h_magic", 0))
            .shows("JOURNAL_SUPERBLOCK name=no superblock of a journal"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
