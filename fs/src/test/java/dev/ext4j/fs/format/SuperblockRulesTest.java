package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each field of the superblock with each value at the edge of what it can be, judged by e2fsck and
 * by the checker: what one of them calls clean the other must, too.
 */
@Tag("oracle")
class SuperblockRulesTest {
  private static final int SUPERBLOCK = 1024;
  private static final long MILLISECONDS = 1000;

  /** Backups are looked for here in places where e2fsck finds none. */
  private static final Pattern NO_BACKUP =
      Pattern.compile("superblock despite errors|could not be read|while using the backup");

  /** What e2fsck -n sees, too, but does not count, or does not look at: docs/FSCK.md. */
  private static final Set<ProblemCode> OURS_ALONE =
      Set.of(
          ProblemCode.DESCRIPTOR_CHECKSUM,
          ProblemCode.RESIZE_INODE_INVALID,
          ProblemCode.RESERVED_MODE,
          ProblemCode.RESERVED_DESCRIPTORS_UNUSED,
          ProblemCode.META_GROUP_TOO_BIG,
          ProblemCode.INODE_COUNT_WRONG,
          ProblemCode.ORPHAN_LIST,
          ProblemCode.RECOVERY_WITHOUT_JOURNAL);

  /** The short form takes one change out of fifty-three. */
  private static final int SHORT_FORM = 53;

  static Stream<ImageRecipe> recipes() {
    long size = 12 << 20;
    String[] plain = {"^metadata_csum", "^uninit_bg"};
    return Stream.of(
        ImageKinds.NO_CSUM.sized(size),
        ImageKinds.EXT2_1K.sized(size),
        ImageKinds.EXT3_1K.sized(size),
        ImageKinds.B1K.sized(size),
        ImageKinds.REV0.sized(size),
        ImageKinds.BIGALLOC_8K.sized(size).withFeatures(plain),
        ImageKinds.META_BG.sized(size).withFeatures(plain),
        ImageKinds.SPARSE_SUPER2.sized(size).withFeatures(plain),
        ImageKinds.MMP.sized(size).withFeatures(plain),
        ImageKinds.QUOTA.sized(size).withFeatures(plain),
        ImageKinds.CASEFOLD.sized(size).withFeatures(plain),
        ImageKinds.ORPHAN_FILE.sized(size).withFeatures(plain),
        ImageKinds.CSUM_SEED.sized(size));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void someFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, SHORT_FORM);
  }

  @Tag("model")
  @ParameterizedTest
  @MethodSource("recipes")
  void allFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, 1);
  }

  /** Compares every {@code step}th of all changes. */
  private static void compare(ImageRecipe recipe, int step) throws IOException {
    Oracles.requireE2fsprogs();
    Set<String> different = new TreeSet<>();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      try (FileChannel channel =
          FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        byte[] sound = new byte[SuperblockView.SIZE];
        channel.read(ByteBuffer.wrap(sound), SUPERBLOCK);
        int number = Math.floorMod(recipe.name().hashCode(), step);
        for (Field field : SuperblockFields.LAYOUT.fields()) {
          for (byte[] value : values(field, sound)) {
            if (number++ % step == 0) {
              channel.write(changed(sound, field, value), SUPERBLOCK);
              String difference = difference(image);
              if (difference != null) {
                different.add(field.name() + " " + hex(value) + ": " + difference);
              }
            }
          }
        }
        channel.write(ByteBuffer.wrap(sound), SUPERBLOCK);
      }
    }
    assertThat(different).as("%s", recipe).isEmpty();
  }

  private static ByteBuffer changed(byte[] sound, Field field, byte[] value) {
    byte[] bytes = sound.clone();
    System.arraycopy(value, 0, bytes, field.offset(), value.length);
    ByteBuffer changed = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      if (!field.name().equals("s_checksum") && !field.name().equals("s_magic")) {
        SuperblockView.of(changed).seal();
      }
    } catch (CorruptionException e) {
      throw new AssertionError(e);
    }
    return changed.clear();
  }

  /** What a field may be spoilt to. */
  private static List<byte[]> values(Field field, byte[] sound) {
    byte[] now = Arrays.copyOfRange(sound, field.offset(), field.offset() + field.width());
    Set<String> seen = new LinkedHashSet<>(List.of(hex(now)));
    List<byte[]> values = new ArrayList<>();
    byte[] zeros = new byte[now.length];
    byte[] ones = new byte[now.length];
    Arrays.fill(ones, (byte) 0xFF);
    add(values, seen, zeros);
    add(values, seen, ones);
    if (now.length <= 8) {
      for (long number : new long[] {1, 2, 3, 5, 16, 127, 1000}) {
        add(values, seen, littleEndian(number, now.length));
      }
      long old = number(now);
      for (long number : new long[] {old + 1, old - 1, old * 2, old / 2, old + 8}) {
        add(values, seen, littleEndian(number, now.length));
      }
    }
    boolean bits = field.name().startsWith("s_feature") || field.name().equals("s_flags");
    for (int bit = 0; bit < 8 * now.length; bit += bits ? 1 : 8 * now.length - 1) {
      byte[] flipped = now.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      add(values, seen, flipped);
    }
    return values;
  }

  private static void add(List<byte[]> values, Set<String> seen, byte[] value) {
    if (seen.add(hex(value))) {
      values.add(value);
    }
  }

  private static long number(byte[] bytes) {
    long number = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      number = number << 8 | (bytes[i] & 0xFF);
    }
    return number;
  }

  private static byte[] littleEndian(long number, int width) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = (byte) (number >>> (8 * i));
    }
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  private static @org.jspecify.annotations.Nullable String difference(Path image)
      throws IOException {
    E2fsck.Verdict theirs = E2fsck.check(image);
    FsckReport ours;
    long now = System.currentTimeMillis() / MILLISECONDS;
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
      ours =
          Fsck.check(device, FsckOptions.at(now), Fsck.View.ON_DISK, ProgressListener.NONE)
              .report();
    } catch (Ext4Exception e) {
      boolean explained =
          theirs.output().contains("trying backup blocks")
              || String.valueOf(e.getMessage()).contains("impossible descriptor size");
      return theirs.clean() && !explained ? "refused here: " + e.getMessage() : null;
    }
    boolean byBackup = ours.counts().containsKey(ProblemCode.SUPERBLOCK_UNUSABLE);
    if (ours.isClean() && !theirs.clean()) {
      return byBackup && NO_BACKUP.matcher(theirs.output()).find()
          ? null
          : "missed: " + theirs.problems();
    }
    boolean explained =
        OURS_ALONE.containsAll(errors(ours)) || theirs.output().contains("trying backup blocks");
    return theirs.clean() && !ours.isClean() && !explained ? "only here: " + ours.problems() : null;
  }

  private static Set<ProblemCode> errors(FsckReport report) {
    return report.counts().keySet().stream()
        .filter(code -> code.severity() != Problem.Severity.WARNING)
        .collect(Collectors.toSet());
  }
}
