package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.Dumpe2fs;
import dev.ext4j.testimages.FilePopulator;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.ImageSnapshot;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of truncation to a smaller size, against truncate(2) on the same files. */
class TruncateTest {
  private static final int BLOCK = 1024;

  static Stream<Arguments> kindsAndSeeds() {
    return ImageKinds.RANGE_OPERATIONS.stream()
        .flatMap(
            kind ->
                Seeds.inTurn(ImageKinds.RANGE_OPERATIONS.indexOf(kind))
                    .mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void truncates_leaveWhatTheKernelLeaves(ImageRecipe kind, long seed) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      Map<String, Long> sizes = new TreeMap<>();
      try (KernelMount mount = KernelMount.readWrite(base)) {
        List<String> names = new ArrayList<>(new FilePopulator(mount, seed).makeEach());
        names.addAll(new FilePopulator(mount, seed + 1).makeAny(4));
        Random random = new Random(seed);
        for (String name : names) {
          sizes.put(name, newSize(mount.file(name).stat().byteSize(), kind.blockSize(), random));
        }
      }
      Path reference = Scratch.copySparse(base, judge.file("kernel.img"));
      try (KernelMount mount = KernelMount.readWrite(reference)) {
        for (Map.Entry<String, Long> size : sizes.entrySet()) {
          mount.file(size.getKey()).truncate(size.getValue());
        }
      }
      MemoryBlockDevice disk = Judge.load(base);
      try (Mount mount = new Mount(disk, MountOptions.readWrite())) {
        for (Map.Entry<String, Long> size : sizes.entrySet()) {
          shrink(mount, "/" + size.getKey(), size.getValue());
        }
      }
      judge.requireClean(disk, sizes.toString());
      Path ours = judge.save(disk, "ours.img");
      List<String> names = List.copyOf(sizes.keySet());
      ImageSnapshot found = ImageSnapshot.of(ours, names);
      ImageSnapshot expected = ImageSnapshot.of(reference, names);
      assertThat(found.differences(expected)).as("sizes %s", sizes).isEmpty();
      assertThat(found.shapeDifferences(expected)).as("sizes %s", sizes).isEmpty();
      assertThat(Dumpe2fs.read(ours).number("Free blocks"))
          .isEqualTo(Dumpe2fs.read(reference).number("Free blocks"));
    }
  }

  private static long newSize(long size, int blockSize, Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> size;
      case 2 -> Math.max(0, size - 1);
      case 3 -> random.nextLong(size + 1) / blockSize * blockSize;
      default -> random.nextLong(size + 1);
    };
  }

  private static void shrink(Mount mount, String path, long size) throws IOException {
    Inode inode = mount.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
    OrphanList orphans = new OrphanList(mount.superblock(), mount.inodes());
    new Truncate(inode, mount.volume(), size, orphans, ProgressListener.NONE).truncate();
    assertThat(orphans.first()).isZero();
  }

  @Test
  void smallTransactions_endAsLargeOnes_andProgressRises() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      for (String type : List.of("ext4", "ext2")) {
        Path image = small(judge, type);
        MemoryBlockDevice disk = Judge.load(image);
        List<Long> progress = new ArrayList<>();
        try (Engine engine = Engine.open(disk, 40)) {
          OrphanList orphans =
              new OrphanList(engine.volume().superblock(), engine.mount().inodes());
          new Truncate(
                  engine.file("/many"),
                  engine.volume(),
                  9 * BLOCK + 7,
                  orphans,
                  (done, all) -> {
                    assertThat(done).isBetween(0L, all);
                    progress.add(done);
                  })
              .truncate();
          assertThat(engine.file("/many").fields().sectors()).isLessThan(20);
        }
        assertThat(progress).isSorted().hasSizeGreaterThan(1);
        judge.requireClean(disk, type);
        FileContent before = FileContent.of(Judge.load(image), "/many");
        FileContent after = FileContent.of(disk, "/many");
        assertThat(after.size()).isEqualTo(9 * BLOCK + 7);
        after.requireSameBut(before, 9 * BLOCK + 7, 1L << 40, type);
        after.requireZero(9 * BLOCK + 7, 1L << 40, type);
      }
    }
  }

  @Test
  void cutAfterAnyWrite_fileIsOldOrNew() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      for (String type : List.of("ext4", "ext2")) {
        MemoryBlockDevice start = Judge.load(small(judge, type));
        for (String path : List.of("/many", "/dense")) {
          RecordingDevice recording = RecordingDevice.sharing(start);
          long size = 33 * BLOCK + 100;
          try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
            shrink(mount, path, size);
          }
          FileContent before = FileContent.of(start, path);
          for (int events = 0; events <= recording.eventCount(); events++) {
            if (events == recording.eventCount()
                || recording.events().get(events) instanceof DeviceEvent.Write) {
              String situation = type + path + ", after event " + events;
              requireOldOrNew(
                  before,
                  judge.repaired(recording.imageAfter(events), situation),
                  path,
                  size,
                  situation);
            }
          }
        }
      }
    }
  }

  private static void requireOldOrNew(
      FileContent before, BlockDevice disk, String path, long size, String situation)
      throws IOException {
    FileContent after = FileContent.of(disk, path);
    if (after.size() == before.size()) {
      after.requireSameBut(before, 0, 0, situation);
    } else {
      assertThat(after.size()).as(situation).isEqualTo(size);
      // e2fsck frees blocks, but does not zero the bytes beyond the end in the last block.
      long blockEnd = (size + BLOCK - 1) / BLOCK * BLOCK;
      after.requireSameBut(before, size, 1L << 40, situation);
      after.requireZero(blockEnd, 1L << 40, situation);
    }
  }

  /**
   * Checks that a file never shows blocks that a failed truncation was to free, not even when it
   * grows again.
   */
  @Test
  void failedCut_onlyAnotherCutIsAllowedUntilItIsDone() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = judge.make(ImageKinds.B1K.withFeatures("^has_journal"));
      new DebugfsFiles(judge, image).everySecondBlock("f", BLOCK, 400);
      MemoryBlockDevice start = Judge.load(image);
      FaultyDevice counting = new FaultyDevice(start.copy());
      try (Ext4FileSystem fs = Ext4FileSystem.open(counting, OpenOptions.readWrite())) {
        FileRanges.apply(fs, RangeOperation.truncate("f", 5000));
      }
      MemoryBlockDevice disk = start.copy();
      FaultyDevice device = new FaultyDevice(disk);
      device.failOnce(
          FaultyDevice.Operation.READ,
          counting.calls(FaultyDevice.Operation.READ),
          dev.ext4j.blockdev.Errno.EIO);
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
        assertThatThrownBy(() -> FileRanges.apply(fs, RangeOperation.truncate("f", 5000)))
            .isInstanceOf(PartialOperationException.class);
        for (RangeOperation operation :
            List.of(
                RangeOperation.truncate("f", 100_000),
                RangeOperation.write("f", 90_000, 10, 1),
                RangeOperation.zero("f", 6000, 60_000, false))) {
          assertThatThrownBy(() -> FileRanges.apply(fs, operation))
              .as("%s", operation)
              .isInstanceOfSatisfying(
                  FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EIO));
        }
        FileRanges.apply(fs, RangeOperation.truncate("f", 5000));
        FileRanges.apply(fs, RangeOperation.truncate("f", 100_000));
      }
      judge.requireClean(disk, "cut again, then grown");
      FileContent.of(disk, "/f").requireZero(5000, 100_000, "/f");
    }
  }

  @Test
  void whatCannotBeCut_isRefusedAsTheKernelRefusesIt() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = small(judge, "ext4");
      Debugfs.writing(image).runAll(List.of("mkdir dir", "mknod fifo p"));
      new DebugfsFiles(judge, image).dense("fixed", 5000);
      Debugfs.writing(image).setInodeField("fixed", "flags", "0x80010");
      RecordingDevice recording = RecordingDevice.sharing(Judge.load(image));
      try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
        requireErrno(mount, "/dir", 0, Errno.EISDIR);
        requireErrno(mount, "/fifo", 0, Errno.EINVAL);
        requireErrno(mount, "/fixed", 0, Errno.EPERM);
        requireErrno(mount, "/dense", -1, Errno.EINVAL);
        requireErrno(mount, "/dense", Long.MAX_VALUE, Errno.EFBIG);
      }
      assertThat(recording.eventCount()).isZero();
    }
  }

  private static void requireErrno(Mount mount, String path, long size, Errno errno) {
    assertThatThrownBy(() -> shrink(mount, path, size))
        .as(path)
        .isInstanceOfSatisfying(
            FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static Path small(Judge judge, String type) throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("small", type, BLOCK, 5 << 20)
            .withFeatures("^resize_inode")
            .withFeatures(type.equals("ext4") ? "^has_journal" : "filetype")
            .withWords("-g", "1024", "-N", "40");
    Path image = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("dense", 700 * BLOCK + 77);
    files.everySecondBlock("many", BLOCK, 400);
    return image;
  }
}
