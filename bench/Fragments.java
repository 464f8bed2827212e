import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes every second block of a file, so that it gets as many extents. */
final class Fragments {
  private Fragments() {}

  /** {@code Fragments FILE COUNT}. */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Integer.parseInt(args[1]));
  }

  static void write(Path path, int extents) throws IOException {
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(Images.BLOCK);
      for (int i = 0; i < extents; i++) {
        file.write(block.clear(), 2L * i * Images.BLOCK);
      }
    }
  }
}
