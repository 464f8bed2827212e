package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.sim.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.FreeSpace;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.file.FileInvariants;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.file.FilesAudit;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.fs.probe.Checks;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many threads, every operation at random, few files, small transactions, and the status tree
 * emptied again and again while it is relied upon. What a block reads is zeros, or what was written
 * to that very file at some time; in a file that is divided among the threads, exactly what its
 * thread wrote last. In the end everything adds up.
 */
class StressTest {
  private static final int BLOCK = 1024;
  private static final int THREADS = 4;
  private static final int SHARED_FILES = 2;
  private static final int REGION = 48;
  private static final int MOST_BLOCKS = 300;
  private static final int FEW_BLOCKS = 200;
  private static final long SECONDS = Long.getLong("ext4j.stress.seconds", 4);
  private static final long LONG_SECONDS = Long.getLong("ext4j.stress.seconds", 600);

  private static final List<ImageRecipe> KINDS =
      List.of(
          ImageRecipe.of("stress-1k", "ext4", BLOCK, 24 << 20).withWords("-J", "size=4"),
          ImageRecipe.of("stress-cluster", "ext4", BLOCK, 32 << 20).withClusters(8 << 10));

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

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyOperationsByManyThreads_nothingForeignIsReadAndAllAddsUp(ImageRecipe kind, long seed)
      throws Exception {
    run(kind, seed, SECONDS);
  }

  @Tag("model")
  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void forALongTime_nothingForeignIsReadAndAllAddsUp(ImageRecipe kind, long seed) throws Exception {
    run(kind, seed, LONG_SECONDS);
  }

  private static void run(ImageRecipe kind, long seed, long seconds) throws Exception {
    Path path = judge.make(kind);
    DebugfsFiles files = new DebugfsFiles(judge, path);
    files.empty("divided");
    for (int i = 0; i < SHARED_FILES; i++) {
      files.empty("shared" + i);
    }
    MemoryBlockDevice disk = Judge.load(path);
    FreeSpace.fill(disk);
    Checks.make(true);
    SmallTransactions mount = new SmallTransactions(disk, FEW_BLOCKS);
    Stress stress = new Stress(mount, seed);
    try {
      stress.run(seconds);
      stress.verify();
    } catch (AssertionError | Exception e) {
      throw new AssertionError(
          kind + ", seed " + seed + " after " + stress.done + " operations", e);
    } finally {
      SyncPoint.listen(null);
      Checks.make(false);
    }
    mount.finish();
    judge.requireClean(disk, kind + ", seed " + seed);
  }

  /** One run. */
  private static final class Stress {
    private final FileContext context;
    private final SmallTransactions mount;
    private final long seed;
    private final Inode divided;
    private final List<Inode> shared = new ArrayList<>();
    private final byte[][] models = new byte[THREADS][REGION * BLOCK];
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong tags = new AtomicLong(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    Stress(SmallTransactions mount, long seed) throws IOException {
      this.mount = mount;
      this.context = mount.context();
      this.seed = seed;
      this.divided = mount.file("/divided");
      for (int i = 0; i < SHARED_FILES; i++) {
        shared.add(mount.file("/shared" + i));
      }
    }

    void run(long seconds) throws InterruptedException {
      AtomicLong points = new AtomicLong();
      SyncPoint.listen(
          (point, inode, detail) -> {
            if (points.incrementAndGet() % 3 == 0) {
              mount.statusMemory().reclaim(1 + points.get() % 7);
            }
          });
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int number = i;
        threads.add(new Thread(() -> work(number), "stress " + i));
      }
      try (Watchdog watchdog = new Watchdog(threads)) {
        Thread progress =
            new Thread(
                () -> {
                  long last = 0;
                  while (!ended.get()) {
                    if (done.get() != last) {
                      last = done.get();
                      watchdog.progressed();
                    }
                    pause();
                  }
                });
        progress.setDaemon(true);
        progress.start();
        threads.forEach(Thread::start);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until && failure.get() == null && watchdog.report().isEmpty()) {
          Thread.sleep(20);
        }
        ended.set(true);
        for (Thread thread : threads) {
          thread.join(TimeUnit.SECONDS.toMillis(90));
        }
        assertThat(watchdog.report()).isEmpty();
        for (Thread thread : threads) {
          assertThat(thread.isAlive())
              .as("%s is stuck: %s", thread, List.of(thread.getStackTrace()))
              .isFalse();
        }
      }
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new AssertionError(thrown);
      }
    }

    private static void pause() {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void work(int number) {
      Random random = new Random(seed * 31 + number);
      try {
        while (!ended.get()) {
          if (random.nextInt(3) == 0) {
            inRegion(number, random);
          } else {
            onShared(random.nextInt(SHARED_FILES), random);
          }
          done.incrementAndGet();
        }
      } catch (Throwable e) {
        failure.compareAndSet(null, e);
        ended.set(true);
      }
    }

    /** In its own region each thread knows what is there, to the byte. */
    private void inRegion(int number, Random random) throws IOException {
      byte[] model = models[number];
      long start = (long) number * model.length;
      int from = random.nextInt(model.length);
      int count = 1 + random.nextInt(Math.min(model.length - from, 9 * BLOCK));
      FileContent content = new FileContent(divided, context);
      switch (random.nextInt(9)) {
        case 8 -> {
          long inFile = Math.min(count, divided.size() - start - from);
          if (inFile > 0) {
            byte[] bytes = new byte[(int) inFile];
            random.nextBytes(bytes);
            new MappedFile(divided, context).store(start + from, ByteBuffer.wrap(bytes));
            System.arraycopy(bytes, 0, model, from, bytes.length);
          }
        }
        case 0, 1, 2 -> {
          byte[] bytes = new byte[count];
          random.nextBytes(bytes);
          if (random.nextInt(4) == 0) {
            content.writeDirect(start + from, ByteBuffer.wrap(bytes));
          } else {
            content.write(start + from, ByteBuffer.wrap(bytes));
          }
          System.arraycopy(bytes, 0, model, from, count);
        }
        case 3 -> {
          apply(divided, RangeOperation.punch("divided", start + from, count));
          long end = Math.min(start + from + count, divided.size());
          if (end > start + from) {
            Arrays.fill(model, from, (int) (end - start), (byte) 0);
          }
        }
        case 4 -> {
          if (start + from + count <= divided.size()) {
            apply(divided, RangeOperation.zero("divided", start + from, count, true));
            Arrays.fill(model, from, from + count, (byte) 0);
          }
        }
        case 5 -> apply(divided, RangeOperation.allocate("divided", start + from, count, true));
        case 6 -> content.force();
        default -> compare(number, from, count, content, random.nextBoolean());
      }
    }

    private void compare(int number, int from, int count, FileContent content, boolean direct)
        throws IOException {
      long start = (long) number * models[number].length;
      ByteBuffer read = ByteBuffer.allocate(count);
      while (read.hasRemaining()) {
        long at = start + from + read.position();
        int got = direct ? content.readDirect(at, read) : content.read(at, read);
        if (got <= 0) {
          break;
        }
      }
      byte[] wanted = Arrays.copyOfRange(models[number], from, from + count);
      int different = Arrays.mismatch(read.array(), wanted);
      if (different >= 0) {
        throw new AssertionError(
            "byte " + (start + from + different) + " differs, " + (direct ? "direct" : "pages"));
      }
    }

    /** Whole blocks that say whose they are; they may move, vanish, or be zeros. */
    private void onShared(int file, Random random) throws IOException {
      Inode inode = shared.get(file);
      String name = "shared" + file;
      FileContent content = new FileContent(inode, context);
      int clusterBlocks = 1 << context.geometry().clusterRatioBits();
      long blocks = inode.size() / BLOCK;
      long first = random.nextInt((int) Math.min(MOST_BLOCKS, blocks + 10));
      long count = 1L + random.nextInt(20);
      long unit = first / clusterBlocks * clusterBlocks * BLOCK;
      long units = Math.max(1, count / clusterBlocks) * clusterBlocks * BLOCK;
      try {
        switch (random.nextInt(16)) {
          case 14 -> new MappedFile(inode, context).store(first * BLOCK, tagged(file, 1));
          case 15 -> new MappedFile(inode, context).load(first * BLOCK, ByteBuffer.allocate(BLOCK));
          case 0, 1, 2, 3 -> content.write(first * BLOCK, tagged(file, (int) count));
          case 4 -> content.writeDirect(first * BLOCK, tagged(file, (int) count));
          case 5, 6 -> apply(inode, RangeOperation.punch(name, first * BLOCK, count * BLOCK));
          case 7 -> apply(inode, RangeOperation.zero(name, first * BLOCK, count * BLOCK, false));
          case 8 ->
              apply(inode, RangeOperation.allocate(name, first * BLOCK, count * BLOCK, false));
          case 9 -> apply(inode, RangeOperation.collapse(name, unit, units));
          case 10 -> {
            if (blocks < MOST_BLOCKS) {
              apply(inode, RangeOperation.insert(name, unit, units));
            }
          }
          case 11 -> apply(inode, RangeOperation.truncate(name, first * BLOCK));
          case 12 -> content.force();
          default -> requireTagged(file, first, (int) count, content, random.nextInt(3) == 0);
        }
      } catch (PartialOperationException e) {
        throw e;
      } catch (FileOperationException e) {
        if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOSPC && e.errno() != Errno.EFAULT) {
          throw e;
        }
      }
    }

    private void apply(Inode inode, RangeOperation operation) throws IOException {
      OrphanList orphans = new OrphanList(mount.mount().superblock(), mount.mount().inodes());
      FileRanges.apply(inode, context, orphans, operation);
    }

    private ByteBuffer tagged(int file, int count) {
      ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
      for (int block = 0; block < count; block++) {
        long tag = tags.getAndIncrement() << 8 | (file + 1);
        for (int i = 0; i < BLOCK; i += Long.BYTES) {
          bytes.putLong(block * BLOCK + i, tag);
        }
      }
      return bytes;
    }

    private static void requireTagged(
        int file, long first, int count, FileContent content, boolean direct) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(BLOCK);
      for (long block = first; block < first + count; block++) {
        read.clear();
        int got =
            direct ? content.readDirect(block * BLOCK, read) : content.read(block * BLOCK, read);
        if (got < BLOCK) {
          return;
        }
        // A write that is under way may be seen in part: each word by itself is old or new.
        for (int i = 0; i < BLOCK; i += Long.BYTES) {
          long word = read.getLong(i);
          if (word != 0 && (word & 0xFF) != file + 1) {
            throw new AssertionError(
                "block "
                    + block
                    + " of shared"
                    + file
                    + " holds foreign bytes: "
                    + Long.toHexString(word));
          }
        }
      }
    }

    /** At rest: what is read in both ways is the same, and the file system adds up. */
    void verify() throws IOException {
      SyncPoint.listen(null);
      for (int i = 0; i < THREADS; i++) {
        FileContent content = new FileContent(divided, context);
        compare(i, 0, models[i].length, content, false);
      }
      context.pages().writeAll();
      context.journal().commit();
      List<Inode> all = new ArrayList<>(shared);
      all.add(divided);
      for (int i = 0; i < THREADS; i++) {
        compare(i, 0, models[i].length, new FileContent(divided, context), true);
      }
      for (int i = 0; i < SHARED_FILES; i++) {
        requireTagged(i, 0, 2 * MOST_BLOCKS, new FileContent(shared.get(i), context), true);
      }
      assertThat(context.allocator().promisedClusters()).as("promised clusters").isZero();
      for (Inode inode : all) {
        assertThat(inode.reservedClusters().get()).as("promised to %s", inode).isZero();
        assertThat(inode.status().pendingClusters()).isEmpty();
      }
      for (Inode inode : all) {
        assertThat(new FileInvariants(inode, context, mount.mount().groups()).check()).isEmpty();
      }
      FilesAudit.verify(context, mount.mount(), all);
    }
  }
}
