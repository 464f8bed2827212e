package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.RawImage;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.Dumpe2fs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.ImageSnapshot;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of the cleanup of orphans, against the kernel and e2fsck on the same orphans. */
@Tag("oracle")
class OrphanCleanupTest {
  private static final Clock LATER =
      Clock.fixed(Instant.parse("2031-05-06T07:08:09Z"), ZoneOffset.UTC);
  private static final List<String> KEPT = List.of("keep", "xa3", "dir/inner");

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        ImageKinds.B4K,
        ImageKinds.B1K,
        ImageKinds.EXT3_1K,
        ImageKinds.EXT3_4K,
        ImageKinds.ORPHAN_FILE,
        ImageKinds.B1K.named("orphan_file_1k").withFeatures("orphan_file"),
        ImageKinds.NO_CSUM.named("orphan_file_no_csum").withFeatures("orphan_file"),
        ImageKinds.BIGALLOC_16K,
        ImageKinds.BIGALLOC_8K,
        ImageKinds.INLINE_256,
        ImageKinds.NO_CSUM_128,
        ImageKinds.GDT_CSUM,
        ImageKinds.CSUM_SEED,
        ImageKinds.META_BG,
        ImageKinds.SMALL_GROUPS);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void filesHeldOpenAtACrash_areDeletedAsTheKernelDeletesThem(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path made = judge.make(kind);
      List<Long> orphans = new ArrayList<>();
      Path crashed = crash(made, judge.file("crashed.img"), orphans);
      OrphanCraft.replay(crashed);
      compare(judge, crashed, new Expected(orphans, orphans.size(), 0, KEPT));
    }
  }

  /** Returns an image after a crash, with files that were deleted while they were open. */
  private static Path crash(Path image, Path target, List<Long> orphans) throws IOException {
    List<Closeable> held = new ArrayList<>();
    try (KernelMount mount = KernelMount.readWrite(image)) {
      try {
        populate(mount);
        mount.sync();
        for (String name :
            List.of("dense", "many", "far", "tiny", "empty", "xa1", "xa2", "unwritten")) {
          orphans.add((Long) Files.getAttribute(mount.path(name), "unix:ino"));
          held.add(new RandomAccessFile(mount.path(name).toFile(), "rw"));
          Files.delete(mount.path(name));
        }
        Path gone = mount.path("gone");
        orphans.add((Long) Files.getAttribute(gone, "unix:ino"));
        for (int i = 0; i < 150; i++) {
          Files.delete(gone.resolve("a rather long name of a file " + i));
        }
        held.add(FileChannel.open(gone, StandardOpenOption.READ));
        Files.delete(gone);
        mount.sync();
        return mount.copyAsCrashed(target);
      } finally {
        for (Closeable one : held) {
          one.close();
        }
      }
    }
  }

  private static void populate(KernelMount mount) throws IOException {
    mount.file("keep").write(0, noise(300_000));
    mount.file("dense").write(0, noise(3_000_001));
    mount.file("many").writeEvery(2, 700, noise(mount.blockSize()));
    mount.file("far").write(400L << 20, noise(70_000));
    mount.file("tiny").write(0, noise(90));
    mount.file("empty").write(0, new byte[0]);
    mount.file("unwritten").write(0, noise(5000));
    try {
      mount.file("unwritten").allocateKeepingSize(0, 900_000);
    } catch (IOException e) {
      mount.file("unwritten").write(0, noise(6000)); // no preallocation without extents
    }
    for (String name : List.of("xa1", "xa2", "xa3", "tiny")) {
      mount.file(name).write(0, noise(77));
      Files.getFileAttributeView(mount.path(name), UserDefinedFileAttributeView.class)
          .write("big", ByteBuffer.wrap(noise(400)));
    }
    Files.createDirectory(mount.path("dir"));
    mount.file("dir/inner").write(0, noise(9999));
    Files.createDirectory(mount.path("gone"));
    for (int i = 0; i < 150; i++) {
      Files.createFile(mount.path("gone/a rather long name of a file " + i));
    }
  }

  static Stream<ImageRecipe> craftedKinds() {
    return Stream.of(
        ImageKinds.B4K,
        ImageKinds.B1K,
        ImageKinds.EXT3_1K,
        ImageKinds.EXT2_4K,
        ImageKinds.BIGALLOC_16K,
        ImageKinds.INLINE_256,
        ImageKinds.INODE_128);
  }

  @ParameterizedTest
  @MethodSource("craftedKinds")
  void orphansOfEveryType_areDeletedAsTheKernelDeletesThem(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path image = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(image)) {
        populate(mount);
        Files.createSymbolicLink(mount.path("short"), Path.of("somewhere"));
        Files.createSymbolicLink(mount.path("long"), Path.of("x".repeat(200)));
        Files.createDirectory(mount.path("small"));
      }
      Debugfs.writing(image)
          .runAll(List.of("mknod fifo p", "mknod block b 8 1", "mknod char c 1 3", "mknod sock p"));
      Debugfs.writing(image).setInodeField("sock", "mode", "0140644");
      OrphanCraft craft = new OrphanCraft(image);
      for (String name :
          List.of("short", "long", "small", "fifo", "block", "char", "sock", "tiny", "xa2")) {
        craft.delete(name);
      }
      compare(judge, image, new Expected(craft.numbers(), 9, 0, KEPT));
    }
  }

  @ParameterizedTest
  @MethodSource("craftedKinds")
  void filesToBeTruncated_areCutAsTheKernelCutsThem(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path image = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(image)) {
        populate(mount);
        mount.file("whole").write(0, noise(123_456));
        mount.file("inline").write(0, noise(100));
        mount.file("inline2").write(0, noise(50));
      }
      OrphanCraft craft = new OrphanCraft(image);
      craft.truncate("dense", 70_001);
      craft.truncate("far", 300L << 20);
      craft.truncate("unwritten", 100);
      craft.truncate("whole", 0);
      craft.truncate("empty", 0);
      craft.truncate("tiny", 70);
      craft.truncate("inline", 71);
      craft.truncate("inline2", 13);
      craft.truncate("keep", 300_000);
      craft.push(Debugfs.reading(image).stat("dir").inode());
      List<String> files = new ArrayList<>(KEPT);
      files.addAll(List.of("dense", "far", "unwritten", "whole", "tiny", "inline", "inline2"));
      Expected expected = new Expected(craft.numbers(), 0, 10, files);
      if (kind.blocksPerCluster() > 1) {
        compareWithKernel(judge, image, expected); // e2fsck 1.47.0 loses content here
      } else {
        compare(judge, image, expected);
      }
    }
  }

  /**
   * Compares with the kernel only: the kernel keeps the levels of a tree, and e2fsck folds them.
   */
  @ParameterizedTest
  @MethodSource("craftedKinds")
  void fragmentedFilesToBeTruncated_areCutAsTheKernelCutsThem(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path image = judge.make(kind);
      OrphanCraft craft = new OrphanCraft(image);
      List<String> names = List.of("f0", "f1", "f2", "f3", "f4", "f5");
      try (KernelMount mount = KernelMount.readWrite(image)) {
        for (String name : names) {
          mount.file(name).writeEvery(2, 700, noise(mount.blockSize()));
        }
      }
      long block = kind.blockSize();
      for (int i = 0; i < names.size(); i++) {
        long blocks = new long[] {0, 1, 5, 169, 700, 1398}[i];
        craft.truncate(names.get(i), Math.max(0, blocks * block - 100L * i));
      }
      compareWithKernel(judge, image, new Expected(craft.numbers(), 0, names.size(), names));
    }
  }

  @Test
  void bothFormsAtOnce_areProcessed() throws IOException {
    Oracles.requireMount(ImageKinds.ORPHAN_FILE);
    try (Judge judge = Judge.open()) {
      List<Long> orphans = new ArrayList<>();
      Path image = judge.make(ImageKinds.ORPHAN_FILE);
      Path crashed = crash(image, judge.file("crashed.img"), orphans);
      OrphanCraft.replay(crashed);
      OrphanCraft craft = new OrphanCraft(crashed);
      craft.delete("dir/inner");
      craft.truncate("keep", 4097);
      List<Long> all = new ArrayList<>(orphans);
      all.addAll(craft.numbers());
      compare(judge, crashed, new Expected(all, orphans.size() + 1, 1, List.of("keep", "xa3")));
    }
  }

  /**
   * The expected result of a cleanup.
   *
   * @param orphans the numbers of all orphans
   * @param kept the files that must be there afterwards, with equal content
   */
  private record Expected(List<Long> orphans, long deleted, long truncated, List<String> kept) {}

  private static void compare(Judge judge, Path image, Expected expected) throws IOException {
    Path byFsck = Scratch.copySparse(image, judge.file("fsck.img"));
    assertThat(E2fsck.repair(byFsck).mended()).isTrue();
    Path ours = compareWithKernel(judge, image, expected);
    assertThat(OrphanState.allocation(ours))
        .as("against e2fsck")
        .isEqualTo(OrphanState.allocation(byFsck));
  }

  /**
   * Compares the cleanups of ext4j and of the kernel, and returns the image that ext4j has made.
   */
  @CanIgnoreReturnValue
  private static Path compareWithKernel(Judge judge, Path image, Expected expected)
      throws IOException {
    List<String> commands = new ArrayList<>();
    for (long orphan : expected.orphans()) { // long ago, so that a change shows at once
      commands.add("set_inode_field <" + orphan + "> ctime @1500000000");
      commands.add("set_inode_field <" + orphan + "> mtime @1500000000");
    }
    Debugfs.writing(image).runAll(commands);
    Path byKernel = Scratch.copySparse(image, judge.file("kernel.img"));
    try (KernelMount mount = KernelMount.readWrite(byKernel)) {
      mount.sync();
    }
    MemoryBlockDevice disk = Judge.load(image);
    try (Mount mount = new Mount(disk, MountOptions.readWrite().withClock(LATER))) {
      assertThat(mount.warnings())
          .singleElement()
          .asString()
          .contains(
              expected.deleted() + " inodes without a name were deleted",
              "and " + expected.truncated() + " cut down");
    }
    judge.requireClean(disk, "after the cleanup");
    Path ours = judge.save(disk, "ours.img");
    assertThat(OrphanState.allocation(ours))
        .as("against the kernel")
        .isEqualTo(OrphanState.allocation(byKernel));
    if (!Dumpe2fs.read(image).features().contains("meta_bg")) {
      compareInodes(image, byKernel, disk, expected.orphans());
    }
    ImageSnapshot files = ImageSnapshot.of(ours, expected.kept());
    ImageSnapshot kernelFiles = ImageSnapshot.of(byKernel, expected.kept());
    assertThat(files.differences(kernelFiles)).isEmpty();
    assertThat(files.shapeDifferences(kernelFiles)).isEmpty();
    return ours;
  }

  private static void compareInodes(
      Path image, Path byKernel, MemoryBlockDevice disk, List<Long> orphans) throws IOException {
    RawImage before = new RawImage(Judge.load(image));
    RawImage after = new RawImage(disk);
    RawImage kernel = new RawImage(Judge.load(byKernel));
    for (long orphan : orphans) {
      assertThat(OrphanState.inode(after, orphan)).isEqualTo(OrphanState.inode(kernel, orphan));
      assertThat(OrphanState.moved(before, after, orphan))
          .isEqualTo(OrphanState.moved(before, kernel, orphan));
    }
  }

  private static byte[] noise(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }
}
