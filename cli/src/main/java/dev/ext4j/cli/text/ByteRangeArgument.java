package dev.ext4j.cli.text;

import java.util.List;

/**
 * A range of bytes in a file, written as {@code OFF LEN} or as {@code OFF..END}, where END is the
 * first byte after the range. This class accepts a length of 0. The file system refuses it, as
 * fallocate(2) does.
 */
public final class ByteRangeArgument {
  private final ByteSize start;
  private final ByteSize lengthOrEnd;
  private final boolean isEnd;

  private ByteRangeArgument(ByteSize start, ByteSize lengthOrEnd, boolean isEnd) {
    this.start = start;
    this.lengthOrEnd = lengthOrEnd;
    this.isEnd = isEnd;
  }

  /** Parses a range from one word or two words. */
  public static ByteRangeArgument parse(List<String> words) throws UsageException {
    if (words.size() == 2) {
      return new ByteRangeArgument(
          ByteSize.parse(words.get(0)), ByteSize.parse(words.get(1)), false);
    }
    int dots = words.size() == 1 ? words.get(0).indexOf("..") : -1;
    if (dots < 0) {
      throw new UsageException(
          "want a range as two words OFF LEN or as one word OFF..END, not '"
              + String.join(" ", words)
              + "'");
    }
    String word = words.get(0);
    return new ByteRangeArgument(
        ByteSize.parse(word.substring(0, dots)), ByteSize.parse(word.substring(dots + 2)), true);
  }

  /** Returns the first byte of the range. */
  public long offset(int blockSize) throws UsageException {
    return start.bytes(blockSize);
  }

  /** Returns the number of bytes of the range, which may be 0. */
  public long length(int blockSize) throws UsageException {
    long value = lengthOrEnd.bytes(blockSize);
    if (!isEnd) {
      return value;
    }
    long first = start.bytes(blockSize);
    if (value < first) {
      throw new UsageException(
          "the range " + start + ".." + lengthOrEnd + " ends before it starts");
    }
    return value - first;
  }
}
