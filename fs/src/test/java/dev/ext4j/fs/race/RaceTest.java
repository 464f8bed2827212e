package dev.ext4j.fs.race;

import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.Violation;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The common parts of the tests of races. Each race has a class, named after its number in
 * docs/PROTOCOL.md. The test makes the steps happen in the order that does harm. With the safeguard
 * there is no harm; without it, the test shows the harm.
 */
abstract class RaceTest extends JudgedTest {
  /**
   * The number of blocks of the hole. The block after it has a page that is written back meanwhile.
   */
  static final long HOLE = 60;

  static RaceFixture plain() throws IOException {
    return new RaceFixture(judge(), RaceFixture.plain());
  }

  static RaceFixture clusters() throws IOException {
    return new RaceFixture(
        judge(),
        ImageRecipe.of("race-cluster", "ext4", RaceFixture.BLOCK, 16 << 20).withClusters(16 << 10));
  }

  static RaceFixture inline() throws IOException {
    return new RaceFixture(
        judge(),
        ImageRecipe.of("race-inline", "ext4", RaceFixture.BLOCK, 8 << 20)
            .withFeatures("inline_data")
            .withWords("-J", "size=2", "-I", "256", "-N", "48"));
  }

  /**
   * Returns the entries of the status tree that show blocks of {@code [first, end)} as allocated.
   */
  static List<Mapping> knownAllocated(RaceFixture race, long first, long end) {
    return race.f().status().entries().stream()
        .filter(
            entry ->
                entry.isAllocated() && entry.logicalEnd() > first && entry.logicalBlock() < end)
        .toList();
  }

  /** Makes the next operation that may give up the tree lock do so, once. */
  static void restartOnce(RaceFixture race) {
    AtomicBoolean once = new AtomicBoolean(true);
    race.lab().limitCredits(() -> once.getAndSet(false));
  }

  /**
   * The blocks of a range that were noted as allocated, in the middle of an operation and at its
   * end.
   */
  record Seen(List<Mapping> atRestart, List<Mapping> atEnd) {}

  /**
   * Runs an operation that gives up the tree lock. Meanwhile the status tree is emptied and a page
   * is written back, which has to look up its block. Then the operation goes on.
   */
  static Seen writeBackInBetween(
      RaceFixture race, long dirtyBlock, long first, long end, RaceFixture.Work operation)
      throws Exception {
    race.dirty(race.f(), dirtyBlock, 7);
    try (Stops stops = new Stops(race.lab())) {
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

  /** Returns the mapping of a block that the engine uses. */
  static Mapping known(RaceFixture race, long block) throws IOException {
    try (RankedLock.Held lock = race.f().locks().inode().shared()) {
      return race.mapper(race.f()).query(MappingContext.INODE, block, 1).mapping();
    }
  }

  /** Returns the mapping of a block on disk. */
  static Mapping onDisk(RaceFixture race, long block) throws IOException {
    return onDisk(race, race.f(), block).from(block, 1);
  }

  /** Returns the mapping of a block of a file on disk, up to the end of its run. */
  static Mapping onDisk(RaceFixture race, Inode inode, long block) throws IOException {
    return race.mapper(inode).extents().lookup(block);
  }

  /** Returns the invariants that a file at rest violates. */
  static List<String> violated(RaceFixture race, Inode inode) throws IOException {
    return new FileInvariants(inode, race.volume())
        .check().stream().map(Violation::toString).toList();
  }

  /** Returns the file system after a power failure now and a replay. */
  static Mount afterCrash(RaceFixture race) throws IOException {
    return new Mount(race.disk().copy(), MountOptions.readWrite());
  }

  static Inode fileOf(Mount mount) throws IOException {
    return mount.paths().resolve("/f".getBytes(StandardCharsets.UTF_8));
  }
}
