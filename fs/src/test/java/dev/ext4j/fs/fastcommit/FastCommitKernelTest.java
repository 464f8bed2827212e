package dev.ext4j.fs.fastcommit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.mount.ReplayedView;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.ToolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of fast commits that the kernel made, replayed by ext4j and by the kernel. */
@Tag("oracle")
class FastCommitKernelTest {
  private static final int BLOCK = 1024;
  private static final List<ImageRecipe> KINDS =
      List.of(
          kind("fc-1k", BLOCK),
          kind("fc-4k", 4096),
          kind("fc-bigalloc", 4096).withClusters(16 << 10),
          kind("fc-no-checksums", 1024).withFeatures("^metadata_csum", "^64bit"));

  private static final AtomicInteger FAST = new AtomicInteger();
  private static final AtomicInteger FULL = new AtomicInteger();
  private static final AtomicInteger REFUSED = new AtomicInteger();

  private static ImageRecipe kind(String name, int blockSize) {
    return ImageRecipe.of(name, "ext4", blockSize, 64 << 20)
        .withFeatures("fast_commit")
        .withWords("-J", "size=8");
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(2).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void whatTheKernelCommittedFast_isThereAfterReplay(ImageRecipe kind, long seed) throws Exception {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path crashed = crash(judge, kind, seed);
      MemoryBlockDevice disk = Judge.load(crashed);
      String situation = kind.name() + ", seed " + seed;

      Map<String, String> seen = tree(disk);
      RecordingDevice recording = RecordingDevice.sharing(disk);
      String message;
      try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
        message = String.join("; ", fs.warnings());
      }
      judge.requireClean(recording, situation + ", replayed by ext4j: " + message);
      (message.contains("fast commit") ? FAST : FULL).incrementAndGet();
      Map<String, String> ours = tree(recording);
      assertThat(seen).as("%s: what readers see", situation).isEqualTo(ours);

      Path byKernel = judge.saveExactly(disk, "kernel.img");
      if (isReplayedByKernel(byKernel)) {
        // With bigalloc, its bitmaps may lack blocks of the fast commits, so blocks marked free
        // must not be filled with a pattern.
        Map<String, String> kernels = tree(Judge.loadExactly(byKernel));
        assertThat(ours).as("%s: the kernel's replay", situation).isEqualTo(kernels);
      }
      cutEverywhere(judge, recording, ours, situation);
    }
  }

  /**
   * Checks that a fault which only the replay of fast commits meets is met before the replay of the
   * log has written anything: each block that the replay in memory reads is made unreadable.
   */
  @Test
  void readErrorInAReplay_isMetBeforeAnythingIsWritten() throws Exception {
    ImageRecipe kind = KINDS.get(0);
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice disk = Judge.load(crash(judge, kind, 1));
      Set<Long> read = new TreeSet<>();
      assertThat(ReplayedView.of(new ReadBlocks(disk, read), MountOptions.readOnly()).unreplayed())
          .isNull();
      int refused = 0;
      for (long block : read) {
        BlockDevice faulty = unreadable(disk, block);
        if (isReplayed(faulty)) {
          continue; // the block is read again later, from the log
        }
        RecordingDevice recording = RecordingDevice.sharing(faulty);
        assertThatThrownBy(() -> openAndClose(recording)).isInstanceOf(IOException.class);
        assertThat(recording.events())
            .as("block %d is unreadable", block)
            .noneMatch(DeviceEvent.Write.class::isInstance);
        refused++;
      }
      assertThat(refused).isGreaterThan(10);
    }
  }

  private static BlockDevice unreadable(MemoryBlockDevice disk, long block) {
    return new FaultyDevice(disk.copy())
        .failRange(FaultyDevice.Operation.READ, block * BLOCK, BLOCK, Errno.EIO);
  }

  private static boolean isReplayed(BlockDevice device) {
    try {
      return ReplayedView.of(device, MountOptions.readOnly()).unreplayed() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static void openAndClose(BlockDevice device) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      fs.sync();
    }
  }

  /** Notes the blocks that are read. */
  private static final class ReadBlocks extends ForwardingDevice {
    private final Set<Long> read;

    ReadBlocks(BlockDevice inner, Set<Long> read) {
      super(inner);
      this.read = read;
    }

    @Override
    public void readFully(long byteOffset, ByteBuffer target) throws IOException {
      long end = (byteOffset + target.remaining() + BLOCK - 1) / BLOCK;
      for (long block = byteOffset / BLOCK; block < end; block++) {
        read.add(block);
      }
      super.readFully(byteOffset, target);
    }
  }

  /**
   * Returns whether the kernel replays an image. Some kernels fail at their own fast commits, with
   * EUCLEAN if an inode number is used again.
   */
  private static boolean isReplayedByKernel(Path image) throws IOException {
    try (KernelMount mount = KernelMount.readWrite(image)) {
      mount.sync();
      return true;
    } catch (ToolException e) {
      assertThat(e).hasMessageContaining("Structure needs cleaning");
      REFUSED.incrementAndGet();
      return false;
    }
  }

  @AfterAll
  static void thereWereFastCommits() {
    if (FAST.get() + FULL.get() > 0) {
      assertThat(FAST.get()).as("images with fast commits").isGreaterThan(FULL.get());
      assertThat(REFUSED.get()).as("refused by the kernel").isLessThan(FAST.get() / 2 + 1);
    }
  }

  /** Checks that a recovery that is cut off and started again ends in the same state. */
  private static void cutEverywhere(
      Judge judge, RecordingDevice recording, Map<String, String> expected, String situation)
      throws IOException {
    Random random = new Random(3);
    for (int i = 0; i < 6; i++) {
      int events = random.nextInt(recording.eventCount() + 1);
      MemoryBlockDevice half =
          MemoryBlockDevice.copyOf(
              recording.crashAfter(events, random, dev.ext4j.blockdev.sim.Tearing.SECTORS));
      String cut = situation + ", recovery cut after event " + events;
      try (Ext4FileSystem fs = Ext4FileSystem.open(half, OpenOptions.readWrite())) {
        fs.sync();
      }
      assertThat(tree(half)).as(cut).isEqualTo(expected);
      judge.requireClean(half, cut);
    }
  }

  /**
   * Returns an image after a crash. Before it, files are created, extended, shrunk, renamed and
   * deleted; each step is made durable alone.
   */
  private static Path crash(Judge judge, ImageRecipe kind, long seed) throws Exception {
    Random random = new Random(seed);
    Path image = judge.make(kind);
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
      Files.createDirectories(mount.path("a"));
      for (int i = 0; i < 12; i++) {
        write(mount.path("a/old" + i), 0, random.nextInt(60_000), random);
      }
      mount.sync();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        names.add("a/old" + i);
      }
      for (int i = 0; i < 60; i++) {
        step(mount, names, i, random);
      }
      return mount.copyAsItLies(judge.file("crashed.img"));
    }
  }

  private static void step(KernelMount mount, List<String> names, int i, Random random)
      throws Exception {
    String name = names.get(random.nextInt(names.size()));
    Path path = mount.path(name);
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        names.add("a/new" + i);
        write(mount.path("a/new" + i), 0, random.nextInt(30_000), random);
      }
      case 2 -> write(path, random.nextInt(200_000), 1 + random.nextInt(20_000), random);
      case 3 -> {
        names.add("a/link" + i);
        Files.createLink(mount.path("a/link" + i), path);
        sync(path);
      }
      case 4 -> {
        if (names.size() > 4) {
          names.remove(name);
          Files.delete(path);
          sync(mount.path(names.get(0)));
        }
      }
      case 5 -> {
        names.remove(name);
        names.add("a/moved" + i);
        Files.move(path, mount.path("a/moved" + i));
        sync(mount.path("a/moved" + i));
      }
      case 6 -> {
        mount.file(name).punch(4096L * random.nextInt(10), 4096L * (1 + random.nextInt(5)));
        sync(path);
      }
      default -> {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(random.nextInt(40_000));
          channel.force(true);
        }
      }
    }
  }

  private static void write(Path path, long byteOffset, int byteCount, Random random)
      throws IOException {
    byte[] bytes = new byte[byteCount];
    random.nextBytes(bytes);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), byteOffset);
      channel.force(true);
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Returns each path with everything that a user can see of the file except times. */
  private static Map<String, String> tree(dev.ext4j.blockdev.BlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      return FileTree.of(fs, FastCommitKernelTest::facts);
    }
  }

  private static String facts(Ext4File file, FileStat stat, byte[] content) throws IOException {
    String facts =
        stat.type() + " " + stat.id().inode() + " " + stat.raw().mode() + " " + stat.linkCount();
    if (stat.type() != FileType.REGULAR) {
      return facts;
    }
    long[] blocks = new long[1];
    file.inspect()
        .map(
            Holes.OMITTED,
            (logical, physical, count, state) -> {
              blocks[0] += count;
              return true;
            });
    return facts
        + " "
        + stat.size()
        + " "
        + java.util.Arrays.hashCode(content)
        + " "
        + blocks[0]
        + " blocks";
  }
}
