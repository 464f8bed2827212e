package dev.ext4j.cli.show.structure;

import dev.ext4j.cli.output.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes in hexadecimal and in ASCII, 16 in a line. A star stands for any number of lines that equal
 * the line before them. The last line has only the offset of the end.
 */
public final class HexText {
  private static final int LINE = 16;
  private static final HexFormat HEX = HexFormat.of();

  private final Output out;

  /** Creates a printer of bytes. */
  public HexText(Output out) {
    this.out = out;
  }

  /**
   * Prints the remaining bytes of a buffer.
   *
   * @param firstOffset the offset that is printed for the first byte
   */
  public void print(ByteBuffer bytes, int firstOffset) throws IOException {
    byte[] all = new byte[bytes.remaining()];
    bytes.duplicate().get(all);
    boolean folded = false;
    for (int at = 0; at < all.length; at += LINE) {
      int end = Math.min(at + LINE, all.length);
      boolean repeated =
          at > 0 && end - at == LINE && Arrays.equals(all, at - LINE, at, all, at, end);
      if (!repeated) {
        line(all, at, end, firstOffset);
      } else if (!folded) {
        out.line("*");
      }
      folded = repeated;
    }
    out.line(HEX.toHexDigits(firstOffset + all.length));
  }

  private void line(byte[] bytes, int start, int end, int firstOffset) throws IOException {
    out.text(HEX.toHexDigits(firstOffset + start)).ascii(' ');
    for (int at = start; at < start + LINE; at++) {
      if (at == start + LINE / 2) {
        out.ascii(' ');
      }
      out.ascii(' ').text(at < end ? HEX.toHexDigits(bytes[at]) : "  ");
    }
    out.text("  |");
    for (int at = start; at < end; at++) {
      out.ascii(bytes[at] >= ' ' && bytes[at] < 0x7F ? (char) bytes[at] : '.');
    }
    out.line("|");
  }
}
