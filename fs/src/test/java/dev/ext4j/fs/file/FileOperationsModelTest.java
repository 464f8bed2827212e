package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of random operations on several files against arrays of bytes. Every invariant of the file
 * system is checked after each step. A build makes about 15,000 steps. With {@code -P model} it
 * makes a million.
 */
class FileOperationsModelTest {
  private static final int STEPS = 250;
  private static final int MILLION = Integer.getInteger("ext4j.model.operations", 1_000_000);
  private static final int FILES = 4;
  private static final int STEPS_OPEN = 150;
  private static final int REMEMBERED = 15;
  private static final int FEW_BLOCKS = 48;

  private static final List<ImageRecipe> KINDS =
      List.of(
          kind("b1k", 1024, 14).withWords("-g", "1024"),
          kind("b4k", 4096, 24),
          kind("b2k", 2048, 16),
          kind("cluster8k", 1024, 24).withClusters(8 << 10),
          kind("cluster16k", 4096, 40).withClusters(16 << 10),
          kind("inline", 4096, 24).withFeatures("inline_data"),
          kind("old", 1024, 14).withFeatures("^metadata_csum", "^64bit").withInodes(128),
          kind("metabg", 1024, 20).withFeatures("meta_bg", "^resize_inode"),
          kind("nojournal", 1024, 10).withFeatures("^has_journal"),
          ImageRecipe.of("ext3", "ext3", 1024, 14 << 20));

  private static Judge judge;
  private static final Map<String, MemoryBlockDevice> DISKS = new HashMap<>();

  private static ImageRecipe kind(String name, int blockSize, int mebibytes) {
    return ImageRecipe.of(name, "ext4", blockSize, (long) mebibytes << 20);
  }

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    for (ImageRecipe recipe : KINDS) {
      Path image = judge.make(recipe);
      for (int i = 0; i < FILES; i++) {
        new DebugfsFiles(judge, image).dense("f" + i, i == 0 ? 30 : 0);
      }
      DISKS.put(recipe.name(), Judge.load(image));
    }
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind.name(), false, false, seed)));
  }

  /** Returns the same kinds, for runs that write and read most content through pages in memory. */
  static Stream<Arguments> kindsWithPages() {
    return KINDS.stream()
        .flatMap(
            kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind.name(), false, true, seed)));
  }

  /**
   * Returns the kinds with a journal, for runs whose transactions are so small that most operations
   * need several.
   */
  static Stream<Arguments> kindsWithJournal() {
    return KINDS.stream()
        .filter(kind -> !kind.name().equals("nojournal"))
        .flatMap(
            kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind.name(), true, false, seed)));
  }

  @ParameterizedTest(name = "{0}, small {1}, pages {2}, seed {3}")
  @MethodSource({"kindsAndSeeds", "kindsWithJournal", "kindsWithPages"})
  void anyOperations_filesEqualModelsAndSpaceAddsUp(
      String kind, boolean small, boolean paged, long seed) throws IOException {
    run(kind, small, paged, seed, STEPS);
  }

  @Tag("model")
  @ParameterizedTest(name = "{0}, small {1}, pages {2}, seed {3}")
  @MethodSource({"kindsAndSeeds", "kindsWithJournal", "kindsWithPages"})
  void aMillionOperations_filesEqualModelsAndSpaceAddsUp(
      String kind, boolean small, boolean paged, long seed) throws IOException {
    long sequences =
        kindsAndSeeds().count() + kindsWithJournal().count() + kindsWithPages().count();
    run(kind, small, paged, seed, (int) (MILLION / sequences) + 1);
  }

  private static void run(String kind, boolean small, boolean paged, long seed, int steps)
      throws IOException {
    Run run = new Run(Objects.requireNonNull(DISKS.get(kind)).copy(), small, paged, seed);
    try {
      run.steps(steps);
    } catch (AssertionError | Exception e) {
      throw new AssertionError(
          "kind " + kind + ", seed " + seed + ", step " + run.step + ", last: " + run.last, e);
    }
    judge.requireClean(run.disk, kind + ", seed " + seed);
  }

  /** One sequence of operations. */
  private static final class Run {
    private final Laboratory lab = new Laboratory();
    private final MemoryBlockDevice disk;
    private final Random random;
    private final FileModel[] models = new FileModel[FILES];
    private final Deque<String> last = new ArrayDeque<>();
    private int step;
    private final boolean small;
    private final boolean paged;
    private @Nullable SmallTransactions transactions;
    private Mount mount;
    private Volume volume;
    private OrphanList orphans;
    private List<Inode> files = List.of();
    private GroupTable groups;
    private SpaceAudit audit;
    private int blockSize;
    private int unit;
    private boolean extents;

    Run(MemoryBlockDevice disk, boolean small, boolean paged, long seed) throws IOException {
      this.paged = paged;
      this.disk = disk;
      this.small = small;
      this.random = new Random(seed);
      open();
      for (int i = 0; i < FILES; i++) {
        models[i] = new FileModel();
        models[i].reset(read(files.get(i)));
      }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed after every STEPS_OPEN steps
    private void open() throws IOException {
      MountOptions options = MountOptions.readWrite().withProbes(lab.probes());
      if (small) {
        SmallTransactions few = new SmallTransactions(disk, FEW_BLOCKS, options);
        transactions = few;
        mount = few.mount();
        volume = few.volume();
      } else {
        mount = new Mount(disk, options);
        volume = mount.volume();
      }
      orphans = new OrphanList(mount.superblock(), mount.inodes());
      groups = mount.groups();
      files = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        files.add(mount.paths().resolve(("/f" + i).getBytes(StandardCharsets.UTF_8)));
      }
      blockSize = mount.geometry().blockSize();
      unit = blockSize << mount.geometry().clusterRatioBits();
      extents = mount.geometry().features().has(IncompatFeature.EXTENTS);
      audit = new SpaceAudit(volume, groups, files);
    }

    private void close() throws IOException {
      if (transactions != null) {
        volume.pages().writeAll();
        transactions.finish();
      } else {
        mount.close();
      }
    }

    void steps(int count) throws IOException {
      lab.check(true);
      try {
        takeSteps(count);
      } finally {
        lab.check(false);
      }
    }

    private void takeSteps(int count) throws IOException {
      while (step < count) {
        for (int i = 0; i < STEPS_OPEN && step < count; i++) {
          step++;
          int file = random.nextInt(FILES);
          any(file);
          requireEqual(file); // before the commit: changes may still be in the running transaction
          assertThat(new FileInvariants(files.get(file), volume).check()).isEmpty();
          if (random.nextInt(4) == 0) {
            volume.pages().writeAll();
          }
          volume.journal().commit();
          audit.verify(volume, groups, mount.superblock(), files);
          requireEqual(file);
        }
        for (int i = 0; i < FILES; i++) {
          requireEqual(i);
        }
        close();
        open();
      }
      for (int i = 0; i < FILES; i++) {
        requireEqual(i);
      }
      close();
    }

    private void requireEqual(int file) throws IOException {
      byte[] there = read(files.get(file));
      byte[] wanted = models[file].content();
      if (!Arrays.equals(there, wanted)) {
        assertThat(there.length).as("size of f%d", file).isEqualTo(wanted.length);
        throw new AssertionError("f" + file + " differs at byte " + Arrays.mismatch(there, wanted));
      }
    }

    private byte[] read(Inode file) throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate((int) file.size());
      FileContent content = new FileContent(file, volume);
      boolean direct = !paged || random.nextInt(4) == 0;
      while (buffer.hasRemaining()
          && (direct
                  ? content.readDirect(buffer.position(), buffer)
                  : content.read(buffer.position(), buffer))
              > 0) {}
      return buffer.array();
    }

    private void any(int file) throws IOException {
      String name = "f" + file;
      int size = models[file].size();
      int most = (extents ? 700 : 400) * blockSize;
      int offset = place(Math.min(most, size + 20 * blockSize));
      int count = 1 + place(random.nextInt(8) == 0 ? most / 2 : 12 * blockSize);
      boolean keep = random.nextBoolean();
      switch (random.nextInt(extents ? 12 : 7)) {
        case 0, 1, 2 -> attempt(RangeOperation.write(name, offset, count, random.nextLong()), true);
        case 3 -> {
          // Single blocks with gaps make deep trees.
          for (int i = 0; i < 30; i++) {
            int at = (offset / blockSize + 2 * i) * blockSize;
            attempt(RangeOperation.write(name, at, blockSize, random.nextLong()), true);
          }
        }
        case 4 -> attempt(RangeOperation.truncate(name, offset), true);
        case 5, 6 -> attempt(RangeOperation.punch(name, offset, count), true);
        case 7, 8 -> attempt(RangeOperation.zero(name, offset, count, keep), true);
        case 9 -> {
          int length = random.nextInt(20) == 0 ? (int) disk.size() : count;
          attempt(RangeOperation.allocate(name, offset, length, keep), true);
        }
        case 10 -> {
          int from = aligned(offset);
          int length = Math.max(random.nextInt(10) == 0 ? 1 : unit, aligned(count));
          boolean fits = from % unit == 0 && length % unit == 0 && from + length < size;
          attempt(RangeOperation.collapse(name, from, length), fits);
        }
        default -> {
          int from = aligned(offset);
          int length = Math.max(unit, aligned(count));
          if (size + length <= 2 * most) {
            boolean fits = from % unit == 0 && length % unit == 0 && from < size;
            attempt(RangeOperation.insert(name, from, length), fits);
          }
        }
      }
    }

    private void attempt(RangeOperation operation, boolean possible) throws IOException {
      last.addLast(operation.toString());
      if (last.size() > REMEMBERED) {
        last.removeFirst();
      }
      int file = operation.file().charAt(1) - '0';
      try {
        if (paged && operation.kind() == RangeOperation.Kind.WRITE && random.nextInt(3) > 0) {
          writeToPages(file, operation);
        } else {
          FileRanges.apply(files.get(file), volume, orphans, operation);
        }
      } catch (PartialOperationException e) {
        last.addLast("partial");
        models[file].reset(read(files.get(file)));
        return;
      } catch (FileOperationException e) {
        last.addLast(e.errno().name());
        Errno expected = possible ? Errno.ENOSPC : Errno.EINVAL;
        assertThat(e.errno()).as("%s", operation).isEqualTo(expected);
        return;
      }
      assertThat(possible).as("%s is possible", operation).isTrue();
      models[file].apply(operation);
    }

    /**
     * Writes through pages. A write that finds no more space keeps the part that it has written.
     */
    private void writeToPages(int file, RangeOperation operation) throws IOException {
      ByteBuffer source = ByteBuffer.wrap(operation.content());
      try {
        new FileContent(files.get(file), volume).write(operation.byteOffset(), source);
      } catch (FileOperationException e) {
        if (source.position() > 0) {
          models[file].reset(read(files.get(file)));
        }
        throw e;
      }
    }

    private int aligned(int bytes) {
      return random.nextInt(20) == 0 ? bytes : bytes / unit * unit;
    }

    /** Returns an offset, often at a block boundary or one byte beside it. */
    private int place(int most) {
      int at = random.nextInt(most + 1);
      return switch (random.nextInt(6)) {
        case 0, 1 -> at;
        case 2, 3, 4 -> at / blockSize * blockSize;
        default -> Math.max(0, at / blockSize * blockSize + (random.nextBoolean() ? 1 : -1));
      };
    }
  }
}
