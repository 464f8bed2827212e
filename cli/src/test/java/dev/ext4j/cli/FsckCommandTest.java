package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FsckCommandTest {
  private static final int ERRORS = 4;
  private static final int OPERATIONAL = 8;
  private static final int USAGE = 16;

  @TempDir Path folder;
  private String image = "";

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.INDIRECT_TRIPLE.unpackTo(folder.resolve("image")).toString();
  }

  /**
   * Damages the link count of the root. The root is inode 2 in the inode table that the first group
   * descriptor names.
   */
  private void damageRoot() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image, "rw")) {
      int blockSize = 1024 << little(file, 1024 + 0x18);
      int descriptors = blockSize == 1024 ? 2048 : blockSize;
      long table = (long) little(file, descriptors + 8) * blockSize;
      long root = table + little(file, 1024 + 0x58);
      file.seek(root + 0x1A);
      file.write(99);
    }
  }

  private static int little(RandomAccessFile file, long offset) throws IOException {
    file.seek(offset);
    int low = file.read();
    return low | file.read() << 8;
  }

  @Test
  void wholeImage_isCleanAndUntouched() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(image));
    ProgramRun run = ProgramRun.of("fsck", "-fn", image);
    assertThat(run.status()).isZero();
    assertThat(run.out()).startsWith(image + ": clean, ").hasLineCount(1);
    assertThat(run.err()).isEmpty();
    assertThat(Files.readAllBytes(Path.of(image))).isEqualTo(before);
  }

  @Test
  void damage_isOneLineWithPathInodeNumbersAndCode() throws IOException {
    damageRoot();
    ProgramRun run = ProgramRun.of("fsck", "-n", image);
    assertThat(run.status()).isEqualTo(ERRORS);
    assertThat(run.out().lines().toList())
        .hasSize(2)
        .first()
        .asString()
        .matches("error: / <2> link count: 99, should be \\d+ \\(LINK_COUNT\\)");
    assertThat(run.out()).contains(image + ": 1 error, ");
  }

  @Test
  void json_hasTheSameAndTheNameOfE2fsck() throws IOException {
    damageRoot();
    ProgramRun run = ProgramRun.of("fsck", "--json", image);
    assertThat(run.status()).isEqualTo(ERRORS);
    assertThat(run.out())
        .startsWith("{\"schema\":\"ext4j.fsck/1\"")
        .contains("\"clean\":false", "\"complete\":true", "\"code\":\"LINK_COUNT\"")
        .contains("\"severity\":\"error\"", "\"PR_4_BAD_REF_COUNT\"", "\"path\":\"/\",\"ino\":2")
        .contains("\"found\":99,\"expected\":", "\"counts\":{\"LINK_COUNT\":1}")
        .contains("\"statistics\":{\"inodes\":", "\"passes\":[");
  }

  @Test
  void verbose_tellsWhatWasCountedAndWhatEachPassTook() {
    ProgramRun run = ProgramRun.of("fsck", "-v", image);
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("regular files", "directories", "pass inodes", "pass bitmaps", "KiB read");
  }

  @Test
  void severalImages_addUpTheirStatus() throws IOException {
    String whole = GoldenImage.SAMPLE.unpackTo(folder.resolve("whole")).toString();
    Path junk = Files.write(folder.resolve("junk"), new byte[1 << 16]);
    damageRoot();
    ProgramRun run = ProgramRun.of("fsck", whole, junk.toString(), image);
    assertThat(run.status()).isEqualTo(ERRORS | OPERATIONAL);
    assertThat(run.out()).contains(whole + ": clean").contains(image + ": 1 error");
    assertThat(run.err()).contains(junk.toString()).contains("bad magic number");
  }

  @Test
  void dirtyJournal_isReplayedInMemoryUnlessTheDiskIsAskedFor() throws IOException {
    String dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("dirty")).toString();
    ProgramRun replayed = ProgramRun.of("fsck", dirty);
    assertThat(replayed.status()).isZero();
    assertThat(replayed.err()).contains("after its replay, in memory only");
    ProgramRun onDisk = ProgramRun.of("fsck", "--view=ondisk", dirty);
    assertThat(onDisk.err()).isEmpty();
  }

  @Test
  void wrongWords_areUsageErrorsOfFsck() {
    assertThat(ProgramRun.of("fsck").status()).isEqualTo(USAGE);
    assertThat(ProgramRun.of("fsck", "--no-such-option", image).status()).isEqualTo(USAGE);
    assertThat(ProgramRun.of("fsck", "--view=yesterday", image).status()).isEqualTo(USAGE);
    assertThat(ProgramRun.of("fsck", "-b", "nonsense", image).status()).isEqualTo(USAGE);
  }

  @Test
  void repair_isRefusedUntilItIsBuilt() {
    for (String flag : new String[] {"-y", "-p", "-a"}) {
      ProgramRun run = ProgramRun.of("fsck", flag, image);
      assertThat(run.status()).isEqualTo(USAGE);
      assertThat(run.err()).contains("not built yet");
    }
  }

  @Test
  void noSuchFile_isAnOperationalError() {
    ProgramRun run = ProgramRun.of("fsck", folder.resolve("nothing").toString());
    assertThat(run.status()).isEqualTo(OPERATIONAL);
    assertThat(run.err()).contains("ENOENT");
  }
}
