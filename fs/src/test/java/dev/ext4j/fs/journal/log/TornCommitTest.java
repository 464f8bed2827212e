package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of commit blocks of which only the first sector reaches the disk, in a log that is not new.
 */
@Tag("oracle")
class TornCommitTest {
  private static final int BLOCK = 4096;
  private static final int SECTOR = 512;

  private Judge judge;
  private MemoryBlockDevice image;
  private RecordingDevice recording;

  @BeforeEach
  void punchInAnOldLog() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    Path path =
        judge.make(
            ImageRecipe.of("torn", "ext4", BLOCK, 16 << 20)
                .withWords("-J", "size=4", "-N", "48")
                .withFeatures("^resize_inode"));
    new DebugfsFiles(judge, path).dense("f", 40L * BLOCK);
    image = Judge.load(path);
    leaveTracesInTheLog();
    recording = RecordingDevice.sharing(image);
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      for (int i = 0; i < 4; i++) {
        file(fs).punch((5 + 8L * i) * BLOCK, 3L * BLOCK, ProgressListener.NONE);
      }
    }
  }

  @AfterEach
  void tearDown() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static dev.ext4j.fs.Ext4File file(Ext4FileSystem fs) throws IOException {
    return fs.file(FileAddress.path("/f".getBytes(StandardCharsets.UTF_8)));
  }

  private void leaveTracesInTheLog() throws IOException {
    List<Long> blocks = new ArrayList<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      fs.file(FileAddress.inode(8))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                for (long i = logical == 0 ? 1 : 0; i < count; i++) {
                  blocks.add(physical + i);
                }
                return true;
              });
    }
    byte[] traces = new byte[BLOCK];
    Arrays.fill(traces, (byte) 0xA5);
    for (long block : blocks) {
      image.writeFully(block * BLOCK, ByteBuffer.wrap(traces));
    }
  }

  /** Returns the numbers of the events that write a commit block and nothing else. */
  private List<Integer> commits() {
    List<Integer> commits = new ArrayList<>();
    List<DeviceEvent> events = recording.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof DeviceEvent.Write write
          && write.data().remaining() == BLOCK
          && write.data().getInt(0) == 0xC03B3998
          && write.data().getInt(4) == 2) {
        commits.add(i);
      }
    }
    assertThat(commits).hasSize(4);
    return commits;
  }

  private MemoryBlockDevice torn(int event, boolean overTraces) throws IOException {
    MemoryBlockDevice disk = MemoryBlockDevice.copyOf(recording.imageAfter(event));
    DeviceEvent.Write commit = (DeviceEvent.Write) recording.events().get(event);
    if (overTraces) {
      byte[] traces = new byte[BLOCK];
      Arrays.fill(traces, (byte) 0xA5);
      disk.writeFully(commit.byteOffset(), ByteBuffer.wrap(traces));
    }
    disk.writeFully(commit.byteOffset(), commit.data().slice(0, SECTOR));
    return disk;
  }

  private static void recover(BlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      fs.sync();
    }
  }

  private static void requireHoles(BlockDevice disk, int count, String situation)
      throws IOException {
    FileContent content = FileContent.of(disk, "/f");
    for (int i = 0; i < 4; i++) {
      long byteOffset = (5 + 8L * i) * BLOCK;
      boolean zero = content.at(byteOffset) == 0 && content.at(byteOffset + BLOCK + 9) == 0;
      assertThat(zero).as("%s, hole %d", situation, i).isEqualTo(i < count);
    }
  }

  @Test
  void overOurOwnLog_transactionCountsForEverybody() throws IOException {
    int count = 0;
    for (int commit : commits()) {
      String situation = "torn commit " + ++count;
      MemoryBlockDevice crashed = torn(commit, false);
      requireHoles(judge.repaired(crashed, situation), count, situation + ", by e2fsck");
      recover(crashed);
      judge.requireClean(crashed, situation);
      requireHoles(crashed, count, situation);
    }
  }

  /**
   * Checks commit blocks torn over traces of older transactions. The kernel does not clear the
   * block before it writes there.
   */
  @Test
  void overTracesOfOlderTransactions_transactionCountsAsItDoesForLinux() throws IOException {
    int count = 0;
    for (int commit : commits()) {
      String situation = "commit torn over traces " + ++count;
      MemoryBlockDevice crashed = torn(commit, true);
      recover(crashed);
      judge.requireClean(crashed, situation);
      requireHoles(crashed, count, situation);
    }
  }
}
