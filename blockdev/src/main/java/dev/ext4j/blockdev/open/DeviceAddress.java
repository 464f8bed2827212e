package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.posix.PosixBlockDevice;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The location of a file system as a user writes it: {@code IMG}, {@code IMG@p2}, {@code
 * IMG@LABEL=root}, {@code IMG@UUID=...}, {@code IMG@PARTLABEL=root} or {@code IMG?offset=1048576}.
 *
 * @param path the image file or block device
 * @param place the location of the file system in that file or device
 */
public record DeviceAddress(String path, Place place) {
  private static final Pattern OFFSET = Pattern.compile("(.+)\\?offset=([^?]*)", Pattern.DOTALL);
  private static final Pattern LABEL = Pattern.compile("(.+?)@LABEL=(.*)", Pattern.DOTALL);
  private static final Pattern UUID = Pattern.compile("(.+?)@UUID=(.*)", Pattern.DOTALL);
  private static final Pattern PARTITION_LABEL =
      Pattern.compile("(.+?)@PARTLABEL=(.*)", Pattern.DOTALL);
  private static final Pattern PARTITION = Pattern.compile("(.+)@p([0-9]*)", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+)([KMGTs]?)");
  private static final Pattern SOME_SUFFIX = Pattern.compile("(.+)([@?][^/]*)", Pattern.DOTALL);
  private static final int SECTOR = 512;

  /** The location of a file system in an image or on a device. */
  public sealed interface Place {
    /**
     * The whole device if it holds a recognised file system, otherwise the only partition that
     * holds one.
     */
    record Anywhere() implements Place {}

    /** The partition with a number, counted from 1. */
    record PartitionNumber(int number) implements Place {
      /** Checks the number. */
      public PartitionNumber {
        if (number < 1) {
          throw new IllegalArgumentException("partitions are numbered from 1, not " + number);
        }
      }
    }

    /** The only file system with a given label. */
    record Label(String text) implements Place {
      /** Checks that the label is not empty. */
      public Label {
        if (text.isEmpty()) {
          throw new IllegalArgumentException("@LABEL= needs a label behind it");
        }
      }
    }

    /** The only file system with a given UUID. */
    record Uuid(String text) implements Place {
      /** Checks that the UUID is not empty, and puts it into lower case. */
      public Uuid {
        if (text.isEmpty()) {
          throw new IllegalArgumentException("@UUID= needs a UUID behind it");
        }
        text = text.toLowerCase(Locale.ROOT);
      }
    }

    /** The only partition with a given name in its partition table, which is a GPT. */
    record PartitionLabel(String text) implements Place {
      /** Checks that the name is not empty. */
      public PartitionLabel {
        if (text.isEmpty()) {
          throw new IllegalArgumentException("@PARTLABEL= needs a name behind it");
        }
      }
    }

    /** The range from a byte to the end of the device. */
    record Offset(long startByte) implements Place {
      /** Checks the offset. */
      public Offset {
        if (startByte < 0) {
          throw new IllegalArgumentException("negative offset: " + startByte);
        }
      }
    }
  }

  /** Returns the address of the whole device, or of the only partition that has a file system. */
  public static DeviceAddress of(String path) {
    return new DeviceAddress(path, new Place.Anywhere());
  }

  /**
   * Parses an address. If a file has the whole text as its name, suffix included, the address means
   * that file. The suffix is parsed only if no such file exists. An offset is a number in decimal
   * or in hexadecimal with 0x. Its unit is bytes, or one of K, M, G, T (powers of 1024) or s
   * (sectors of 512 bytes).
   *
   * @throws IllegalArgumentException if the text is not an address; the message gives the reason
   */
  public static DeviceAddress parse(String text) {
    return parse(text, PosixBlockDevice::exists);
  }

  static DeviceAddress parse(String text, Predicate<String> exists) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the name of an image or device is empty");
    }
    boolean plain = text.indexOf('@') < 0 && text.indexOf('?') < 0;
    if (plain || exists.test(text)) {
      return of(text);
    }
    // If the text can be split in several ways, the longest path that exists is preferred. If no
    // path exists, the order differs, because a label may contain text that looks like another
    // suffix.
    for (Pattern pattern : List.of(PARTITION, OFFSET, LABEL, UUID, PARTITION_LABEL)) {
      Matcher split = pattern.matcher(text);
      if (split.matches() && exists.test(split.group(1))) {
        return new DeviceAddress(split.group(1), place(pattern, split.group(2)));
      }
    }
    for (Pattern pattern : List.of(OFFSET, LABEL, UUID, PARTITION_LABEL, PARTITION)) {
      Matcher split = pattern.matcher(text);
      if (split.matches()) {
        return new DeviceAddress(split.group(1), place(pattern, split.group(2)));
      }
    }
    Matcher suffix = SOME_SUFFIX.matcher(text);
    if (suffix.matches() && exists.test(suffix.group(1))) {
      throw new IllegalArgumentException(
          "there is no file "
              + text
              + ", and "
              + suffix.group(2)
              + " is none of @pNUMBER, @LABEL=TEXT, @UUID=UUID, @PARTLABEL=TEXT, ?offset=BYTES");
    }
    return of(text);
  }

  private static Place place(Pattern pattern, String value) {
    if (pattern.equals(OFFSET)) {
      return new Place.Offset(byteCount(value));
    }
    if (pattern.equals(LABEL)) {
      return new Place.Label(value);
    }
    if (pattern.equals(UUID)) {
      return new Place.Uuid(value);
    }
    return pattern.equals(PARTITION_LABEL)
        ? new Place.PartitionLabel(value)
        : new Place.PartitionNumber(number(value));
  }

  /**
   * Returns an address of the same image with a file system that starts at {@code startByte}. It
   * serves a command line option that gives the offset separately.
   *
   * @throws IllegalArgumentException if the address already names a partition, a label or an offset
   */
  public DeviceAddress withOffset(long startByte) {
    if (!(place instanceof Place.Anywhere)) {
      throw new IllegalArgumentException(
          "an offset and " + this + " contradict each other: give one of them");
    }
    return new DeviceAddress(path, new Place.Offset(startByte));
  }

  /** Returns the address as a user would write it. */
  @Override
  public String toString() {
    if (place instanceof Place.PartitionNumber partition) {
      return path + "@p" + partition.number();
    }
    if (place instanceof Place.Label label) {
      return path + "@LABEL=" + label.text();
    }
    if (place instanceof Place.Uuid uuid) {
      return path + "@UUID=" + uuid.text();
    }
    if (place instanceof Place.PartitionLabel label) {
      return path + "@PARTLABEL=" + label.text();
    }
    if (place instanceof Place.Offset offset) {
      return path + "?offset=" + offset.startByte();
    }
    return path;
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a partition number: @p" + digits, e);
    }
  }

  private static long byteCount(String text) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an offset in bytes: " + text);
    }
    String digits = matcher.group(1);
    boolean hexadecimal = digits.length() > 1 && Character.toLowerCase(digits.charAt(1)) == 'x';
    try {
      long value = hexadecimal ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
      return Math.multiplyExact(value, unit(matcher.group(2)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("offset too large: " + text, e);
    }
  }

  private static long unit(String suffix) {
    return switch (suffix) {
      case "K" -> 1L << 10;
      case "M" -> 1L << 20;
      case "G" -> 1L << 30;
      case "T" -> 1L << 40;
      case "s" -> SECTOR;
      default -> 1;
    };
  }
}
