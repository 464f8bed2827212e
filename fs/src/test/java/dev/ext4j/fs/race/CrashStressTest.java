package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.blockdev.sim.WriteCacheDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.LaboratoryOptions;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.file.ZeroRange;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of power failures, again and again, while many threads run all operations. After a replay
 * each file is sound, and e2fsck finds no problem. One file is divided among the threads. Each of
 * its blocks holds a value that it has held since its thread last made it durable.
 */
class CrashStressTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final int THREADS = 4;
  private static final int REGION = 40;
  private static final int FEW_BLOCKS = 200;
  private static final long SECONDS = Long.getLong("ext4j.stress.seconds", 4);
  private static final long LONG_SECONDS = Long.getLong("ext4j.stress.seconds", 600);

  private static final List<ImageRecipe> KINDS =
      List.of(
          ImageRecipe.of("crash-1k", "ext4", BLOCK, 16 << 20).withWords("-J", "size=1"),
          ImageRecipe.of("crash-cluster", "ext4", BLOCK, 24 << 20).withClusters(8 << 10));

  static Stream<Arguments> kindsAndSeeds() {
    return Commits.withKindsAndSeeds(KINDS);
  }

  @ParameterizedTest(name = "{0}, commits {1}, seed {2}")
  @MethodSource("kindsAndSeeds")
  void powerFailsAmongThreads_nothingDurableIsLost(ImageRecipe kind, Commits commits, long seed)
      throws Exception {
    run(kind, commits, seed, SECONDS);
  }

  @Tag("model")
  @ParameterizedTest(name = "{0}, commits {1}, seed {2}")
  @MethodSource("kindsAndSeeds")
  void forALongTime_nothingDurableIsLost(ImageRecipe kind, Commits commits, long seed)
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
    WriteCacheDevice cache = new WriteCacheDevice(disk);
    Laboratory lab = LaboratoryOptions.checking();
    Stress stress = new Stress(cache, lab, seed);
    commits.begin(stress.mount, stress.batches);
    AtomicLong points = new AtomicLong();
    lab.stopAt(
        (point, inode, detail) ->
            stress.mount.statusMemory().reclaim(1 + points.incrementAndGet() % 7));
    try {
      stress.crowd.run(seconds, stress::work, stress::crash);
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
    assertThat(stress.crashes).as("power failures").isPositive();
    stress.volume.pages().writeAll();
    stress.mount.finish();
    judge().requireClean(cache, kind + ", commits " + commits + ", seed " + seed);
  }

  /** One run. */
  private static final class Stress {
    private final WriteCacheDevice disk;
    private final SmallTransactions mount;
    private final Volume volume;
    private final SharedFiles shared;
    private final Inode divided;
    private final BlockHistory history = new BlockHistory(THREADS * REGION);
    private final AtomicLong tags = new AtomicLong(1);
    private final Random random;
    private final Crowd crowd;
    private final Batches batches;
    private long crashes;

    Stress(WriteCacheDevice disk, Laboratory lab, long seed) throws IOException {
      this.disk = disk;
      MountOptions options = Crowd.IN_LITTLE_MEMORY.withProbes(lab.probes());
      this.mount = new SmallTransactions(disk, FEW_BLOCKS, options);
      this.volume = mount.volume();
      this.shared = new SharedFiles(mount);
      this.divided = mount.file("/divided");
      this.random = new Random(seed);
      this.crowd = new Crowd(THREADS, seed, mount.mount().lockOrder());
      this.batches = new Batches(volume);
    }

    void work(int number, Random choice) throws IOException {
      if (choice.nextInt(5) == 0) {
        shared.readOne(choice);
      } else {
        batches.change(
            choice,
            () -> {
              if (choice.nextInt(3) > 0) {
                shared.workOnOne(choice);
              } else {
                workOnDivided(number, choice);
              }
            },
            () -> shared.workOnOne(choice));
      }
    }

    private void workOnDivided(int number, Random choice) throws IOException {
      int from = choice.nextInt(REGION);
      int count = 1 + choice.nextInt(Math.min(REGION - from, 9));
      int first = number * REGION + from;
      long at = (long) first * BLOCK;
      FileContent content = new FileContent(divided, volume);
      switch (choice.nextInt(8)) {
        case 0, 1 -> content.write(at, noted(first, count));
        case 2 -> content.writeDirect(at, noted(first, count));
        case 3 -> {
          history.note(first, count, 0);
          new PunchHole(divided, volume, at, (long) count * BLOCK, ProgressListener.NONE).punch();
        }
        case 4 -> {
          history.note(first, count, 0);
          long bytes = (long) count * BLOCK;
          new ZeroRange(divided, volume, at, bytes, Size.GROW, ProgressListener.NONE).zero();
        }
        case 5 -> {
          if (at + (long) count * BLOCK <= divided.size()) {
            new MappedFile(divided, volume).store(at, noted(first, count));
          }
        }
        case 6 -> {
          content.force();
          history.durable(number * REGION, REGION);
        }
        default -> compare(content, first, count);
      }
    }

    private ByteBuffer noted(int first, int count) {
      long tag = tags.getAndIncrement();
      history.note(first, count, tag);
      ByteBuffer bytes = ByteBuffer.allocate(count * BLOCK);
      while (bytes.hasRemaining()) {
        bytes.putLong(tag);
      }
      return bytes.flip();
    }

    private void compare(FileContent content, int first, int count) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(BLOCK);
      for (int block = first; block < first + count; block++) {
        read.clear();
        if (content.read((long) block * BLOCK, read) == BLOCK) {
          long wanted = history.current(block);
          for (int i = 0; i < BLOCK; i += Long.BYTES) {
            assertThat(read.getLong(i)).as("block %d", block).isEqualTo(wanted);
          }
        }
      }
    }

    /** Makes the power fail, and checks the state found while the threads go on. */
    void crash() throws IOException {
      MemoryBlockDevice found;
      List<List<Long>> possible;
      synchronized (history) { // no thread notes a value, or marks one as durable, in between
        Tearing tearing = random.nextBoolean() ? Tearing.SECTORS : Tearing.NONE;
        synchronized (disk) { // a flush would change what the crashed disk shares
          found = MemoryBlockDevice.copyOf(disk.crash(random, tearing));
        }
        possible = history.possible();
      }
      crashes++;
      String situation = "power failure " + crashes;
      MountOptions checked =
          MountOptions.readWrite().withProbes(LaboratoryOptions.checking().probes());
      try (Mount after = new Mount(found, checked)) {
        Inode file = requireSound(after, "/divided", situation);
        requirePossible(new FileContent(file, after.volume()), possible, situation);
        for (int i = 0; i < shared.inodes().size(); i++) {
          Inode inode = requireSound(after, "/shared" + i, situation);
          SharedFiles.requireOwn(after.volume(), i, inode);
        }
      }
      judge().requireClean(found, situation);
    }

    private static Inode requireSound(Mount after, String path, String situation)
        throws IOException {
      Inode inode = after.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
      assertThat(new FileInvariants(inode, after.volume()).check())
          .as("%s: %s", situation, path)
          .isEmpty();
      return inode;
    }

    /** Fails if a word is not possible. Words beyond the end of a shorter file count as zeros. */
    private static void requirePossible(
        FileContent content, List<List<Long>> possible, String situation) throws IOException {
      ByteBuffer read = ByteBuffer.allocate(possible.size() * BLOCK);
      content.readDirect(0, read);
      for (int block = 0; block < possible.size(); block++) {
        for (int i = 0; i < BLOCK; i += Long.BYTES) {
          long word = read.getLong(block * BLOCK + i);
          assertThat(possible.get(block)).as("%s: block %d", situation, block).contains(word);
        }
      }
    }
  }
}
