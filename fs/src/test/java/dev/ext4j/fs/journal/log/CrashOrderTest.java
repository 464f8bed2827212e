package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that prove the order of writes and flushes instead of sampling it. They check each epoch
 * and each flush of a recording.
 */
@Tag("oracle")
class CrashOrderTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final List<String> FILES = List.of("dense", "many");

  private static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("order", "ext4", BLOCK, 8 << 20).withWords("-J", "size=1", "-N", "48");
    Path path = judge().make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge(), path);
    files.dense("dense", 180L * BLOCK + 77);
    files.everySecondBlock("many", BLOCK, 200);
    files.dense("large", 600L * BLOCK);
    image = Judge.load(path);
  }

  /** The number of large writes that fit into the log next to six small changes. */
  private static final int WRITES_OF_A_LOG = 17;

  private static CrashScenario holes() throws IOException {
    List<RangeOperation> holes =
        List.of(
            RangeOperation.punch("dense", 50L * BLOCK + 17, 40L * BLOCK),
            RangeOperation.punch("many", 0, 1L << 30),
            RangeOperation.write("dense", 51L * BLOCK, 30 * BLOCK, 7));
    return new CrashScenario(judge(), "order", image, FILES).run(holes);
  }

  /** Runs writes whose content goes through the log until the log is full. */
  private static CrashScenario fullLog() throws IOException {
    List<RangeOperation> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(RangeOperation.write("dense", (10L + 3L * i) * BLOCK, 52 * BLOCK, i));
    }
    writes.add(RangeOperation.punch("dense", 20L * BLOCK, 60L * BLOCK));
    return new CrashScenario(judge(), "full log", image, FILES).run(writes);
  }

  /** Runs writes that log more than may wait in memory, while the log still has room. */
  private static CrashScenario muchLogged() throws IOException {
    List<RangeOperation> writes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writes.add(RangeOperation.write("large", 150L * i * BLOCK, 60 * BLOCK, i));
      writes.add(RangeOperation.write("large", (150L * i + 60) * BLOCK, 60 * BLOCK, i));
      writes.add(RangeOperation.write("large", (150L * i + 120) * BLOCK, 30 * BLOCK, i));
    }
    writes.add(RangeOperation.punch("large", 100L * BLOCK, 60L * BLOCK));
    return new CrashScenario(judge(), "much logged", image, List.of("large"))
        .run(
            writes,
            device -> device,
            OpenOptions.builder()
                .writable(true)
                .memory(MemoryBounds.DEFAULT.withMetadataBytes(1 << 20))
                .build());
  }

  /**
   * Runs changes of which the log drops the oldest now and then: content that is overwritten again
   * and again, and blocks of trees and of content that are freed and get new owners.
   */
  private static CrashScenario checkpoints() throws IOException {
    List<RangeOperation> steps = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      steps.add(RangeOperation.write("dense", (10L + i) * BLOCK + 5, 20 * BLOCK, i));
      steps.add(RangeOperation.punch("many", (1L + 40L * i) * BLOCK, 30L * BLOCK));
      steps.add(RangeOperation.punch("dense", (12L + 3L * i) * BLOCK + 9, 2L * BLOCK));
      steps.add(RangeOperation.write("many", (3L + 40L * i) * BLOCK, 9 * BLOCK + 1, 50 + i));
    }
    steps.add(RangeOperation.punch("many", 0, 1L << 30));
    return new CrashScenario(judge(), "checkpoints", image, FILES)
        .runWithCheckpoints(steps, i -> i % 3 == 2);
  }

  @Test
  void checkpoints_eachEpochLeavesBeforeOrAfter() throws IOException {
    assertThat(checkpoints().allEpochs()).isGreaterThan(60);
  }

  /**
   * Runs changes until the log is nearly full, and drops the older half of it. The next write goes
   * to the part of the log that was dropped.
   */
  private static CrashScenario checkpointOfANearlyFullLog() throws IOException {
    List<RangeOperation> steps = new ArrayList<>(treeChanges(0));
    for (int i = 0; i < WRITES_OF_A_LOG; i++) {
      steps.add(denseWrite(i));
    }
    steps.addAll(treeChanges(200));
    int last = steps.size() - 1;
    steps.add(denseWrite(WRITES_OF_A_LOG));
    return new CrashScenario(judge(), "nearly full log", image, FILES)
        .runWithCheckpoints(steps, i -> i == last);
  }

  private static RangeOperation denseWrite(int number) {
    return RangeOperation.write("dense", (10L + 3L * number) * BLOCK, 52 * BLOCK, number);
  }

  /** Returns changes of tree nodes, which their commit does not write home as it does content. */
  private static List<RangeOperation> treeChanges(long firstBlock) {
    List<RangeOperation> holes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      holes.add(RangeOperation.punch("many", (firstBlock + 1 + 60L * i) * BLOCK, 50L * BLOCK));
    }
    return holes;
  }

  @Test
  void checkpointOfANearlyFullLog_eachEpochLeavesBeforeOrAfter() throws IOException {
    assertThat(checkpointOfANearlyFullLog().allEpochs()).isGreaterThan(40);
  }

  @Test
  void checkpointOfANearlyFullLog_eachFlushIsMissed() throws IOException {
    assertThat(checkpointOfANearlyFullLog().flushesThatNothingMisses(9)).isEmpty();
  }

  @Test
  void muchLogged_eachEpochLeavesBeforeOrAfter() throws IOException {
    CrashScenario scenario = muchLogged();
    assertThat(scenario.largestEpoch()).as("blocks of the checkpoint").isGreaterThan(500 * BLOCK);
    assertThat(scenario.allEpochs()).isGreaterThan(40);
  }

  @Test
  void holes_eachEpochLeavesBeforeOrAfter() throws IOException {
    assertThat(holes().allEpochs()).isGreaterThan(20);
  }

  @Test
  void holes_eachFlushIsMissed() throws IOException {
    assertThat(holes().flushesThatNothingMisses(Integer.MAX_VALUE)).isEmpty();
  }

  @Test
  void fullLog_eachEpochLeavesBeforeOrAfter() throws IOException {
    assertThat(fullLog().allEpochs()).isGreaterThan(60);
  }

  @Test
  void fullLog_eachFlushIsMissed() throws IOException {
    // The checkpoint is among the last flushes. Those before are of the kinds that holes() has.
    assertThat(fullLog().flushesThatNothingMisses(14)).isEmpty();
  }
}
