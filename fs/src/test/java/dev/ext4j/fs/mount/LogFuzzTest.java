package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of damaged logs. A caller that opens the image gets a file system or a refusal with a type.
 * If the log has checksums, a damaged log is refused before the first write. Without them, damage
 * may look like a valid record and reach the file system.
 */
class LogFuzzTest {
  private static final int INPUTS = 300;
  private static final int BLOCK = 1024;
  private static final String CHECKSUMS = "fuzz-v3";
  private static final String FILE = "/dense";
  private static final byte[] EDGES = {0, 1, 2, 3, 4, 5, 8, 127, -128, -1};

  private static Judge judge;
  private static final Map<String, MemoryBlockDevice> DIRTY = new TreeMap<>();

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    add(kind(CHECKSUMS));
    add(kind("fuzz-plain").withFeatures("^metadata_csum", "^64bit"));
    add(kind("fuzz-64bit").withFeatures("^metadata_csum"));
    add(kind("fuzz-fast-commit").withFeatures("fast_commit", "^metadata_csum"));
  }

  private static ImageRecipe kind(String name) {
    return ImageRecipe.of(name, "ext4", BLOCK, 4 << 20).withWords("-J", "size=1", "-N", "32");
  }

  /** Adds an image with committed holes, as after a crash before the log was emptied. */
  private static void add(ImageRecipe recipe) throws IOException {
    Path file = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, file);
    files.everySecondBlock("many", BLOCK, 100);
    files.dense("dense", 100L * BLOCK + 77);
    RecordingDevice recording = RecordingDevice.sharing(Judge.load(file));
    int committed;
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      punch(fs, "/many", 0, 60L * BLOCK + 5);
      punch(fs, "/many", 0, 1L << 30);
      punch(fs, FILE, 10L * BLOCK + 5, 3L * BLOCK);
      committed = recording.eventCount();
    }
    MemoryBlockDevice dirty = MemoryBlockDevice.copyOf(recording.imageAfter(committed));
    assertThat(ReplayedImages.byExt4j(dirty)).isNotNull();
    DIRTY.put(recipe.name(), dirty);
  }

  private static void punch(Ext4FileSystem fs, String file, long byteOffset, long byteCount)
      throws IOException {
    fs.file(FileAddress.path(file.getBytes(StandardCharsets.UTF_8)))
        .punch(byteOffset, byteCount, ProgressListener.NONE);
  }

  @AfterAll
  static void removeImages() throws IOException {
    DIRTY.clear();
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> kindsAndSeeds() {
    return Stream.of(CHECKSUMS, "fuzz-plain", "fuzz-64bit", "fuzz-fast-commit")
        .flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anyLog_givesAFileSystemOrATypedRefusal(String kind, long seed) throws IOException {
    MemoryBlockDevice dirty = java.util.Objects.requireNonNull(DIRTY.get(kind));
    LogArea log = KernelTraffic.log(dirty).area();
    List<Long> headed = headed(log);
    assertThat(headed).as("blocks with a header").hasSizeGreaterThan(5);
    Random random = new Random(seed);
    int opened = 0;
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      MemoryBlockDevice disk = dirty.copy();
      String damage = spoil(disk, log, headed, random);
      String situation = kind + ", seed " + seed + ", input " + i + ": " + damage;
      if (open(disk, situation)) {
        opened++;
      } else {
        refused++;
      }
    }
    assertThat(opened).as("opened").isPositive();
    assertThat(refused).as("refused").isPositive();
  }

  /** Returns whether the image could be opened for writing. */
  private static boolean open(MemoryBlockDevice disk, String situation) {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk.reopened(), OpenOptions.readOnly())) {
      look(fs);
    } catch (Ext4Exception e) {
      assertThat(e.getMessage()).as(situation).isNotEmpty();
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError(situation + ", opened for reading", e);
    }
    RecordingDevice recording = RecordingDevice.sharing(disk.copy());
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      look(fs);
      punch(fs, FILE, 40L * BLOCK + 3, 9L * BLOCK);
      return true;
    } catch (Ext4Exception e) {
      assertThat(e.getMessage()).as(situation).isNotEmpty();
      boolean damagedLog =
          e instanceof CorruptionException corrupt && corrupt.kind() == Kind.JOURNAL;
      if (damagedLog && situation.startsWith(CHECKSUMS)) {
        assertThat(recording.eventCount()).as("%s: writes", situation).isZero();
      }
      return false;
    } catch (IOException | RuntimeException | Error e) {
      throw new AssertionError(situation + ", opened for writing", e);
    }
  }

  private static void look(Ext4FileSystem fs) throws IOException {
    fs.file(FileAddress.path(FILE.getBytes(StandardCharsets.UTF_8)))
        .read(0, ByteBuffer.allocate(100 * BLOCK));
  }

  private static List<Long> headed(LogArea log) throws IOException {
    List<Long> headed = new ArrayList<>(List.of(0L));
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long i = 1; i < log.blockCount(); i++) {
      log.read(i, block.clear());
      if (new LogBlock(block).type() != LogBlock.Type.OTHER) {
        headed.add(i);
      }
    }
    return headed;
  }

  /** Changes some bytes of the log, most of them in its headers. */
  private static String spoil(MemoryBlockDevice disk, LogArea log, List<Long> headed, Random random)
      throws IOException {
    StringBuilder damage = new StringBuilder();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      boolean anywhere = random.nextInt(4) == 0;
      long block =
          anywhere
              ? random.nextInt((int) log.blockCount())
              : headed.get(random.nextInt(headed.size()));
      byte[] bytes = new byte[random.nextInt(10) == 0 ? BLOCK : 1 + random.nextInt(4)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        java.util.Arrays.fill(bytes, EDGES[random.nextInt(EDGES.length)]);
      }
      int limit = BLOCK - bytes.length + 1;
      int at = random.nextInt(random.nextInt(3) == 0 ? limit : Math.min(limit, 0x58));
      disk.writeFully(log.byteOffset(block) + at, ByteBuffer.wrap(bytes));
      damage.append(block).append('+').append(at).append(" x").append(bytes.length).append("; ");
    }
    return damage.toString();
  }
}
