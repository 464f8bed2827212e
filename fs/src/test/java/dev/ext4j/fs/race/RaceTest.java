package dev.ext4j.fs.race;

import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Violation;
import dev.ext4j.fs.file.FileInvariants;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;

/**
 * What the tests of races share. Each race has a class, named as in docs/PROTOCOL.md; things happen
 * one after the other in the order that does the harm. With the safeguard nothing comes of it,
 * without it the harm is shown.
 */
abstract class RaceTest extends JudgedTest {
  /** Blocks of the hole; the block behind it has a page that is written back meanwhile. */
  static final long HOLE = 60;

  @AfterAll
  static void hearNothing() {
    SyncPoint.listen(null);
  }

  static RaceFixture plain() throws IOException {
    return new RaceFixture(judge, RaceFixture.plain());
  }

  static RaceFixture clusters() throws IOException {
    return new RaceFixture(
        judge,
        ImageRecipe.of("race-cluster", "ext4", RaceFixture.BLOCK, 16 << 20).withClusters(16 << 10));
  }

  static RaceFixture inline() throws IOException {
    return new RaceFixture(
        judge,
        ImageRecipe.of("race-inline", "ext4", RaceFixture.BLOCK, 8 << 20)
            .withFeatures("inline_data")
            .withWords("-J", "size=2", "-I", "256", "-N", "48"));
  }

  /** What is known to be allocated of blocks {@code [first, end)}. */
  static List<Mapping> knownAllocated(RaceFixture race, long first, long end) {
    return race.f().status().entries().stream()
        .filter(
            entry ->
                entry.isAllocated() && entry.logicalEnd() > first && entry.logicalBlock() < end)
        .toList();
  }

  /** Gives the tree lock up where it would be next, once. */
  static void restartOnce(RaceFixture race) {
    AtomicBoolean once = new AtomicBoolean(true);
    race.context().journal().limitCredits(() -> once.getAndSet(false));
  }

  /** What was known to be allocated of a range, in the middle of an operation and at its end. */
  record Seen(List<Mapping> atRestart, List<Mapping> atEnd) {}

  /**
   * An operation gives its tree lock up, what is known is dropped, and a page is written back,
   * which has to look its block up. Then the operation goes on.
   */
  static Seen writeBackInBetween(
      RaceFixture race, long dirtyBlock, long first, long end, RaceFixture.Work operation)
      throws Exception {
    race.dirty(race.f(), dirtyBlock, 7);
    try (Stops stops = new Stops()) {
      Stops.Stop dropped = stops.at(SyncPoint.RM_SEM_DROPPED);
      Stops.Stop restarted = stops.at(SyncPoint.RM_RESTARTED);
      restartOnce(race);
      RaceFixture.Running running = new RaceFixture.Running(operation);
      dropped.await();
      race.forgetAll();
      Stops.Stop loaded = stops.note(SyncPoint.WB_LEAF_LOADED);
      Stops.Stop mapped = stops.note(SyncPoint.WB_MAPPED);
      RaceFixture.Running writeback =
          new RaceFixture.Running(() -> race.writeBack(race.f(), dirtyBlock));
      loaded.await();
      mapped.await();
      dropped.release();
      restarted.await();
      List<Mapping> atRestart = knownAllocated(race, first, end);
      restarted.release();
      running.join();
      writeback.join();
      return new Seen(atRestart, knownAllocated(race, first, end));
    }
  }

  /** What is believed of a block. */
  static Mapping known(RaceFixture race, long block) throws IOException {
    try (RankedLock.Held lock = race.f().locks().inode().shared()) {
      return race.mapper(race.f()).query(MappingContext.INODE, block, 1).mapping();
    }
  }

  /** What the disk says of a block. */
  static Mapping onDisk(RaceFixture race, long block) throws IOException {
    return onDisk(race, race.f(), block).from(block, 1);
  }

  /** What the disk says of a block of a file, and how far that goes. */
  static Mapping onDisk(RaceFixture race, Inode inode, long block) throws IOException {
    return race.mapper(inode).extents().lookup(block);
  }

  /** What does not hold of a file at rest. */
  static List<String> violated(RaceFixture race, Inode inode) throws IOException {
    return new FileInvariants(inode, race.context(), race.mount().groups())
        .check().stream().map(Violation::toString).toList();
  }

  /** The file system as it is after a power failure now, and a replay. */
  static Mount afterCrash(RaceFixture race) throws IOException {
    return new Mount(race.disk().copy(), OpenOptions.readWrite());
  }

  static Inode fileOf(Mount mount) throws IOException {
    return mount.paths().resolve("/f".getBytes(StandardCharsets.UTF_8));
  }
}
