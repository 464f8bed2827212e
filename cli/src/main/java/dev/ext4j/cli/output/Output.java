package dev.ext4j.cli.output;

import dev.ext4j.cli.text.PrintableName;
import dev.ext4j.cli.text.RawText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The standard output or the standard error of a command. Text and numbers are written directly
 * into one buffer of bytes, so that a million rows create no garbage. The owner calls {@link
 * #flush} at the end. Every failure is an {@link OutputException}.
 */
public final class Output {
  private static final int BUFFER_SIZE = 1 << 16;
  private static final int LONGEST_NUMBER = 20;

  private final WritableByteChannel sink;
  private final boolean terminal;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private final ByteBuffer wrapped = ByteBuffer.wrap(buffer);
  private int used;
  private boolean untouched = true;

  /**
   * Creates an output to a channel.
   *
   * @param sink the channel that receives the bytes
   * @param terminal whether a terminal shows the output
   */
  public Output(WritableByteChannel sink, boolean terminal) {
    this.sink = sink;
    this.terminal = terminal;
  }

  /** Returns whether control characters would reach a terminal. */
  public boolean isTerminal() {
    return terminal;
  }

  /** Returns whether nothing has been written, not even to the buffer. */
  public boolean isUntouched() {
    return untouched && used == 0;
  }

  /** Writes text that is encoded as {@link RawText} does it. */
  public Output text(String text) throws OutputException {
    int length = text.length();
    if (length > BUFFER_SIZE) {
      return bytes(RawText.encode(text));
    }
    reserve(length);
    int at = used;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return bytes(RawText.encode(text));
      }
      buffer[at++] = (byte) c;
    }
    used = at;
    return this;
  }

  /**
   * Writes a name from an image. If the name has control characters or the output is a terminal,
   * the name is escaped so that it cannot look like anything else.
   */
  public Output name(String name) throws OutputException {
    return text(terminal ? PrintableName.of(name) : PrintableName.ofControls(name));
  }

  /** Writes one ASCII character. */
  public Output ascii(char c) throws OutputException {
    reserve(1);
    buffer[used++] = (byte) c;
    return this;
  }

  /** Ends the line. */
  public Output line() throws OutputException {
    return ascii('\n');
  }

  /** Writes text and ends the line. */
  public Output line(String text) throws OutputException {
    return text(text).line();
  }

  /** Writes blanks. */
  public Output blanks(int count) throws OutputException {
    for (int i = 0; i < count; i++) {
      ascii(' ');
    }
    return this;
  }

  /** Writes ASCII text, with blanks before it if it is narrower than {@code width}. */
  public Output right(String text, int width) throws OutputException {
    return blanks(width - text.length()).text(text);
  }

  /** Writes ASCII text, with blanks after it if it is narrower than {@code width}. */
  public Output left(String text, int width) throws OutputException {
    return text(text).blanks(width - text.length());
  }

  /** Writes a number. */
  public Output number(long value) throws OutputException {
    return number(value, 0);
  }

  /** Writes a number, with blanks before it if it is narrower than {@code width}. */
  public Output number(long value, int width) throws OutputException {
    if (value < 0) {
      return right(Long.toString(value), width);
    }
    int digits = digits(value);
    int total = Math.max(digits, width);
    reserve(Math.max(total, LONGEST_NUMBER));
    int at = used + total;
    used = at;
    long rest = value;
    for (int i = 0; i < digits; i++) {
      long quotient = rest / 10;
      buffer[--at] = (byte) ('0' + (rest - quotient * 10));
      rest = quotient;
    }
    for (int i = digits; i < total; i++) {
      buffer[--at] = ' ';
    }
    return this;
  }

  /** Returns the number of digits of a number that is at least 0. */
  public static int digits(long value) {
    int digits = 1;
    long bound = 10;
    while (digits < 19 && value >= bound) {
      digits++;
      bound *= 10;
    }
    return digits;
  }

  /** Writes bytes. */
  public Output bytes(byte[] bytes) throws OutputException {
    return bytes(bytes, 0, bytes.length);
  }

  /** Writes some bytes of an array. */
  public Output bytes(byte[] bytes, int start, int count) throws OutputException {
    if (count > BUFFER_SIZE - used) {
      drain();
    }
    if (count > BUFFER_SIZE) {
      write(ByteBuffer.wrap(bytes, start, count));
    } else {
      System.arraycopy(bytes, start, buffer, used, count);
      used += count;
    }
    return this;
  }

  /** Writes the remaining bytes of a buffer. */
  public Output bytes(ByteBuffer source) throws OutputException {
    drain();
    write(source);
    return this;
  }

  /**
   * Returns a stream that writes to this output, for a library that needs one. Closing the stream
   * has no effect.
   */
  public OutputStream asStream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        ascii((char) (b & 0xFF));
      }

      @Override
      public void write(byte[] source, int start, int count) throws IOException {
        bytes(source, start, count);
      }
    };
  }

  /** Passes all buffered bytes to the sink. */
  public void flush() throws OutputException {
    drain();
  }

  private void reserve(int count) throws OutputException {
    if (count > BUFFER_SIZE - used) {
      drain();
    }
  }

  private void drain() throws OutputException {
    int count = used;
    used = 0; // also after a failure, because a failed write must not be repeated
    if (count > 0) {
      write(wrapped.clear().limit(count));
    }
  }

  private void write(ByteBuffer source) throws OutputException {
    untouched = false;
    try {
      while (source.hasRemaining()) {
        sink.write(source);
      }
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }
}
