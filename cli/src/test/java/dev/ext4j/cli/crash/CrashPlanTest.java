package dev.ext4j.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test with a log of three writes, a flush and two writes. The fourth write is four sectors long.
 */
class CrashPlanTest {
  private static final int SECTOR = 512;

  @TempDir Path folder;
  private final MemoryBlockDevice base = new MemoryBlockDevice(64 * SECTOR);
  private WriteLog log;

  @BeforeEach
  void record() throws IOException {
    log = WriteLog.create(folder.resolve("log"));
    write(0, 1, 1);
    write(1, 1, 2);
    write(2, 1, 3);
    log.flush();
    log.mark("step");
    write(8, 4, 4);
    write(2, 1, 5);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
  }

  private void write(int sector, int count, int value) throws IOException {
    byte[] data = new byte[count * SECTOR];
    Arrays.fill(data, (byte) value);
    log.write((long) sector * SECTOR, ByteBuffer.wrap(data));
  }

  private SweepOptions options(Set<CrashKind> kinds, int maxStates) {
    return new SweepOptions(
        1,
        kinds,
        20,
        SECTOR,
        false,
        maxStates,
        Set.of(),
        1,
        false,
        TrialRecovery.READER,
        ImageChecker.NONE,
        folder,
        null);
  }

  /** Returns the content of the first sectors in each state, as one character per sector. */
  private Set<String> contents(CrashPlan plan) throws IOException {
    CrashDisk disk = new CrashDisk(log, base, SECTOR);
    Set<String> contents = new HashSet<>();
    Set<DiskPages.Sum> sums = new HashSet<>();
    for (long number : plan.selection()) {
      CrashDisk.State state = disk.at(plan.point(number));
      StringBuilder text = new StringBuilder();
      for (int sector = 0; sector < 12; sector++) {
        ByteBuffer bytes = ByteBuffer.allocate(SECTOR);
        state.content().disk().readFully((long) sector * SECTOR, bytes);
        assertThat(bytes.get(0)).isEqualTo(bytes.get(SECTOR - 1));
        text.append((char) ('0' + bytes.get(0)));
      }
      assertThat(sums.add(state.content().sum()))
          .as("equal sums just for equal contents")
          .isEqualTo(contents.add(text.toString()));
    }
    return contents;
  }

  @Test
  void prefixes_areThoseOfAPlainKill() throws IOException {
    CrashPlan plan = new CrashPlan(log, options(EnumSet.of(CrashKind.PREFIX), 100), 1 << 20);
    assertThat(contents(plan))
        .containsExactlyInAnyOrder(
            "000000000000",
            "100000000000",
            "120000000000",
            "123000000000",
            "123000004444",
            "125000004444");
  }

  @Test
  void subsets_ofAFewWritesAreAllOfThem() throws IOException {
    CrashPlan plan = new CrashPlan(log, options(EnumSet.of(CrashKind.SUBSET), 100), 1 << 20);
    assertThat(plan.total()).isEqualTo(8 + 4);
    assertThat(contents(plan))
        .hasSize(8 + 4 - 1)
        .contains("003000000000", "103000000000", "125000000000", "123000004444")
        .doesNotContain("100000004444");
  }

  @Test
  void dropAndOnly_leaveOneOutOrOneIn() throws IOException {
    CrashPlan drop = new CrashPlan(log, options(EnumSet.of(CrashKind.DROP), 100), 1 << 20);
    assertThat(contents(drop)).contains("023000000000", "103000000000", "125000000000");
    CrashPlan only = new CrashPlan(log, options(EnumSet.of(CrashKind.ONLY), 100), 1 << 20);
    assertThat(contents(only))
        .containsExactlyInAnyOrder(
            "100000000000", "020000000000", "003000000000", "123000004444", "125000000000");
  }

  @Test
  void torn_keepsSomeSectorsAndAllBefore() throws IOException {
    CrashPlan plan = new CrashPlan(log, options(EnumSet.of(CrashKind.TORN), 100), 1 << 20);
    assertThat(plan.total()).as("one write of several sectors, in three ways").isEqualTo(3);
    for (String content : contents(plan)) {
      assertThat(content).matches("12300000[04]{4}").isNotEqualTo("123000004444");
    }
  }

  @Test
  void torn_superblockStaysWhole() throws IOException {
    CrashPlan plan = new CrashPlan(log, options(EnumSet.of(CrashKind.TORN), 100), 9L * SECTOR);
    for (String content : contents(plan)) {
      assertThat(content.charAt(9)).isEqualTo(content.charAt(10));
    }
  }

  @Test
  void selection_isSeededAndAscending() {
    CrashPlan plan = new CrashPlan(log, options(EnumSet.allOf(CrashKind.class), 7), 1 << 20);
    long[] selection = plan.selection();
    assertThat(selection).hasSize(7).isSorted().doesNotHaveDuplicates();
    assertThat(selection[6]).isLessThan(plan.total());
    assertThat(plan.selection()).isEqualTo(selection);
    for (long number : selection) {
      assertThat(plan.point(number)).isEqualTo(plan.point(number));
      assertThat(plan.point(number).number()).isEqualTo(number);
    }
  }
}
