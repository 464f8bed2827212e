package dev.ext4j.fs.demo;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.demo.RaceReport.Actor;
import dev.ext4j.fs.demo.RaceReport.Found;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The race that ext4's maintainers found in December 2024 (R1 in docs/PROTOCOL.md), played by two
 * threads in a fixed order of steps. A punch releases the tree lock to restart its transaction.
 * Meanwhile writeback writes the page after the hole, for which it needs only the lock of this
 * page. Writeback has to look up the block of the page in a leaf that still contains the extents of
 * the hole.
 *
 * <p>The race changes the file. Therefore it is played on a copy of the image.
 */
final class FoundingRace {
  private static final long HOLE_END = 60;
  private static final long STRIPES = 70;
  private static final byte FOREIGN = 'X';

  private final Set<Safeguard> leftOut;

  /**
   * Creates the race, which has not started yet.
   *
   * @param leftOut the safeguards that are not active during the race
   */
  FoundingRace(Set<Safeguard> leftOut) {
    this.leftOut = Set.copyOf(leftOut);
  }

  /**
   * Plays the race with a regular file of at least 141 blocks. All blocks of the file must be
   * written.
   */
  RaceReport play(BlockDevice device, byte[] path) throws IOException {
    Laboratory laboratory = new Laboratory();
    MountOptions options = MountOptions.readWrite().withProbes(laboratory.probes());
    try (Mount mount = new Mount(device, options)) {
      mount.volume().pages().writeInForegroundOnly();
      Inode file = mount.paths().resolve(path);
      return new Performance(mount.volume(), file, laboratory).run(leftOut);
    }
  }

  /** One performance of the race. */
  private static final class Performance {
    private final Volume volume;
    private final Inode file;
    private final Laboratory laboratory;
    private final int blockSize;
    private long placeOfFirst;

    Performance(Volume volume, Inode file, Laboratory laboratory) {
      this.laboratory = laboratory;
      this.volume = volume;
      this.file = file;
      this.blockSize = volume.geometry().blockSize();
    }

    RaceReport run(Set<Safeguard> leftOut) throws IOException {
      makeStripes();
      new FileContent(file, volume)
          .write(HOLE_END * blockSize, filled((byte) 'B')); // the page is dirty
      AtomicBoolean once = new AtomicBoolean(true);
      try (Laboratory.Removal removal = laboratory.without(leftOut.toArray(Safeguard[]::new));
          Rehearsal rehearsal = new Rehearsal(laboratory)) {
        laboratory.limitCredits(() -> once.getAndSet(false));
        List<Mapping> midway = play(rehearsal);
        List<Mapping> after = knownOfHole();
        List<Mapping> onDisk = onDisk();
        Mapping stale = after.stream().filter(Mapping::isAllocated).findFirst().orElse(null);
        long lookedAt = stale == null ? 0 : stale.logicalBlock();
        long given = giveAway(stale == null ? placeOfFirst : stale.physicalBlock());
        Found found = read(lookedAt) == FOREIGN ? Found.FOREIGN : Found.ZEROS;
        takeBack(given);
        return new RaceReport(
            HOLE_END, rehearsal.steps(), midway, after, onDisk, lookedAt, given, found);
      } finally {
        laboratory.limitCredits(null);
        file.status().clear();
        volume.pages().dropClean();
      }
    }

    /** Punches every second block, so that the leaf has one extent for each of the other blocks. */
    private void makeStripes() throws IOException {
      for (long stripe = 0; stripe < STRIPES; stripe++) {
        punch(2 * stripe + 1, 1);
      }
      placeOfFirst = onDisk().get(0).physicalBlock();
      volume.pages().dropClean();
      file.status().clear();
    }

    private void punch(long firstBlock, long blockCount) throws IOException {
      long at = firstBlock * blockSize;
      new PunchHole(file, volume, at, blockCount * blockSize, ProgressListener.NONE).punch();
    }

    private List<Mapping> play(Rehearsal rehearsal) throws IOException {
      describe(rehearsal);
      Rehearsal.Stop dropped = rehearsal.stopAt(SyncPoint.RM_SEM_DROPPED);
      Rehearsal.Stop restarted = rehearsal.stopAt(SyncPoint.RM_RESTARTED);
      Rehearsal.Stop mapped = rehearsal.stopAt(SyncPoint.WB_MAPPED);
      Rehearsal.Stop submitted = rehearsal.stopAt(SyncPoint.WB_SUBMITTED);
      rehearsal.begin();
      Thread punch = rehearsal.start(Actor.PUNCH, () -> punch(0, HOLE_END));
      dropped.await();
      file.status().clear(); // the status tree may drop entries at any time
      Thread writeback =
          rehearsal.start(
              Actor.WRITEBACK,
              () -> volume.pages().writeBack(volume.pages().of(file), HOLE_END, HOLE_END + 1));
      mapped.await();
      mapped.release();
      dropped.release();
      restarted.await();
      List<Mapping> midway = knownOfHole();
      restarted.release();
      rehearsal.join(punch);
      submitted.release();
      rehearsal.join(writeback);
      return midway;
    }

    private static void describe(Rehearsal rehearsal) {
      rehearsal.describe(SyncPoint.OP_LOCKED, "takes the inode lock");
      rehearsal.describe(SyncPoint.OP_INV, "takes the invalidate lock: no page may be added");
      rehearsal.describe(SyncPoint.OP_EVICTED, "drops the pages of blocks 0 to 59");
      rehearsal.describe(SyncPoint.OP_HANDLE, "starts a transaction");
      rehearsal.describe(SyncPoint.OP_ES_DROPPED, "tree lock; the status tree forgets 0 to 59");
      rehearsal.describe(
          SyncPoint.RM_SEM_DROPPED, "out of credits: releases the tree lock, commits");
      rehearsal.describe(SyncPoint.WB_LOCKED, "holds the lock of page 60, and nothing else");
      rehearsal.describe(SyncPoint.WB_LOOKUP, "looks block 60 up in the status tree");
      rehearsal.describe(SyncPoint.MAP_ES_MISS, "it is not there; reads the leaf on disk");
      rehearsal.describe(SyncPoint.WB_LEAF_LOADED, "the leaf still shows the extents of the hole");
      rehearsal.describe(SyncPoint.WB_MAPPED, "knows the place of block 60");
      rehearsal.describe(SyncPoint.IO_DONE, "has written it");
      rehearsal.describe(SyncPoint.RM_RESTARTED, "takes the tree lock again, starts over");
      rehearsal.describe(SyncPoint.OP_REMOVED, "the extents are gone, their blocks are free");
      rehearsal.describe(SyncPoint.OP_ES_FINAL, "is done with the status tree");
      rehearsal.describe(SyncPoint.OP_UNLOCK, "commits, and releases its locks");
    }

    private List<Mapping> knownOfHole() {
      return file.status().entries().stream()
          .filter(entry -> entry.logicalBlock() < HOLE_END)
          .toList();
    }

    private List<Mapping> onDisk() throws IOException {
      try (RankedLock.Held lock = file.locks().inode().shared();
          RankedLock.Held tree = file.locks().extentTree().shared()) {
        return List.of(new BlockMapper(file, volume).extents().lookup(0));
      }
    }

    /** Allocates a block that was freed, as if for another file, and fills it. */
    private long giveAway(long physicalBlock) throws IOException {
      volume.journal().commit();
      try (Handle handle = volume.journal().start(8)) {
        long given = volume.allocator().allocateCluster(handle, physicalBlock);
        volume.cache().writePast(given, filled(FOREIGN));
        handle.commit();
        return given;
      } finally {
        volume.journal().commit();
      }
    }

    private void takeBack(long physicalBlock) throws IOException {
      try (Handle handle = volume.journal().start(8)) {
        volume.allocator().free(handle, physicalBlock, volume.geometry().clusterRatio());
        handle.commit();
      }
    }

    private ByteBuffer filled(byte value) {
      byte[] bytes = new byte[blockSize];
      Arrays.fill(bytes, value);
      return ByteBuffer.wrap(bytes);
    }

    private byte read(long block) throws IOException {
      ByteBuffer one = ByteBuffer.allocate(1);
      new FileContent(file, volume).read(block * blockSize, one);
      return one.get(0);
    }
  }
}
