package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.BlockRange;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.journal.PausingDevice.Pause;
import dev.ext4j.fs.journal.Threads.Job;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of a commit that is paused while it writes the log: what other threads see then, and what
 * reaches the disk.
 */
@Tag("oracle")
class ConcurrentCommitTest {
  private static final int BLOCK = 1024;
  private static final long HOLE = 3 * BLOCK + 10;
  private static final long HOLE_SIZE = 5 * BLOCK;

  private static Judge judge;
  private static MemoryBlockDevice image;

  /** The runs of the blocks of the log, without its superblock. */
  private static final List<BlockRange> LOG = new ArrayList<>();

  private final Threads threads = new Threads();
  private FaultyDevice faults;
  private RecordingDevice recording;
  private PausingDevice device;

  @BeforeAll
  static void makeImage() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    Path path =
        judge.make(
            ImageRecipe.of("concurrent", "ext4", BLOCK, 8 << 20)
                .withFeatures("^resize_inode")
                .withWords("-J", "size=1", "-N", "48"));
    DebugfsFiles files = new DebugfsFiles(judge, path);
    for (String name : List.of("a", "b", "c", "d")) {
      files.dense(name, 30 * BLOCK + 5);
    }
    image = Judge.load(path);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      fs.file(FileAddress.inode(8))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                long superblock = logical == 0 ? 1 : 0;
                return LOG.add(new BlockRange(physical + superblock, count - superblock));
              });
    }
  }

  @AfterAll
  static void removeImage() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  @BeforeEach
  void setUp() {
    recording = RecordingDevice.sharing(image);
    faults = new FaultyDevice(recording);
    device = new PausingDevice(faults);
  }

  @AfterEach
  void tearDown() throws IOException {
    threads.close();
  }

  private Pause pauseInLog() {
    return device.pauseAt(ConcurrentCommitTest::isInLog);
  }

  /** Pauses the next write to the log by another thread than the given one. */
  private Pause pauseInLogAfter(Job thread) {
    return device.pauseAt(
        (byteOffset, byteEnd) -> !thread.isCurrent() && isInLog(byteOffset, byteEnd));
  }

  private static boolean isInLog(long byteOffset, long byteEnd) {
    return LOG.stream()
        .anyMatch(run -> byteOffset < run.end() * BLOCK && run.start() * BLOCK < byteEnd);
  }

  private void failInLog() {
    for (BlockRange run : LOG) {
      faults.failRange(
          Operation.WRITE, run.start() * BLOCK, (run.end() - run.start()) * BLOCK, Errno.EIO);
    }
  }

  private static void punch(Ext4FileSystem fs, String file) throws IOException {
    punch(fs, file, HOLE);
  }

  private static void punch(Ext4FileSystem fs, String file, long byteOffset) throws IOException {
    fs.file(FileAddress.path(file.getBytes(StandardCharsets.UTF_8)))
        .punch(byteOffset, HOLE_SIZE, ProgressListener.NONE);
  }

  private MemoryBlockDevice now() throws IOException {
    return MemoryBlockDevice.copyOf(recording.imageAfter(recording.eventCount()));
  }

  private static void requireAsBefore(MemoryBlockDevice disk, String file) throws IOException {
    FileContent.of(disk, file).requireSameBut(FileContent.of(image, file), 0, 0, file);
  }

  private static void requireHole(MemoryBlockDevice disk, String file) throws IOException {
    FileContent content = FileContent.of(disk, file);
    content.requireZero(HOLE, HOLE + HOLE_SIZE, file);
    content.requireSameBut(FileContent.of(image, file), HOLE, HOLE + HOLE_SIZE, file);
  }

  private MemoryBlockDevice recovered(MemoryBlockDevice crashed, String situation)
      throws IOException {
    MemoryBlockDevice disk = crashed.copy();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      fs.sync();
    }
    judge.requireClean(disk, situation);
    return disk;
  }

  /** Checks two transactions that change the same inode table block, bitmap and counters. */
  @Test
  void sameBlocksChangedWhileTheLogIsWritten_logHoldsTheFirstTransactionOnly() throws Exception {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs, "/c");
      Pause pause = pauseInLog();
      Job first = threads.start(() -> punch(fs, "/a"));
      pause.awaitReached();
      Job second = threads.start(() -> punch(fs, "/b"));
      second.awaitWaiting();
      requireAsBefore(recovered(now(), "nothing of it is in the log"), "/a");
      try (Pause next = pauseInLogAfter(first)) {
        pause.close();
        // The second commit is paused before its first write, so only the first one is in the log.
        next.awaitReached();
        first.join();
        MemoryBlockDevice crashed = now();
        MemoryBlockDevice disk = recovered(crashed, "after the first commit");
        requireHole(disk, "/a");
        requireAsBefore(disk, "/b");
        MemoryBlockDevice theirs = judge.repaired(crashed, "after the first commit, by e2fsck");
        requireHole(theirs, "/a");
        requireAsBefore(theirs, "/b");
        assertThat(second.hasEnded()).isFalse();
      }
      second.join();
      requireHole(recovered(now(), "after both"), "/b");
    }
    judge.requireClean(now(), "after all");
  }

  /**
   * Checks that a bitmap block that a checkpoint writes home is never newer than the committed
   * state. Each transaction allocates one more cluster.
   */
  @Test
  void checkpointWithChangesInMemory_writesWhatIsCommittedHome() throws Exception {
    List<Integer> ahead = new ArrayList<>();
    int[] committed = new int[1];
    long[] bitmap = new long[1];
    long takenBefore = new RawImage(image).takenClusters();
    int[] homeWrites = new int[1];
    ForwardingDevice watching =
        new ForwardingDevice(MemoryBlockDevice.copyOf(image)) {
          @Override
          public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
            long at = bitmap[0] * BLOCK - byteOffset;
            super.writeFully(byteOffset, source.duplicate());
            if (bitmap[0] != 0 && at >= 0 && at < source.remaining()) {
              homeWrites[0]++;
              long taken = new RawImage(MemoryBlockDevice.copyOf(this)).takenClusters();
              ahead.add((int) (taken - takenBefore) - committed[0]);
            }
            source.position(source.limit());
          }
        };
    try (Mount mount = new Mount(watching, MountOptions.readWrite())) {
      bitmap[0] = mount.groups().descriptor(0).blockBitmapBlock();
      Journal journal = mount.volume().journal();
      for (int i = 0; i < 600; i++) {
        try (Handle handle = journal.start(10)) {
          mount.volume().allocator().allocateCluster(handle, 100);
          handle.commit();
        }
        journal.commit();
        committed[0]++;
      }
      assertThat(homeWrites[0]).as("checkpoints").isGreaterThan(1);
      assertThat(ahead).containsOnly(0);
    }
  }

  @Test
  void spaceFreedByACommitUnderWay_isGivenOutWhenThatIsDurable() throws Exception {
    try (Mount mount = new Mount(device, MountOptions.readWrite())) {
      Journal journal = mount.volume().journal();
      BlockAllocator allocator = mount.volume().allocator();
      long freed = takeAll(mount);
      Pause pause = pauseInLog();
      Job commit =
          threads.start(
              () -> {
                try (Handle handle = journal.start(10)) {
                  allocator.free(handle, freed, 1);
                  handle.commit();
                }
                journal.commit();
              });
      pause.awaitReached();
      int before = recording.flushBoundaries().size();
      long[] taken = new long[1];
      int[] flushes = new int[1];
      Job allocation =
          threads.start(
              () -> {
                try (Handle handle = journal.start(10)) {
                  taken[0] = allocator.allocateCluster(handle, freed);
                  flushes[0] = recording.flushBoundaries().size();
                  handle.commit();
                }
              });
      allocation.awaitWaiting();
      pause.close();
      allocation.join();
      commit.join();
      assertThat(taken[0]).isEqualTo(freed);
      assertThat(flushes[0]).as("the log's flush and the commit block's").isEqualTo(before + 2);
    }
  }

  /** Allocates every free cluster for good, and returns the last one. */
  private static long takeAll(Mount mount) throws IOException {
    long last = 0;
    try (Handle handle = mount.volume().journal().start(30)) {
      while (mount.superblock().freeClusters() > 0) {
        last = mount.volume().allocator().allocateCluster(handle, last);
      }
      handle.commit();
    }
    mount.volume().journal().commit();
    return last;
  }

  @Test
  void syncOfWhatAnotherThreadCommits_returnsWhenThatIsDurable() throws Exception {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs, "/c");
      Pause pause = pauseInLog();
      Job commit = threads.start(() -> punch(fs, "/a"));
      pause.awaitReached();
      int before = recording.flushBoundaries().size();
      int[] flushes = new int[1];
      Job sync =
          threads.start(
              () -> {
                fs.sync();
                flushes[0] = recording.flushBoundaries().size();
              });
      sync.awaitWaiting();
      pause.close();
      sync.join();
      commit.join();
      assertThat(flushes[0]).isGreaterThanOrEqualTo(before + 2);
      requireHole(recovered(now(), "after sync"), "/a");
    }
  }

  @Test
  void commitFailsWhileTheNextTransactionIsThere_memoryAndDiskAreAsBefore() throws Exception {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs, "/c");
      Pause pause = pauseInLog();
      Job first = threads.start(() -> punch(fs, "/a"));
      pause.awaitReached();
      Job second = threads.start(() -> punch(fs, "/b"));
      second.awaitWaiting();
      failInLog();
      pause.close();
      assertThatThrownBy(first::join).isInstanceOf(CommitFailedException.class);
      assertThatThrownBy(second::join).isInstanceOf(FileOperationException.class);
      for (String file : List.of("/a", "/b")) {
        List<Long> mapped = new ArrayList<>();
        fs.file(FileAddress.path(file.getBytes(StandardCharsets.UTF_8)))
            .inspect()
            .map(Holes.OMITTED, (logical, physical, count, state) -> mapped.add(count));
        assertThat(mapped).as("runs of %s in memory", file).containsExactly(31L);
      }
      faults.heal();
    }
    MemoryBlockDevice disk = now();
    judge.requireClean(disk, "after closing");
    requireAsBefore(disk, "/a");
    requireAsBefore(disk, "/b");
    requireHole(disk, "/c");
  }

  @Test
  void commitOfSeveralThreadsFails_allOfThemAreTold() throws Exception {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs, "/d");
      Pause pause = pauseInLog();
      Job first = threads.start(() -> punch(fs, "/a"));
      pause.awaitReached();
      Job second = threads.start(() -> punch(fs, "/b"));
      second.awaitWaiting();
      Job third = threads.start(() -> punch(fs, "/c"));
      third.awaitWaiting();
      try (Pause next = pauseInLogAfter(first)) {
        pause.close();
        next.awaitReached();
        first.join();
        failInLog();
      }
      assertThatThrownBy(second::join).isInstanceOf(IOException.class);
      assertThatThrownBy(third::join).isInstanceOf(IOException.class);
      faults.heal();
    }
    MemoryBlockDevice disk = now();
    judge.requireClean(disk, "after closing");
    requireHole(disk, "/a");
    requireAsBefore(disk, "/b");
    requireAsBefore(disk, "/c");
  }

  /** Checks that a sync() in the middle of operations that form one change commits none of them. */
  @Test
  void syncDuringOperationsThatAreOneChange_commitsNothingOfThem() throws Exception {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      punch(fs, "/d");
      fs.atomically(
          () -> {
            punch(fs, "/a");
            try {
              threads.start(fs::sync).join();
              // Another file system: not in a thread that holds locks of this one.
              threads.start(() -> requireAsBefore(recovered(now(), "in the middle"), "/a")).join();
            } catch (IOException | RuntimeException e) {
              throw e;
            } catch (Exception e) {
              throw new AssertionError(e);
            }
            punch(fs, "/b");
          });
    }
    judge.requireClean(now(), "after closing");
    requireHole(now(), "/a");
    requireHole(now(), "/b");
  }
}
