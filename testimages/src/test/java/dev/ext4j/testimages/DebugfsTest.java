package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DebugfsTest {
  private Scratch scratch;
  private Path image;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void create() throws IOException {
    Oracles.requireE2fsprogs();
    scratch = Scratch.open();
    image = Mke2fs.create(ImageKinds.B1K, scratch.folder());
    Path content = scratch.file("content");
    Files.writeString(content, "some text\n");
    Debugfs.writing(image).run("write " + content + " \"a b\"");
  }

  @AfterEach
  void delete() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }

  @Test
  void stat_writtenFile_hasItsFields() throws IOException {
    DebugfsStat stat = Debugfs.reading(image).stat("/a b");
    assertThat(stat.inode()).isEqualTo(12);
    assertThat(stat.type()).isEqualTo("regular");
    assertThat(stat.byteSize()).isEqualTo(10);
    assertThat(stat.sectors()).isEqualTo(2);
    assertThat(stat.flags()).isEqualTo(0x80000);
    assertThat(stat.time("mtime")).isPresent();
    assertThat(stat.time("dtime")).isEmpty();
    assertThat(Debugfs.reading(image).content("/a b"))
        .isEqualTo("some text\n".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void setInodeField_timeAfter2038_isReadBack() throws IOException {
    Debugfs.writing(image).setInodeField("<12>", "mtime", "0x5");
    Debugfs.writing(image)
        .setInodeField("<12>", "mtime_extra", "0x" + Integer.toHexString(7 << 2 | 1));
    assertThat(Debugfs.reading(image).stat("<12>").time("mtime"))
        .contains(Instant.ofEpochSecond((1L << 32) + 5, 7));
  }

  @Test
  void extents_oneBlock_isOneLeafEntryInTheInode() throws IOException {
    List<TreeEntry> tree = Debugfs.reading(image).extents("<12>");
    assertThat(tree).hasSize(1);
    assertThat(tree.get(0).isLeaf()).isTrue();
    assertThat(tree.get(0).depth()).isZero();
    assertThat(tree.get(0).blockCount()).isEqualTo(1);
    assertThat(tree.get(0).unwritten()).isFalse();
  }

  @Test
  void runAll_severalCommands_givesEachItsOutput() throws IOException {
    List<String> outputs =
        Debugfs.reading(image)
            .runAll(List.of("stat <2>", "show_super_stats -h", "testi <12>", "stat <2>"));
    assertThat(outputs).hasSize(4);
    assertThat(outputs.get(0)).startsWith("Inode: 2 ").isEqualTo(outputs.get(3));
    assertThat(outputs.get(1)).contains("Filesystem features:");
    assertThat(outputs.get(2)).isEqualTo("Inode 12 is marked in use\n");
  }

  @Test
  void run_failures_areExceptionsAlthoughDebugfsMayExitWithZero() {
    for (String command : List.of("stat /nothing", "frobnicate", "set_super_value nothing 1")) {
      assertThatThrownBy(() -> Debugfs.reading(image).run(command))
          .as(command)
          .isInstanceOf(ToolException.class);
    }
    assertThatThrownBy(() -> Debugfs.reading(scratch.file("missing")).run("stats"))
        .isInstanceOf(ToolException.class);
  }

  @Test
  void check_wrongCounters_isNotCleanUntilRepaired() throws IOException {
    Debugfs.writing(image).setSuperValue("free_blocks_count", 17);
    Debugfs.writing(image).setGroupField(1, "free_inodes_count", 3);
    E2fsck.Verdict found = E2fsck.check(image);
    assertThat(found.clean()).isFalse();
    assertThat(found.problems())
        .anySatisfy(line -> assertThat(line).startsWith("Free blocks count wrong"));
    assertThat(found.problems()).noneSatisfy(line -> assertThat(line).startsWith("Pass"));
    assertThat(E2fsck.repair(image)).matches(E2fsck.Verdict::mended);
    E2fsck.Verdict after = E2fsck.check(image);
    assertThat(after).matches(E2fsck.Verdict::clean);
    assertThat(after.problems()).isEmpty();
  }

  @Test
  void check_noFileSystem_isNotClean() throws IOException {
    Path empty = Files.createFile(scratch.file("empty"));
    assertThat(E2fsck.check(empty).exitCode()).isEqualTo(8);
    assertThat(E2fsck.repair(empty).mended()).isFalse();
  }
}
