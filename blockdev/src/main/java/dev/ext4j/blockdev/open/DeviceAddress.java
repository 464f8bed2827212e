package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.posix.PosixBlockDevice;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a file system is, as a user writes it: {@code IMG}, {@code IMG@p2}, {@code IMG@LABEL=root}
 * or {@code IMG?offset=1048576}.
 *
 * @param path the image file or block device
 * @param place where in it
 */
public record DeviceAddress(String path, Place place) {
  private static final Pattern OFFSET = Pattern.compile("(.+)\\?offset=([^?]*)", Pattern.DOTALL);
  private static final Pattern LABEL = Pattern.compile("(.+?)@LABEL=(.*)", Pattern.DOTALL);
  private static final Pattern PARTITION = Pattern.compile("(.+)@p([0-9]*)", Pattern.DOTALL);
  private static final Pattern NUMBER = Pattern.compile("(0[xX][0-9a-fA-F]+|[0-9]+)([KMGTs]?)");
  private static final Pattern SOME_SUFFIX = Pattern.compile("(.+)([@?][^/]*)", Pattern.DOTALL);
  private static final int SECTOR = 512;

  /** Where in the image or device a file system lies. */
  public sealed interface Place {
    /** Wherever one is recognised: on the whole device, or on the one partition that has it. */
    record Anywhere() implements Place {}

    /** The partition with a number, from 1. */
    record PartitionNumber(int number) implements Place {
      /** Checks the number. */
      public PartitionNumber {
        if (number < 1) {
          throw new IllegalArgumentException("partitions are numbered from 1, not " + number);
        }
      }
    }

    /** The one file system with a label. */
    record Label(String text) implements Place {
      /** Checks that there is one. */
      public Label {
        if (text.isEmpty()) {
          throw new IllegalArgumentException("@LABEL= needs a label behind it");
        }
      }
    }

    /** From a byte on to the end. */
    record Offset(long startByte) implements Place {
      /** Checks the offset. */
      public Offset {
        if (startByte < 0) {
          throw new IllegalArgumentException("negative offset: " + startByte);
        }
      }
    }
  }

  /** The whole device, or the one partition that has a file system. */
  public static DeviceAddress of(String path) {
    return new DeviceAddress(path, new Place.Anywhere());
  }

  /**
   * Reads an address. A file that is really named so, suffix and all, is what is meant; only if
   * there is none, the suffix counts. An offset is in bytes, decimal or 0x hexadecimal, or in
   * units: K M G T (powers of 1024), s (sectors of 512 bytes).
   *
   * @throws IllegalArgumentException if the text is no address; the message says why
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
    // Of several ways to split, the one with the longest path that exists; else a label may hold
    // what looks like another suffix.
    for (Pattern pattern : List.of(PARTITION, OFFSET, LABEL)) {
      Matcher split = pattern.matcher(text);
      if (split.matches() && exists.test(split.group(1))) {
        return new DeviceAddress(split.group(1), place(pattern, split.group(2)));
      }
    }
    for (Pattern pattern : List.of(OFFSET, LABEL, PARTITION)) {
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
              + " is none of @pNUMBER, @LABEL=TEXT, ?offset=BYTES");
    }
    return of(text);
  }

  private static Place place(Pattern pattern, String value) {
    if (pattern.equals(OFFSET)) {
      return new Place.Offset(byteCount(value));
    }
    return pattern.equals(LABEL)
        ? new Place.Label(value)
        : new Place.PartitionNumber(number(value));
  }

  /**
   * The same image from a byte on, for an option that gives the offset apart.
   *
   * @throws IllegalArgumentException if the address already says where in the image to look
   */
  public DeviceAddress withOffset(long startByte) {
    if (!(place instanceof Place.Anywhere)) {
      throw new IllegalArgumentException(
          "an offset and " + this + " contradict each other: give one of them");
    }
    return new DeviceAddress(path, new Place.Offset(startByte));
  }

  /** The address as a user would write it. */
  @Override
  public String toString() {
    if (place instanceof Place.PartitionNumber partition) {
      return path + "@p" + partition.number();
    }
    if (place instanceof Place.Label label) {
      return path + "@LABEL=" + label.text();
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
