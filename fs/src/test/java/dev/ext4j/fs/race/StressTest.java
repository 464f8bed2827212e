package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.LaboratoryOptions;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.file.FilesAudit;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of many threads with random operations on few files, with small transactions and status
 * trees that are emptied all the time. A block reads as zeros or as content written to its file at
 * some time. In a file divided among the threads, a block reads exactly as its thread wrote it
 * last. At the end everything adds up.
 */
class StressTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final int THREADS = 4;
  private static final int REGION = 48;
  private static final int FEW_BLOCKS = 200;
  private static final long SECONDS = Long.getLong("ext4j.stress.seconds", 4);
  private static final long LONG_SECONDS = Long.getLong("ext4j.stress.seconds", 600);

  private static final List<ImageRecipe> KINDS =
      List.of(
          ImageRecipe.of("stress-1k", "ext4", BLOCK, 24 << 20).withWords("-J", "size=4"),
          ImageRecipe.of("stress-cluster", "ext4", BLOCK, 32 << 20).withClusters(8 << 10));

  static Stream<Arguments> kindsAndSeeds() {
    return Commits.withKindsAndSeeds(KINDS);
  }

  @ParameterizedTest(name = "{0}, commits {1}, seed {2}")
  @MethodSource("kindsAndSeeds")
  void anyOperationsByManyThreads_nothingForeignIsReadAndAllAddsUp(
      ImageRecipe kind, Commits commits, long seed) throws Exception {
    run(kind, commits, seed, SECONDS);
  }

  @Tag("model")
  @ParameterizedTest(name = "{0}, commits {1}, seed {2}")
  @MethodSource("kindsAndSeeds")
  void forALongTime_nothingForeignIsReadAndAllAddsUp(ImageRecipe kind, Commits commits, long seed)
      throws Exception {
    run(kind, commits, seed, LONG_SECONDS);
  }

  private static void run(ImageRecipe kind, Commits commits, long seed, long seconds)
      throws Exception {
    Path path = judge().make(kind);
    DebugfsFiles files = new DebugfsFiles(judge(), path);
    files.empty("divided");
    SharedFiles.make(files);
    MemoryBlockDevice disk = Judge.load(path);
    Laboratory lab = LaboratoryOptions.checking();
    MountOptions options = Crowd.IN_LITTLE_MEMORY.withProbes(lab.probes());
    SmallTransactions mount = new SmallTransactions(disk, FEW_BLOCKS, options);
    Stress stress = new Stress(mount, lab, seed);
    commits.begin(mount, stress.batches);
    try {
      stress.run(seconds);
      stress.verify();
    } catch (AssertionError | Exception e) {
      throw new AssertionError(
          kind
              + ", commits "
              + commits
              + ", seed "
              + seed
              + " after "
              + stress.crowd.done()
              + " operations",
          e);
    } finally {
      lab.stopAt(null);
      lab.check(false);
    }
    mount.finish();
    judge().requireClean(disk, kind + ", commits " + commits + ", seed " + seed);
  }

  /** One run. */
  private static final class Stress {
    private final Volume volume;
    private final SmallTransactions mount;
    private final Laboratory lab;
    private final Inode divided;
    private final SharedFiles shared;
    private final byte[][] models = new byte[THREADS][REGION * BLOCK];
    private final Crowd crowd;
    private final Batches batches;

    Stress(SmallTransactions mount, Laboratory lab, long seed) throws IOException {
      this.mount = mount;
      this.lab = lab;
      this.volume = mount.volume();
      this.divided = mount.file("/divided");
      this.shared = new SharedFiles(mount);
      this.crowd = new Crowd(THREADS, seed, mount.mount().lockOrder());
      this.batches = new Batches(volume);
    }

    void run(long seconds) throws Exception {
      AtomicLong points = new AtomicLong();
      lab.stopAt(
          (point, inode, detail) -> {
            mount.statusMemory().reclaim(1 + points.incrementAndGet() % 7);
          });
      crowd.run(seconds, this::work, () -> Thread.sleep(20));
    }

    private void work(int number, Random random) throws IOException {
      if (random.nextInt(5) == 0) {
        shared.readOne(random);
      } else {
        batches.change(
            random,
            () -> {
              if (random.nextInt(3) == 0) {
                inRegion(number, random);
              } else {
                shared.workOnOne(random);
              }
            },
            () -> shared.workOnOne(random));
      }
    }

    /** Runs an operation in the region of one thread, which knows every byte there. */
    private void inRegion(int number, Random random) throws IOException {
      byte[] model = models[number];
      long start = (long) number * model.length;
      int from = random.nextInt(model.length);
      int count = 1 + random.nextInt(Math.min(model.length - from, 9 * BLOCK));
      FileContent content = new FileContent(divided, volume);
      switch (random.nextInt(9)) {
        case 8 -> {
          long inFile = Math.min(count, divided.size() - start - from);
          if (inFile > 0) {
            byte[] bytes = new byte[(int) inFile];
            random.nextBytes(bytes);
            new MappedFile(divided, volume).store(start + from, ByteBuffer.wrap(bytes));
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

    private void apply(Inode inode, RangeOperation operation) throws IOException {
      OrphanList orphans = new OrphanList(mount.mount().superblock(), mount.mount().inodes());
      FileRanges.apply(inode, volume, orphans, operation);
    }

    /**
     * Checks the file system at rest. Reads through pages and direct reads are the same, and all
     * invariants hold.
     */
    void verify() throws IOException {
      lab.stopAt(null);
      for (int i = 0; i < THREADS; i++) {
        compare(i, 0, models[i].length, new FileContent(divided, volume), false);
      }
      List<Inode> all = new ArrayList<>(shared.inodes());
      all.add(divided);
      requireInvariants(all);
      volume.pages().writeAll();
      volume.journal().commit();
      for (int i = 0; i < THREADS; i++) {
        compare(i, 0, models[i].length, new FileContent(divided, volume), true);
      }
      shared.requireOwn();
      assertThat(volume.allocator().promisedClusters()).as("promised clusters").isZero();
      requireInvariants(all);
      FilesAudit.verify(volume, mount.mount(), all);
    }

    private void requireInvariants(List<Inode> files) throws IOException {
      for (Inode inode : files) {
        assertThat(new FileInvariants(inode, volume).check()).isEmpty();
      }
    }
  }
}
