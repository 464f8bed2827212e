package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree.Known;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Races of holes and their siblings with writing back, reading and mapping, one after the other in
 * the order that does the harm: with the safeguard nothing happens, without it the harm is shown.
 */
class PunchRacesTest {
  /** Blocks of the hole; the block behind it has a page that is written back meanwhile. */
  private static final long HOLE = 60;

  private static Judge judge;

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    SyncPoint.listen(null);
    if (judge != null) {
      judge.close();
    }
  }

  /** What {@link #punchWithWritebackInBetween} has seen. */
  private record Seen(List<Mapping> atRestart, List<Mapping> atEnd) {}

  private static List<Mapping> allocatedIn(RaceFixture race, long end) {
    return race.f().status().entries().stream()
        .filter(entry -> entry.isAllocated() && entry.logicalBlock() < end)
        .toList();
  }

  /**
   * The founding scenario: a hole gives its tree lock up to restart, and a page just behind it is
   * written back, which has to look its block up in a leaf that still shows what is to be removed.
   */
  private static Seen punchWithWritebackInBetween(RaceFixture race) throws Exception {
    race.dirty(race.f(), HOLE, 7);
    AtomicBoolean once = new AtomicBoolean(true);
    try (Stops stops = new Stops()) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      Stops.Stop restarted = stops.at(SyncPoint.RM_RESTARTED);
      race.context().journal().limitCredits(() -> once.getAndSet(false));
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      dropped.await();
      race.forgetAll();
      Stops.Stop loaded = stops.note(SyncPoint.WB_LEAF_LOADED);
      Stops.Stop mapped = stops.note(SyncPoint.WB_MAPPED);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), HOLE));
      loaded.await();
      mapped.await();
      dropped.release();
      restarted.await();
      List<Mapping> atRestart = allocatedIn(race, HOLE);
      restarted.release();
      punch.join();
      writeback.join();
      return new Seen(atRestart, allocatedIn(race, HOLE));
    }
  }

  @Test
  void r1_writebackBesideTheHole_notesNothingOfIt() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain())) {
      Seen seen = punchWithWritebackInBetween(race);
      assertThat(seen.atRestart()).isEmpty();
      assertThat(seen.atEnd()).isEmpty();
      Known hole = race.f().status().lookup(0);
      assertThat(hole).isNotNull();
      assertThat(hole.mapping().state()).isEqualTo(State.HOLE);
      assertThat(hole.mapping().logicalEnd()).isGreaterThanOrEqualTo(HOLE);
      race.finish("R1");
    }
  }

  @Test
  void r1_bulkCaching_staleEntriesAreOverwrittenByTheHole() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal without = Safeguard.NO_BULK_CACHING.remove()) {
      Seen seen = punchWithWritebackInBetween(race);
      assertThat(seen.atRestart()).as("stale entries in the hole").isNotEmpty();
      assertThat(seen.atEnd()).isEmpty();
      race.finish("R1, bulk caching");
    }
  }

  @Test
  void r1_noFinalHole_nothingIsThereThatItWouldOverwrite() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal without = Safeguard.FINAL_STATUS.remove()) {
      Seen seen = punchWithWritebackInBetween(race);
      assertThat(seen.atRestart()).isEmpty();
      assertThat(seen.atEnd()).isEmpty();
      race.finish("R1, no final hole");
    }
  }

  @Test
  void r1_neitherSafeguard_theHoleShowsBlocksOfAnotherFile() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal bulk = Safeguard.NO_BULK_CACHING.remove();
        Safeguard.Removal without = Safeguard.FINAL_STATUS.remove()) {
      Seen seen = punchWithWritebackInBetween(race);
      assertThat(seen.atEnd()).as("entries that point to freed blocks").isNotEmpty();
      Mapping stale = seen.atEnd().get(0);
      race.giveAway(stale.physicalBlock(), 0x5A);
      assertThat(race.read(race.f(), stale.logicalBlock()))
          .as("what the hole shows")
          .isEqualTo(0x5A);
    }
  }

  /** A page before the range that is taken out is written back while the range goes. */
  private static void collapseWithWritebackInBetween(RaceFixture race) throws Exception {
    race.dirty(race.f(), 0, 7);
    AtomicBoolean once = new AtomicBoolean(true);
    try (Stops stops = new Stops()) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      race.context().journal().limitCredits(() -> once.getAndSet(false));
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      dropped.await();
      race.forgetAll();
      Stops.Stop mapped = stops.note(SyncPoint.WB_MAPPED);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 0));
      mapped.await();
      dropped.release();
      collapse.join();
      writeback.join();
    }
  }

  private static Mapping known(RaceFixture race, long block) throws IOException {
    try (RankedLock.Held lock = race.f().locks().inode().shared()) {
      return race.mapper(race.f()).query(MappingContext.INODE, block, 1).mapping();
    }
  }

  private static Mapping onDisk(RaceFixture race, long block) throws IOException {
    return race.mapper(race.f()).extents().lookup(block).from(block, 1);
  }

  @Test
  void r2_collapse_writebackBeforeTheRange_mapsAsTheDisk() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain())) {
      collapseWithWritebackInBetween(race);
      for (long block = 0; block < 100; block++) {
        assertThat(known(race, block)).isEqualTo(onDisk(race, block));
      }
      race.finish("R2");
    }
  }

  @Test
  void r2_neitherSafeguard_whatMovedIsReadFromWhereItWas() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal bulk = Safeguard.NO_BULK_CACHING.remove();
        Safeguard.Removal without = Safeguard.FINAL_STATUS.remove()) {
      collapseWithWritebackInBetween(race);
      assertThat(known(race, 20)).isNotEqualTo(onDisk(race, 20));
    }
  }

  @Test
  void r3_truncate_writebackBelowTheEnd_notesNothingBehindIt() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain())) {
      truncateWithWritebackInBetween(race);
      assertThat(allocatedFrom(race, 40)).isEmpty();
      race.finish("R3");
    }
  }

  @Test
  void r3_neitherSafeguard_freedBlocksStayMapped() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal bulk = Safeguard.NO_BULK_CACHING.remove();
        Safeguard.Removal without = Safeguard.FINAL_STATUS.remove()) {
      truncateWithWritebackInBetween(race);
      assertThat(allocatedFrom(race, 40)).isNotEmpty();
    }
  }

  private static List<Mapping> allocatedFrom(RaceFixture race, long first) {
    return race.f().status().entries().stream()
        .filter(entry -> entry.isAllocated() && entry.logicalEnd() > first)
        .toList();
  }

  private static void truncateWithWritebackInBetween(RaceFixture race) throws Exception {
    race.dirty(race.f(), 38, 7);
    AtomicBoolean once = new AtomicBoolean(true);
    try (Stops stops = new Stops()) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      race.context().journal().limitCredits(() -> once.getAndSet(false));
      RaceFixture.Running truncate = new RaceFixture.Running(() -> race.truncate(40));
      dropped.await();
      race.forgetAll();
      Stops.Stop mapped = stops.note(SyncPoint.WB_MAPPED);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 38));
      mapped.await();
      dropped.release();
      truncate.join();
      writeback.join();
    }
  }

  @Test
  void r4_r38_whoLooksAtTheMapping_waitsForTheHole() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      AtomicBoolean once = new AtomicBoolean(true);
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      race.context().journal().limitCredits(() -> once.getAndSet(false));
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      dropped.await();
      AtomicLong data = new AtomicLong(-1);
      RaceFixture.Running seek =
          new RaceFixture.Running(() -> data.set(race.content(race.f()).seekData(0)));
      RaceFixture.Running precache =
          new RaceFixture.Running(
              () -> {
                try (RankedLock.Held lock = race.f().locks().inode().shared()) {
                  race.mapper(race.f()).precache();
                }
              });
      assertThat(seek.isBlocked()).isTrue();
      assertThat(precache.isBlocked()).isTrue();
      dropped.release();
      punch.join();
      seek.join();
      precache.join();
      assertThat(data.get()).as("as after the hole").isEqualTo(HOLE * BLOCK);
      assertThat(allocatedIn(race, HOLE)).isEmpty();
      race.finish("R4");
    }
  }

  @Test
  void r6_readOfTheHole_waitsAndFindsZeros() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      evicted.await();
      AtomicLong value = new AtomicLong(-1);
      RaceFixture.Running read = new RaceFixture.Running(() -> value.set(race.read(race.f(), 2)));
      assertThat(read.isBlocked()).isTrue();
      evicted.release();
      punch.join();
      read.join();
      assertThat(value.get()).isZero();
      race.finish("R6");
    }
  }

  @Test
  void r6_noInvalidateLock_theHoleShowsWhatWasThere() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops();
        Safeguard.Removal context = Safeguard.MAPPING_CONTEXT.remove();
        Safeguard.Removal without = Safeguard.INVALIDATE_LOCK.remove()) {
      Stops.Stop evicted = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      evicted.await();
      int before = race.read(race.f(), 2);
      evicted.release();
      punch.join();
      assertThat(before).isNotZero();
      assertThat(race.read(race.f(), 2)).as("a page that nobody drops").isEqualTo(before);
    }
  }

  @Test
  void r10_r40_directRead_isWaitedFor() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      Stops.Stop mapped = stops.at(SyncPoint.DIO_MAPPED);
      RaceFixture.Running read =
          new RaceFixture.Running(
              () -> race.content(race.f()).readDirect(0, ByteBuffer.allocate(4 * BLOCK)));
      mapped.await();
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      assertThat(punch.isBlocked()).isTrue();
      mapped.release();
      read.join();
      punch.join();
      race.finish("R10");
    }
  }

  @Test
  void r11_conversion_isDoneBeforeThePageMayGo() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      race.dirty(race.f(), 1, 7); // a hole: its block will be unwritten first
      Stops.Stop done = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 1));
      done.await();
      Stops.Stop evicted = stops.note(SyncPoint.OP_EVICTED);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      assertThat(punch.isBlocked()).isTrue();
      assertThat(evicted.isReached()).isFalse();
      done.release();
      writeback.join();
      punch.join();
      assertThat(onDisk(race, 1).state()).isEqualTo(State.HOLE);
      race.finish("R11");
    }
  }

  @Test
  void r11_flagClearedBefore_conversionFindsAHole() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops();
        Safeguard.Removal without = Safeguard.FLAG_UNTIL_CONVERTED.remove()) {
      race.dirty(race.f(), 1, 7);
      Stops.Stop between = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 1));
      between.await();
      race.punch(0, HOLE);
      between.release();
      assertThatThrownBy(writeback::join).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void r13_delayedWrite_waitsForWhoNotesAGap() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      race.forgetAll();
      Stops.Stop found = stops.at(SyncPoint.MAP_GAP_FOUND);
      RaceFixture.Running read = new RaceFixture.Running(() -> race.read(race.f(), 101));
      found.await();
      Stops.Stop inserted = stops.note(SyncPoint.DA_INSERTED);
      RaceFixture.Running write = new RaceFixture.Running(() -> race.dirty(race.f(), 99, 7));
      assertThat(write.isBlocked()).isTrue();
      assertThat(inserted.isReached()).isFalse();
      found.release();
      read.join();
      write.join();
      race.writeBack(race.f(), 99);
      assertThat(race.f().reservedClusters().get()).isZero();
      assertThat(onDisk(race, 99).state()).isEqualTo(State.WRITTEN);
      race.finish("R13");
    }
  }

  @Test
  void r16_cookie_tellsWhetherAMappingStillHolds() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain())) {
      Known before;
      try (RankedLock.Held lock = race.f().locks().inode().shared()) {
        before = race.mapper(race.f()).query(MappingContext.INODE, 0, 1);
        race.forgetAll();
        race.mapper(race.f()).query(MappingContext.INODE, 50, 1);
      }
      assertThat(race.f().status().sequence())
          .as("after what only loads and drops")
          .isEqualTo(before.cookie());
      race.dirty(race.f(), 1, 7);
      race.writeBack(race.f(), 1);
      long converted = race.f().status().sequence();
      assertThat(converted).as("after a conversion").isGreaterThan(before.cookie());
      race.punch(0, 1);
      assertThat(race.f().status().sequence()).as("after a hole").isGreaterThan(converted);
      race.finish("R16");
    }
  }

  private static long sizeAfterCrash(RaceFixture race) throws IOException {
    race.context().journal().commit();
    try (Mount recovered = new Mount(race.disk().copy(), OpenOptions.readWrite())) {
      return recovered.paths().resolve("/f".getBytes(StandardCharsets.UTF_8)).fields().size();
    }
  }

  @Test
  void r18_appendAndHoleOverTheTail_sizeOutlivesACrash() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain())) {
      long end = race.f().size() / BLOCK + 3;
      race.dirty(race.f(), end - 1, 7);
      race.punch(end - 2, 2);
      assertThat(sizeAfterCrash(race)).isEqualTo(end * BLOCK);
      race.finish("R18");
    }
  }

  @Test
  void r18_sizeNotFollowing_theAppendIsLost() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Safeguard.Removal without = Safeguard.SIZE_BEFORE_HOLE.remove()) {
      long end = race.f().size() / BLOCK + 3;
      race.dirty(race.f(), end - 1, 7);
      race.punch(end - 2, 2);
      assertThat(sizeAfterCrash(race)).isLessThan(end * BLOCK);
    }
  }

  private static ImageRecipe clusters() {
    return ImageRecipe.of("race-cluster", "ext4", BLOCK, 16 << 20).withClusters(16 << 10);
  }

  @Test
  void r29_holeBesideDelayedBlocks_spaceIsPromisedAgain() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, clusters())) {
      prepareSharedCluster(race);
      race.punchG(0, 4);
      assertThat(race.g().reservedClusters().get()).isEqualTo(1);
      assertThat(race.g().status().pendingClusters()).isEmpty();
      race.writeBack(race.g(), 8);
      assertThat(race.g().reservedClusters().get()).isZero();
      assertThat(race.context().allocator().promisedClusters()).isZero();
      race.finish("R29");
    }
  }

  @Test
  void r29_notPromisedAgain_delayedBlocksHaveNoSpace() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, clusters());
        Safeguard.Removal without = Safeguard.RESERVED_ANEW.remove()) {
      prepareSharedCluster(race);
      race.punchG(0, 4);
      assertThat(race.g().status().hasDelayedIn(0)).isTrue();
      assertThat(race.context().allocator().promisedClusters()).as("promised").isZero();
    }
  }

  /** Blocks 0 to 3 of a cluster are allocated, 8 and 9 are delayed. */
  private static void prepareSharedCluster(RaceFixture race) throws IOException {
    race.content(race.g()).writeDirect(0, ByteBuffer.allocate(4 * BLOCK));
    race.context().journal().commit();
    race.dirty(race.g(), 8, 7);
    race.dirty(race.g(), 9, 7);
    assertThat(race.g().reservedClusters().get()).isZero();
    assertThat(race.g().status().pendingClusters()).containsExactly(0L);
  }

  @Test
  void r39_twoOperations_comeOneAfterTheOther() throws Exception {
    try (RaceFixture race = new RaceFixture(judge, RaceFixture.plain());
        Stops stops = new Stops()) {
      Stops.Stop first = stops.at(SyncPoint.OP_EVICTED);
      RaceFixture.Running truncate = new RaceFixture.Running(() -> race.truncate(30));
      first.await();
      // In range now, but no longer when it is its turn.
      RaceFixture.Running collapse = new RaceFixture.Running(() -> race.collapse(20, 20));
      assertThat(collapse.isBlocked()).isTrue();
      first.release();
      truncate.join();
      assertThatThrownBy(collapse::join).hasMessageContaining("end of the file");
      race.finish("R39");
    }
  }
}
