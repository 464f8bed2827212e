package dev.ext4j.fs.fsck;

import static dev.ext4j.fs.fsck.ProofCase.proof;
import static dev.ext4j.fs.fsck.ProofImage.*;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases of damage to directory entries. */
class DirectoryProofTest {
  private static final long ENCRYPT = 0x800;
  private static final long FILETYPE = 2; // incompatible
  private static final int INDEX_ENCRYPTION = 9; // EXT4_XATTR_INDEX_ENCRYPTION

  private static Place dot(DamagedImage image, String path) throws IOException {
    return image.directoryBlock(path, 0);
  }

  private static Place dotDot(DamagedImage image, String path) throws IOException {
    return dot(image, path).behind(12, Structure.DIRECTORY_ENTRY);
  }

  /** Makes a file or directory with an attribute {@code user.c} an encrypted one. */
  private static void encrypt(DamagedImage image, String path) throws IOException {
    image.inode(path).flip("i_flags", ENCRYPT);
    image.xattrInInode(path).set("e_name_index", INDEX_ENCRYPTION);
  }

  static List<ProofCase> cases() {
    return List.of(
        proof(
                "directoryBlockChecksum",
                CHECKSUMS,
                i ->
                    i.directoryBlock("/dir", 0)
                        .behind(1012, Structure.DIRECTORY_TAIL)
                        .flip("det_checksum", 1))
            .shows("DIRECTORY_CHECKSUM inode=15 logical=0 name=wrong path=/dir"),
        proof(
                "directoryBlockWithoutTail",
                CHECKSUMS,
                i ->
                    i.directoryBlock("/dir", 0)
                        .behind(1012, Structure.DIRECTORY_TAIL)
                        .set("det_rec_len", 0))
            .theirsMore("it goes on with the tail as a record")
            .shows("DIRECTORY_CHECKSUM inode=15 logical=0 name=missing path=/dir"),
        proof("recordBehindTheBlock", PLAIN, i -> i.entry("/dir/sub").add("rec_len", 4))
            .shows(
                "DIRECTORY_CORRUPT inode=14 logical=0 found=36 path=/dir",
                "DIRECTORY_UNCONNECTED inode=16",
                "LINK_COUNT inode=16 found=3 expected=2"),
        proof("recordTooShortForItsName", PLAIN, i -> i.entry("/dir/file").set("name_len", 9))
            .shows(
                "DIRECTORY_CORRUPT inode=14 logical=0 found=24 path=/dir",
                "DIRECTORY_UNCONNECTED inode=16 path=/dir/sub",
                "INODE_UNATTACHED inode=15",
                "LINK_COUNT inode=16 found=3 expected=2 path=/dir/sub"),
        proof("recordOddlyLong", PLAIN, i -> i.entry("/dir/file").add("rec_len", 1))
            .shows(
                "DIRECTORY_CORRUPT inode=14 logical=0 found=24 path=/dir",
                "DIRECTORY_UNCONNECTED inode=16",
                "INODE_UNATTACHED inode=15 path=/dir/file",
                "LINK_COUNT inode=16 found=3 expected=2"),
        proof("recordTooShort", PLAIN, i -> i.entry("/dir/file").set("rec_len", 8))
            .shows(
                "DIRECTORY_CORRUPT inode=14 logical=0 found=24 path=/dir",
                "DIRECTORY_UNCONNECTED inode=16",
                "INODE_UNATTACHED inode=15",
                "LINK_COUNT inode=16 found=3 expected=2"),
        proof(
                "inlineRecordBehindTheArea",
                INLINE,
                i -> {
                  i.entry("/few/two").add("rec_len", 4);
                  i.seal();
                })
            .shows(
                "DIRECTORY_CORRUPT inode=29 logical=0 found=16 path=/few",
                "INODE_UNATTACHED inode=32"),
        proof(
                "inlineDirectoryWithoutParent",
                INLINE,
                i -> {
                  i.inode("/few").word(0).set("value", 5);
                  i.seal();
                })
            .shows(
                "DOT_DOT_MISSING inode=29 found=5 path=/few",
                "DOT_DOT_WRONG inode=29 found=5 expected=2 path=/few",
                "LINK_COUNT inode=2 found=6 expected=5 path=/"),
        proof("dotNamedOtherwise", PLAIN, i -> dot(i, "/dir/sub/leaf").set("name_0", 'x'))
            .shows("DOT_WRONG inode=17 found=17 expected=17 name=x path=/dir/sub/leaf"),
        proof("dotNamesAnother", PLAIN, i -> dot(i, "/dir/sub/leaf").set("inode", 14))
            .shows(
                "DOT_WRONG inode=17 found=14 expected=17 name=. path=/dir/sub/leaf",
                "LINK_COUNT inode=14 found=3 expected=4 path=/dir",
                "LINK_COUNT inode=17 found=2 expected=1 path=/dir/sub/leaf"),
        proof("dotWithoutZero", PLAIN, i -> dot(i, "/dir/sub/leaf").set("name_1", 'x'))
            .shows("DOT_WRONG inode=17 found=17 expected=17 name=. path=/dir/sub/leaf"),
        proof("dotDotNamedOtherwise", PLAIN, i -> dotDot(i, "/dir/sub/leaf").set("name_1", 'x'))
            .shows("DOT_DOT_MISSING inode=17 found=16 name=.x path=/dir/sub/leaf"),
        proof("dotDotWithoutInode", PLAIN, i -> dotDot(i, "/dir/sub/leaf").set("inode", 0))
            .shows(
                "DOT_DOT_MISSING inode=17 found=0 name=.. path=/dir/sub/leaf",
                "LINK_COUNT inode=16 found=3 expected=2 path=/dir/sub"),
        proof("dotDotWithoutZero", PLAIN, i -> dotDot(i, "/dir/sub/leaf").set("name_2", 'x'))
            .shows("DOT_DOT_MISSING inode=17 found=16 name=.. path=/dir/sub/leaf"),
        proof(
                "dotOverTheNext",
                PLAIN,
                i -> {
                  dot(i, "/dir/sub/leaf").set("rec_len", 28);
                  dotDot(i, "/dir/sub/leaf")
                      .copyTo(dot(i, "/dir/sub/leaf").behind(28, Structure.DIRECTORY_ENTRY), 12);
                  dot(i, "/dir/sub/leaf").behind(28, Structure.DIRECTORY_ENTRY).set("rec_len", 996);
                })
            .shows("DOT_BIG inode=17 found=28 path=/dir/sub/leaf"),
        proof(
                "dotAsLargeAsTwo",
                PLAIN,
                i -> {
                  dotDot(i, "/dir/sub/leaf")
                      .copyTo(dot(i, "/dir/sub/leaf").behind(24, Structure.DIRECTORY_ENTRY), 12);
                  dot(i, "/dir/sub/leaf").set("rec_len", 24);
                  dot(i, "/dir/sub/leaf")
                      .behind(24, Structure.DIRECTORY_ENTRY)
                      .set("rec_len", 1000);
                })
            .shows(),
        proof(
                "entryNamedDot",
                PLAIN,
                i -> i.entry("/dir/sub").set("name_len", 1).set("name_0", '.'))
            .shows(
                "DOT_TWICE inode=14 found=16 name=. path=/dir",
                "ENTRY_TWICE inode=14 found=16 name=. path=/dir"),
        proof(
                "entryNamedDotDot",
                PLAIN,
                i -> i.entry("/dir/sub").set("name_len", 2).set("name_0", '.').set("name_1", '.'))
            .shows(
                "DOT_TWICE inode=14 found=16 name=.. path=/dir",
                "ENTRY_TWICE inode=14 found=16 name=.. path=/dir"),
        proof("entryForAReservedInode", PLAIN, i -> i.entry("/other").set("inode", 10))
            .shows("ENTRY_INODE inode=2 found=10 name=other path=/", "INODE_UNATTACHED inode=13"),
        proof("entryForTheFirstInode", PLAIN, i -> i.entry("/other").set("inode", 11))
            .shows(
                "ENTRY_TO_DIRECTORY inode=2 found=11 name=other path=/",
                "ENTRY_TYPE inode=2 found=1 expected=2 name=other path=/",
                "LINK_COUNT inode=11 found=2 expected=3 path=/lost+found",
                "INODE_UNATTACHED inode=13"),
        proof("entryForAnInodeOutside", PLAIN, i -> i.entry("/other").set("inode", 129))
            .shows("ENTRY_INODE inode=2 found=129 name=other path=/", "INODE_UNATTACHED inode=13"),
        proof("entryForAnUnusedInode", PLAIN, i -> i.entry("/other").set("inode", 128))
            .shows(
                "ENTRY_UNUSED_INODE inode=2 found=128 name=other path=/",
                "INODE_UNATTACHED inode=13"),
        proof("entryForItsDirectory", PLAIN, i -> i.entry("/dir/file").set("inode", 14))
            .shows(
                "ENTRY_TO_SELF inode=14 found=14 name=file path=/dir",
                "ENTRY_TYPE inode=14 found=1 expected=2 name=file path=/dir",
                "LINK_COUNT inode=14 found=3 expected=4 path=/dir",
                "INODE_UNATTACHED inode=15"),
        proof("entryForTheRoot", PLAIN, i -> i.entry("/dir/file").set("inode", 2))
            .shows(
                "ENTRY_TO_ROOT inode=14 found=2 name=file path=/dir",
                "ENTRY_TYPE inode=14 found=1 expected=2 name=file path=/dir",
                "LINK_COUNT inode=2 found=8 expected=9 path=/",
                "INODE_UNATTACHED inode=15"),
        proof(
                "entryForAnotherDirectory",
                PLAIN,
                i -> i.entry("/dir/file").set("inode", i.number("/secret")))
            .shows(
                "ENTRY_TO_DIRECTORY inode=14 found=27 name=file path=/dir",
                "ENTRY_TYPE inode=14 found=1 expected=2 name=file path=/dir",
                "INODE_UNATTACHED inode=15",
                "LINK_COUNT inode=27 found=2 expected=3 path=/secret"),
        proof("entryOfAnotherType", PLAIN, i -> i.entry("/small").set("file_type", 2))
            .shows("ENTRY_TYPE inode=2 found=2 expected=1 name=small path=/"),
        proof("entryWithoutType", PLAIN, i -> i.entry("/small").set("file_type", 0))
            .shows("ENTRY_TYPE_UNKNOWN inode=2 found=0 expected=1 name=small path=/"),
        proof(
                "typesWithoutTheFeature",
                METAGROUPS,
                i -> i.superblock().flip("s_feature_incompat", FILETYPE))
            .shows(
                "BACKUP_DIFFERS block=257 group=1 name=s_feature_incompat",
                "BACKUP_DIFFERS block=769 group=3 name=s_feature_incompat",
                "ENTRY_TYPE inode=2 found=2 name=. path=/",
                "ENTRY_TYPE inode=2 found=2 name=.. path=/",
                "ENTRY_TYPE inode=2 found=11 name=lost+found path=/",
                "ENTRY_TYPE inode=11 found=11 name=. path=/lost+found",
                "ENTRY_TYPE inode=11 found=2 name=.. path=/lost+found"),
        proof("slashInAName", PLAIN, i -> i.entry("/dir/sub").set("name_1", '/'))
            .shows("ENTRY_NAME inode=14 found=16 name=s/b path=/dir"),
        proof("zeroInAName", PLAIN, i -> i.entry("/dir/sub").set("name_1", 0))
            .shows("ENTRY_NAME inode=14 found=16 name=s\0b path=/dir"),
        proof("nameOfNoLength", PLAIN, i -> i.entry("/dir/sub").set("name_len", 0))
            .shows("ENTRY_NAME inode=14 found=16 name= path=/dir"),
        proof(
                "nameNotInTheEncoding",
                PLAIN,
                i -> {
                  i.inode("/folded").flip("i_flags", 0x40000000);
                  i.entry("/folded/Näme").set("name_1", 0xFF);
                })
            .shows("ENTRY_NAME inode=29 found=32 name=Nÿ¤me path=/folded"),
        proof(
                "nameTwiceInTwoBlocks",
                PLAIN,
                i -> {
                  for (long block = 1; block <= 2; block++) {
                    i.directoryBlock("/lost+found", block)
                        .set("inode", 12)
                        .set("name_len", 2)
                        .set("file_type", 1)
                        .set("name_0", 't')
                        .set("name_1", 'w');
                  }
                })
            .shows(
                "ENTRY_TWICE inode=11 found=12 name=tw path=/lost+found",
                "LINK_COUNT inode=12 found=431 expected=433 path=/small"),
        proof(
                "nameTwice",
                PLAIN,
                i -> {
                  Place other = i.entry("/other");
                  i.entry("/fifo").copyTo(other, 12);
                  other.set("rec_len", 16);
                })
            .shows(
                "ENTRY_TWICE inode=2 found=20 name=fifo path=/",
                "INODE_UNATTACHED inode=13",
                "LINK_COUNT inode=20 found=1 expected=2 path=/fifo"),
        proof(
                "nameTwiceInAnyCase",
                PLAIN,
                i -> {
                  i.inode("/folded").flip("i_flags", 0x40000000);
                  i.entry("/folded/other")
                      .set("name_len", 4)
                      .word(2)
                      .set("value", 0x654D416E); // nAMe
                })
            .shows("ENTRY_TWICE inode=29 found=31 name=nAMe path=/folded"),
        proof(
                "encryptedDirectory",
                PLAIN,
                i -> {
                  encrypt(i, "/secret");
                  encrypt(i, "/secret/sixteen-letters-");
                })
            .shows(),
        proof(
                "shortNameInEncryptedDirectory",
                PLAIN,
                i -> {
                  encrypt(i, "/secret");
                  encrypt(i, "/secret/sixteen-letters-");
                  i.entry("/secret/sixteen-letters-").set("name_len", 15);
                })
            .shows("ENTRY_ENCRYPTED inode=27 found=28 name=sixteen-letters path=/secret"),
        proof("plainFileInEncryptedDirectory", PLAIN, i -> encrypt(i, "/secret"))
            .shows("ENTRY_ENCRYPTED inode=27 found=28 name=sixteen-letters- path=/secret"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_showsExactlyTheseProblems(ProofCase proof) throws IOException {
    proof.verify();
  }
}
