package dev.ext4j.fs.dir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of new directories, refusals, damage, and the changes of the inode of a directory. */
final class DirectoryWriterTest {
  private static final int HASH_VERSION = 28;

  private static Judge judge;
  private static MemoryBlockDevice sound;
  private static List<Long> soundBlocks;

  @BeforeAll
  static void openJudge() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    sound = indexed();
    soundBlocks = blocksOfDirectory(sound);
  }

  @AfterAll
  static void closeJudge() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  private static Path image(ImageRecipe recipe, String... commands) throws IOException {
    Path image = judge.make(recipe);
    new DebugfsFiles(judge, image).empty("target");
    List<String> all = new ArrayList<>(List.of("mkdir d"));
    all.addAll(List.of(commands));
    Debugfs.writing(image).runAll(all);
    return image;
  }

  @Test
  void change_movesTimesAndVersionOfTheDirectory() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B4K));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      Instant start = bench.engine().volume().clock().instant();
      long version = bench.directory().fields().version();
      assertThat(bench.directory().fields().modificationTime()).isBefore(start);
      bench.add("x");
      assertThat(bench.directory().fields().modificationTime()).isAfterOrEqualTo(start);
      assertThat(bench.directory().fields().changeTime()).isAfterOrEqualTo(start);
      assertThat(bench.directory().fields().version()).isEqualTo(version + 1);
      bench.remove("x");
      assertThat(bench.directory().fields().version()).isEqualTo(version + 2);
      assertThat(bench.add("x")).isTrue();
      assertThat(bench.add("x")).isFalse();
      assertThat(bench.directory().fields().version()).isEqualTo(version + 3);
    }
    judge.requireClean(disk, "three changes");
  }

  @Test
  void whatIsNoName_isRefusedAndNothingChanges() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B4K));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      for (String name : List.of("", ".", "..", "a/b", "a\0b")) {
        assertErrno(Errno.EINVAL, () -> bench.add(name));
        assertErrno(Errno.EINVAL, () -> bench.remove(name));
      }
      assertErrno(Errno.ENAMETOOLONG, () -> bench.add("n".repeat(256)));
      assertErrno(Errno.ENAMETOOLONG, () -> bench.remove("n".repeat(256)));
      assertErrno(Errno.ENOENT, () -> bench.remove("none"));
      assertThat(bench.find(new byte[0])).isZero();
      assertThat(bench.names()).isEmpty();
      assertThat(bench.add("n".repeat(255))).isTrue();
      for (long number : new long[] {0, -1, bench.engine().mount().geometry().inodeCount() + 1}) {
        CorruptionException e =
            catchThrowableOfType(
                CorruptionException.class,
                () ->
                    bench.change(
                        100,
                        (writer, handle) ->
                            writer.add(handle, new byte[] {'y'}, number, FileType.REGULAR)));
        assertThat(e.kind()).isEqualTo(Kind.DIRECTORY);
      }
    }
    judge.requireClean(disk, "refusals");
  }

  @Test
  void regularFile_isNoDirectory() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B4K));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      assertErrno(
          Errno.ENOTDIR, () -> new DirectoryWriter(bench.target(), bench.engine().volume()));
    }
  }

  @Test
  void withoutTheDirectorysLock_isABugOfTheCaller() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B4K));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target");
        Handle handle = bench.engine().journal().start(50)) {
      DirectoryWriter writer = new DirectoryWriter(bench.directory(), bench.engine().volume());
      byte[] name = {'x'};
      assertThatThrownBy(() -> writer.add(handle, name, 12, FileType.REGULAR))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.remove(handle, name))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> writer.find(name)).isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypt", "casefold"})
  void directoryWithNamesOfItsOwnKind_isRefusedByName(String feature) throws IOException {
    boolean encrypt = feature.equals("encrypt");
    ImageRecipe recipe = encrypt ? ImageKinds.ENCRYPT : ImageKinds.CASEFOLD;
    long flag = (encrypt ? FileFlag.ENCRYPT : FileFlag.CASEFOLD).bit() | FileFlag.EXTENTS.bit();
    MemoryBlockDevice disk =
        Judge.load(image(recipe, "set_inode_field d flags 0x" + Long.toHexString(flag)));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      UnsupportedFeatureException e =
          catchThrowableOfType(UnsupportedFeatureException.class, () -> bench.add("x"));
      assertThat(e.feature()).isEqualTo(feature);
    }
  }

  @Test
  void treeHashedBySiphash_isRefusedByName() throws IOException {
    MemoryBlockDevice disk = damagedRoot(HASH_VERSION, 6);
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      UnsupportedFeatureException e =
          catchThrowableOfType(UnsupportedFeatureException.class, () -> bench.add("x"));
      assertThat(e.feature()).isEqualTo("casefold");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {HASH_VERSION, 29, 30, 31, 32, 33, 34, 35, 4, 16})
  void rootThatContradictsTheFormat_isACorruptDirectory(int byteOffset) throws IOException {
    MemoryBlockDevice disk = damagedRoot(byteOffset, 0xE5);
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> bench.add("x"));
      assertThat(e.kind()).isEqualTo(Kind.DIRECTORY);
      assertThatThrownBy(() -> bench.find(new byte[] {'x'}))
          .isInstanceOf(CorruptionException.class);
    }
  }

  /**
   * Returns a disk with an indexed directory without checksums, in whose root one byte is changed.
   */
  private static MemoryBlockDevice damagedRoot(int byteOffset, int value) throws IOException {
    MemoryBlockDevice disk = indexed();
    long root = blocksOfDirectory(disk).get(0);
    disk.writeFully(root * 4096 + byteOffset, ByteBuffer.wrap(new byte[] {(byte) value}));
    return disk;
  }

  private static MemoryBlockDevice indexed() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.NO_CSUM));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      for (int i = 0; i < 300; i++) {
        bench.add("a name of some length " + i);
      }
    }
    return disk;
  }

  private static List<Long> blocksOfDirectory(MemoryBlockDevice disk) throws IOException {
    List<Long> blocks = new ArrayList<>();
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target");
        RankedLock.Held lock = bench.directory().locks().inode().shared()) {
      new BlockMapper(bench.directory(), bench.engine().volume())
          .walk(
              0,
              (logicalBlock, physicalBlock, blockCount, state) -> {
                for (long i = 0; i < blockCount; i++) {
                  blocks.add(physicalBlock + i);
                }
                return true;
              });
    }
    return blocks;
  }

  static LongStream seeds() {
    return Seeds.of(150);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedBytes_endInATypedErrorOrAChange(long seed) throws IOException {
    MemoryBlockDevice disk = sound.copy();
    Random random = new Random(seed);
    for (int i = random.nextInt(4); i >= 0; i--) {
      long block = soundBlocks.get(random.nextInt(soundBlocks.size()));
      int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(4096);
      byte[] junk = new byte[1 + random.nextInt(4)];
      random.nextBytes(junk);
      disk.writeFully(block * 4096 + Math.min(at, 4092), ByteBuffer.wrap(junk));
    }
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      for (int i = 0; i < 200; i++) {
        String name = "a name of some length " + random.nextInt(600);
        try {
          if (random.nextInt(3) == 0) {
            bench.remove(name);
          } else {
            bench.add(name);
          }
        } catch (Ext4Exception expected) {
          assertThat(expected.getMessage()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void leafWithAWrongChecksum_isNotChanged() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B4K));
    long block = blocksOfDirectory(disk).get(0);
    disk.writeFully(block * 4096 + 4095, ByteBuffer.wrap(new byte[] {0x55}));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> bench.add("x"));
      assertThat(e.kind()).isEqualTo(Kind.DIRECTORY_CHECKSUM);
    }
  }

  static Stream<ImageRecipe> kindsOfNewDirectories() {
    return Stream.of(
        ImageKinds.B1K,
        ImageKinds.B4K,
        ImageKinds.B64K,
        ImageKinds.EXT3_1K,
        ImageKinds.BIGALLOC_8K,
        ImageKinds.NO_FILETYPE);
  }

  @ParameterizedTest
  @MethodSource("kindsOfNewDirectories")
  void emptyInodeMadeADirectory_isSoundAndUsedByTheKernel(ImageRecipe recipe) throws IOException {
    newDirectory(recipe, image(recipe), false);
  }

  @Test
  void emptyInodeMadeAnInlineDirectory_isSoundAndUsedByTheKernel() throws IOException {
    // A file made before the feature is enabled has no inline data.
    Path image = image(ImageKinds.B4K, "feature inline_data");
    newDirectory(ImageKinds.B4K, image, true);
    newDirectory(ImageKinds.INLINE_256, image(ImageKinds.INLINE_256), true);
  }

  /** Makes the empty file {@code target} a directory, with entry and link counts. */
  private static void newDirectory(ImageRecipe recipe, Path image, boolean inline)
      throws IOException {
    Debugfs.writing(image).setInodeField("target", "mode", "040755");
    Debugfs.writing(image).setGroupField(0, "used_dirs_count", 4);
    Debugfs.writing(image).setGroupField(0, "checksum", "calc");
    MemoryBlockDevice disk = Judge.load(image);
    try (Engine engine = Engine.open(disk, 256)) {
      Inode root = engine.file("/");
      Inode fresh = engine.file("/target");
      byte[] name = "target".getBytes(ISO_8859_1);
      int credits = DirectoryWriter.credits(fresh, engine.volume());
      try (RankedLock.Held lock = fresh.locks().inode().exclusive();
          Handle handle = engine.journal().start(credits)) {
        DirectoryWriter writer = new DirectoryWriter(fresh, engine.volume());
        if (inline) {
          assertThat(writer.initialiseInline(handle, 2)).isTrue();
        } else {
          writer.initialise(handle, 2);
        }
        handle.commit();
      }
      try (RankedLock.Held lock = root.locks().inode().exclusive();
          Handle handle = engine.journal().start(DirectoryWriter.credits(root, engine.volume()))) {
        DirectoryWriter writer = new DirectoryWriter(root, engine.volume());
        assertThat(writer.remove(handle, name)).isEqualTo(fresh.inodeNumber());
        assertThat(writer.add(handle, name, fresh.inodeNumber(), FileType.DIRECTORY)).isTrue();
        new SubdirectoryCount(root, engine.volume().geometry()).increase(handle);
        handle.commit();
      }
      engine.journal().commit();
      assertThat(fresh.has(FileFlag.INLINE_DATA)).isEqualTo(inline);
      assertThat(fresh.fields().linkCount()).isEqualTo(2);
    }
    judge.requireClean(disk, recipe + ": a new directory");
    if (Oracles.mounts(recipe)) {
      Path used = judge.save(disk, "used.img");
      try (KernelMount mount = KernelMount.readWrite(used)) {
        Path folder = mount.path("target");
        assertThat(folder.toFile().list()).isEmpty();
        Files.createDirectory(folder.resolve("sub"));
        Files.createFile(folder.resolve("file"));
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("sub", "file");
      }
      judge.requireClean(Judge.load(used), recipe + ": used by the kernel");
    }
  }

  @Test
  void directoryInitialisedAgain_isEmptyInItsFirstBlock() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.B1K));
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      bench.add("x");
      bench.change(
          DirectoryWriter.credits(bench.directory(), bench.engine().volume()),
          (writer, handle) -> {
            writer.initialise(handle, 2);
            return true;
          });
      assertThat(bench.names()).isEqualTo(Set.of());
      bench.add("y");
      bench.remove("y");
      bench.target().fields().setLinkCount(1);
      bench.add("z");
    }
    judge.requireClean(disk, "initialised again");
  }

  @Test
  void inlineDirectory_growsInTheInodeThenMovesToABlock() throws IOException {
    MemoryBlockDevice disk = Judge.load(image(ImageKinds.INLINE_256));
    List<String> sizes = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      long target;
      Set<String> names;
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        target = bench.target().inodeNumber();
        assertThat(bench.add("entry-" + i)).isTrue();
        names = bench.names();
        assertThat(names).hasSize(i + 1);
        String size =
            bench.directory().fields().size()
                + (bench.directory().has(FileFlag.INLINE_DATA) ? " inline" : " in a block");
        if (!sizes.contains(size)) {
          sizes.add(size);
        }
      }
      judge.requireClean(disk, i + 1 + " entries");
      if (Oracles.missingKernel().isEmpty()) {
        DirectoryWriterKernelTest.requireFound(judge, disk, ImageKinds.INLINE_256, names, target);
      }
    }
    assertThat(sizes).containsExactly("60 inline", "128 inline", "4096 in a block");
  }

  @Test
  void subdirectories_areCountedAsLinuxDoes() throws IOException {
    MemoryBlockDevice disk = indexed();
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      assertThat(counted(bench, 2, 1)).isEqualTo(3);
      assertThat(counted(bench, 64_999, 1)).isEqualTo(65_000);
      assertThat(counted(bench, 65_000, 1)).as("too many to count").isEqualTo(1);
      assertThat(counted(bench, 1, 1)).isEqualTo(1);
      assertThat(counted(bench, 1, -1)).isEqualTo(1);
      assertThat(counted(bench, 3, -1)).isEqualTo(2);
      assertThat(counted(bench, 2, -1)).isEqualTo(2);
    }
    MemoryBlockDevice linear = Judge.load(image(ImageKinds.B4K));
    try (DirectoryBench bench = new DirectoryBench(linear, "/d", "/target")) {
      assertThat(counted(bench, 64_999, 1)).isEqualTo(65_000);
      assertErrno(Errno.EMLINK, () -> counted(bench, 65_000, 1));
    }
  }

  /** Returns the link count after one subdirectory is added or removed. The change is undone. */
  private static int counted(DirectoryBench bench, int before, int change) throws IOException {
    try (Handle handle = bench.engine().journal().start(10)) {
      bench.directory().declare(handle);
      bench.directory().fields().setLinkCount(before);
      SubdirectoryCount count =
          new SubdirectoryCount(bench.directory(), bench.engine().volume().geometry());
      if (change > 0) {
        count.increase(handle);
      } else {
        count.decrease(handle);
      }
      return bench.directory().fields().linkCount();
    }
  }

  private interface Attempt {
    void run() throws IOException;
  }

  private static void assertErrno(Errno errno, Attempt attempt) {
    FileOperationException e = catchThrowableOfType(FileOperationException.class, attempt::run);
    assertThat(e).isNotNull();
    assertThat(e.errno()).isEqualTo(errno);
  }
}
