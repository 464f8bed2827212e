package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests on the images with journals of the tests of e2fsprogs, if a copy of them is available. The
 * system property {@code ext4j.corpus} names the folder.
 */
@Tag("oracle")
class CorpusTest {
  /** The folder of the images, beside the repository unless the property names another. */
  private static final Path FOLDER =
      Path.of(System.getProperty("ext4j.corpus", "../../shared/corpus/images"));

  @BeforeAll
  static void requireE2fsprogs() {
    Oracles.requireE2fsprogs();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "j_corrupt_descr_tid",
        "j_corrupt_revoke_block",
        "j_recover_csum2_32bit",
        "j_recover_csum2_64bit"
      })
  void journal_isReplayedBlockForBlockAsByE2fsck(String name) throws IOException {
    MemoryBlockDevice dirty = unpack(name + ".img.gz");
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice theirs = ReplayedImages.byE2fsck(judge, dirty);
      MemoryBlockDevice ours = ReplayedImages.byExt4j(dirty);
      ReplayedImages.requireSame(ours, theirs, ReplayedImages.ownBlocks(dirty), name);
    }
  }

  /** Checks the content of files after a replay of fast commits. New blocks may lie elsewhere. */
  @Test
  void fastCommits_areReplayedAsByE2fsck() throws IOException {
    MemoryBlockDevice dirty = unpack("j_recover_fast_commit.img.gz");
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice ours = ReplayedImages.byExt4j(dirty);
      judge.requireClean(ours, "recovered by ext4j");
      MemoryBlockDevice theirs = judge.repaired(dirty, "by e2fsck");
      Map<String, String> tree = tree(ours);
      assertThat(tree).hasSize(3).isEqualTo(tree(theirs));
    }
  }

  @Test
  void externalJournal_isReplayedBlockForBlockAsByE2fsck() throws IOException {
    MemoryBlockDevice ours = unpack("f_ext_journal.img.gz");
    MemoryBlockDevice journal = unpack("f_ext_journal.journal.gz");
    try (Judge judge = Judge.open()) {
      Path image = judge.saveExactly(ours, "image.img");
      Path log = judge.saveExactly(journal, "journal.img");
      ExternalTool.named("e2fsck")
          .run("-y", "-E", "journal_only", "-j", log.toString(), image.toString())
          .orFail();
      try (Ext4FileSystem fs =
          Ext4FileSystem.open(
              ours, OpenOptions.builder().writable(true).journalDevice(journal).build())) {
        assertThat(fs.warnings()).anyMatch(warning -> warning.contains("journal was replayed"));
      }
      ReplayedImages.requireSame(
          ours.reopened(), Judge.loadExactly(image), Set.of(0L, 1L), "f_ext_journal");
    }
  }

  /** Checks that a damaged log is left for e2fsck. Nothing is replayed and nothing is written. */
  @ParameterizedTest
  @ValueSource(strings = {"j_corrupt_descr_csum", "j_corrupt_sb_csum"})
  void damagedJournal_isRefusedAndNothingIsWritten(String name) throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(unpack(name + ".img.gz"));
    assertThatThrownBy(() -> new Mount(recording, MountOptions.readWrite()).close())
        .isInstanceOfSatisfying(
            CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.JOURNAL));
    assertThat(recording.eventCount()).as("writes").isZero();
    try (Mount mount = new Mount(recording, MountOptions.readOnly())) {
      assertThat(mount.warnings()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"j_corrupt_ext_jnl_sb_block", "j_corrupt_ext_jnl_sb_csum"})
  void journalThatIsElsewhere_isAskedForAndNothingIsWritten(String name) throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(unpack(name + ".img.gz"));
    assertThatThrownBy(() -> new Mount(recording, MountOptions.readWrite()).close())
        .isInstanceOf(NeedsRecoveryException.class);
    assertThat(recording.eventCount()).as("writes").isZero();
  }

  private static MemoryBlockDevice unpack(String name) throws IOException {
    Path file = FOLDER.resolve(name);
    Oracles.requireCorpus(file);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      byte[] bytes = in.readAllBytes();
      MemoryBlockDevice disk = new MemoryBlockDevice(bytes.length);
      disk.writeFully(0, ByteBuffer.wrap(bytes));
      return disk;
    }
  }

  /** Returns each path with the fields and the content of its file. */
  private static Map<String, String> tree(MemoryBlockDevice disk) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk.reopened(), OpenOptions.readOnly())) {
      Deque<String> folders = new ArrayDeque<>(List.of(""));
      while (!folders.isEmpty()) {
        String folder = folders.remove();
        fs.inodes()
            .list(
                fs.file(address(folder + "/")).id().inode(),
                0,
                (fileName, inodeNumber, type, next) -> {
                  String name = fileName.toString();
                  if (!name.equals(".") && !name.equals("..") && !name.equals("lost+found")) {
                    tree.put(folder + "/" + name, inodeNumber + " " + type);
                    if (type == FileType.DIRECTORY) {
                      folders.add(folder + "/" + name);
                    }
                  }
                  return true;
                });
      }
      for (Map.Entry<String, String> entry : tree.entrySet()) {
        FileStat stat = fs.file(address(entry.getKey())).stat();
        String facts = " " + stat.raw().mode() + " " + stat.linkCount() + " " + stat.size();
        if (stat.type() == FileType.REGULAR) {
          ByteBuffer content = ByteBuffer.allocate((int) stat.size());
          while (content.hasRemaining()) {
            fs.file(address(entry.getKey())).read(content.position(), content);
          }
          facts += " " + Arrays.hashCode(content.array());
        }
        entry.setValue(entry.getValue() + facts);
      }
    }
    return tree;
  }

  private static FileAddress address(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }
}
