package dev.ext4j.fs.format;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.E2fsck;
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

/**
 * A structure of a sound image, in which one field after the other gets each value at the edge of
 * its range. Both checkers judge each image. Differences that docs/FSCK.md does not explain are
 * returned.
 */
final class FieldSweep {
  private static final long MILLISECONDS = 1000;

  /**
   * The output of e2fsck if it finds no backup. The checker of ext4j looks for backups in more
   * places.
   */
  private static final Pattern NO_BACKUP =
      Pattern.compile("superblock despite errors|could not be read|while using the backup");

  /**
   * The problems that e2fsck -n also sees without counting them as errors, or does not look for.
   */
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

  /** A way to make the checksum of a structure valid. */
  interface Seal {
    void seal(ByteBuffer structure) throws IOException;
  }

  private final Path image;
  private final long byteOffset;
  private final int byteCount;
  private final ByteOrder order;
  private final Seal seal;

  /** Makes a sweep over a structure at an offset of an image file. */
  FieldSweep(Path image, long byteOffset, int byteCount, ByteOrder order, Seal seal) {
    this.image = image;
    this.byteOffset = byteOffset;
    this.byteCount = byteCount;
    this.order = order;
    this.seal = seal;
  }

  /**
   * Returns the differences after each {@code step}th change of the fields. The image is restored.
   */
  Set<String> differences(List<Field> fields, int step) throws IOException {
    Set<String> different = new TreeSet<>();
    try (FileChannel channel =
        FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      byte[] sound = new byte[byteCount];
      channel.read(ByteBuffer.wrap(sound), byteOffset);
      int number = Math.floorMod(image.getFileName().hashCode(), step);
      for (Field field : fields) {
        for (byte[] value : values(field, sound)) {
          if (number++ % step == 0) {
            channel.write(changed(sound, field, value), byteOffset);
            String difference = difference();
            if (difference != null) {
              different.add(field.name() + " " + hex(value) + ": " + difference);
            }
          }
        }
      }
      channel.write(ByteBuffer.wrap(sound), byteOffset);
    }
    return different;
  }

  private ByteBuffer changed(byte[] sound, Field field, byte[] value) throws IOException {
    byte[] bytes = sound.clone();
    System.arraycopy(value, 0, bytes, field.offset(), value.length);
    ByteBuffer changed = ByteBuffer.wrap(bytes).order(order);
    if (!field.name().equals("s_checksum")) {
      seal.seal(changed);
    }
    return changed.clear();
  }

  /** Returns the values that a field is changed to. */
  private List<byte[]> values(Field field, byte[] sound) {
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
        add(values, seen, encoded(number, now.length));
      }
      long old = number(now);
      for (long number : new long[] {old + 1, old - 1, old * 2, old / 2, old + 8}) {
        add(values, seen, encoded(number, now.length));
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

  private long number(byte[] bytes) {
    long number = 0;
    for (int i = 0; i < bytes.length; i++) {
      number = number << 8 | (bytes[place(i, bytes.length)] & 0xFF);
    }
    return number;
  }

  private byte[] encoded(long number, int width) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[place(i, width)] = (byte) (number >>> (8 * (width - 1 - i)));
    }
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  /** Returns the place of digit {@code i} of a number, where digit 0 is the highest one. */
  private int place(int i, int width) {
    return order == ByteOrder.BIG_ENDIAN ? i : width - 1 - i;
  }

  private @org.jspecify.annotations.Nullable String difference() throws IOException {
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
