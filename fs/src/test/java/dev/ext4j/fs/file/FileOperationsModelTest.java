package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.sim.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on several files against arrays of bytes, with every invariant of the file
 * system looked at after each step. The system property {@code ext4j.steps} sets how many steps a
 * sequence has.
 */
class FileOperationsModelTest {
  private static final int STEPS = Integer.getInteger("ext4j.steps", 400);
  private static final int FILES = 4;
  private static final int STEPS_OPEN = 150;
  private static final int REMEMBERED = 15;

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
        .flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind.name(), seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyOperations_filesEqualModelsAndSpaceAddsUp(String kind, long seed) throws IOException {
    Run run = new Run(Objects.requireNonNull(DISKS.get(kind)).copy(), seed);
    try {
      run.steps(STEPS);
    } catch (AssertionError | Exception e) {
      throw new AssertionError(
          "kind " + kind + ", seed " + seed + ", step " + run.step + ", last: " + run.last, e);
    }
    judge.requireClean(run.disk, kind + ", seed " + seed);
  }

  /** One sequence. */
  private static final class Run {
    private final MemoryBlockDevice disk;
    private final Random random;
    private final FileModel[] models = new FileModel[FILES];
    private final Deque<String> last = new ArrayDeque<>();
    private int step;
    private Mount mount;
    private List<Inode> files = List.of();
    private GroupTable groups;
    private SpaceAudit audit;
    private int blockSize;
    private int unit;
    private boolean extents;

    Run(MemoryBlockDevice disk, long seed) throws IOException {
      this.disk = disk;
      this.random = new Random(seed);
      open();
      for (int i = 0; i < FILES; i++) {
        models[i] = new FileModel();
        models[i].reset(read(files.get(i)));
      }
    }

    @SuppressWarnings("MustBeClosedChecker") // closed at the end of a stretch
    private void open() throws IOException {
      mount = new Mount(disk, OpenOptions.readWrite());
      groups = mount.groups();
      files = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        files.add(mount.paths().resolve(("/f" + i).getBytes(StandardCharsets.UTF_8)));
      }
      blockSize = mount.geometry().blockSize();
      unit = blockSize << mount.geometry().clusterRatioBits();
      extents = mount.geometry().features().has(IncompatFeature.EXTENTS);
      audit = new SpaceAudit(mount.context(), groups, files);
    }

    void steps(int count) throws IOException {
      while (step < count) {
        for (int i = 0; i < STEPS_OPEN && step < count; i++) {
          step++;
          int file = random.nextInt(FILES);
          any(file);
          mount.sync();
          audit.verify(mount.context(), groups, mount.superblock(), files);
          requireEqual(file);
        }
        for (int i = 0; i < FILES; i++) {
          requireEqual(i);
        }
        mount.close();
        open();
      }
      for (int i = 0; i < FILES; i++) {
        requireEqual(i);
      }
      mount.close();
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
      ByteBuffer buffer = ByteBuffer.allocate((int) file.fields().size());
      try (RankedLock.Held lock = file.locks().inode().shared()) {
        FileReader reader = new FileReader(file, mount.context());
        while (buffer.hasRemaining() && reader.read(buffer.position(), buffer) > 0) {}
      }
      return buffer.array();
    }

    /** An operation, on the file and on its model. */
    private interface Operation {
      void run() throws IOException;
    }

    private void any(int file) throws IOException {
      Inode inode = files.get(file);
      FileContext context = mount.context();
      FileModel model = models[file];
      int most = (extents ? 700 : 400) * blockSize;
      int offset = place(Math.min(most, model.size() + 20 * blockSize));
      int count = 1 + place(random.nextInt(8) == 0 ? most / 2 : 12 * blockSize);
      boolean keep = random.nextBoolean();
      ProgressListener none = ProgressListener.NONE;
      switch (random.nextInt(extents ? 12 : 7)) {
        case 0, 1, 2 -> {
          byte[] bytes = new byte[count];
          random.nextBytes(bytes);
          attempt(
              file,
              "write " + offset + " " + count,
              true,
              () -> new FileWriter(inode, context, offset, ByteBuffer.wrap(bytes)).write(),
              () -> model.write(offset, bytes));
        }
        case 3 -> {
          // Single blocks with gaps make deep trees.
          for (int i = 0; i < 30; i++) {
            int at = (offset / blockSize + 2 * i) * blockSize;
            byte[] bytes = new byte[blockSize];
            random.nextBytes(bytes);
            attempt(
                file,
                "write " + at + " " + blockSize,
                true,
                () -> new FileWriter(inode, context, at, ByteBuffer.wrap(bytes)).write(),
                () -> model.write(at, bytes));
          }
        }
        case 4 ->
            attempt(
                file,
                "truncate " + offset,
                true,
                () ->
                    new Truncate(inode, context)
                        .truncate(offset, new OrphanList(mount.superblock(), mount.inodes()), none),
                () -> model.truncate(offset));
        case 5, 6 ->
            attempt(
                file,
                "punch " + offset + " " + count,
                true,
                () -> new PunchHole(inode, context, offset, count, none).punch(),
                () -> model.punch(offset, count));
        case 7, 8 ->
            attempt(
                file,
                "zero " + offset + " " + count + " " + keep,
                true,
                () -> new ZeroRange(inode, context, offset, count, keep, none).zero(),
                () -> model.zero(offset, count, keep));
        case 9 -> {
          int length = random.nextInt(20) == 0 ? (int) disk.size() : count;
          attempt(
              file,
              "fallocate " + offset + " " + length + " " + keep,
              true,
              () -> new Fallocate(inode, context, offset, length, keep, none).allocate(),
              () -> model.fallocate(offset, length, keep));
        }
        case 10 -> {
          int from = aligned(offset);
          int length = Math.max(random.nextInt(10) == 0 ? 1 : unit, aligned(count));
          boolean fits = from % unit == 0 && length % unit == 0 && from + length < model.size();
          attempt(
              file,
              "collapse " + from + " " + length,
              fits,
              () -> new CollapseRange(inode, context, from, length, none).collapse(),
              () -> model.collapse(from, length));
        }
        default -> {
          int from = aligned(offset);
          int length = Math.max(unit, aligned(count));
          if (model.size() + length > 2 * most) {
            return;
          }
          attempt(
              file,
              "insert " + from + " " + length,
              from < model.size() && from % unit == 0 && length % unit == 0,
              () -> new InsertRange(inode, context, from, length, none).insert(),
              () -> model.insert(from, length));
        }
      }
    }

    private void attempt(int file, String what, boolean possible, Operation real, Operation onModel)
        throws IOException {
      last.addLast("f" + file + " " + what);
      if (last.size() > REMEMBERED) {
        last.removeFirst();
      }
      try {
        real.run();
      } catch (PartialOperationException e) {
        last.addLast("partial");
        models[file].reset(read(files.get(file)));
        return;
      } catch (FileOperationException e) {
        last.addLast(e.errno().name());
        if (possible) {
          assertThat(e.errno()).as(what).isEqualTo(Errno.ENOSPC);
        } else {
          assertThat(e.errno()).as(what).isEqualTo(Errno.EINVAL);
        }
        return;
      }
      assertThat(possible).as("%s is possible", what).isTrue();
      onModel.run();
    }

    private int aligned(int bytes) {
      return random.nextInt(20) == 0 ? bytes : bytes / unit * unit;
    }

    /** A place, often at a border of blocks or beside one. */
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
