import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/** A program that writes every second block of a file, so that each written block is an extent. */
final class Fragments {
  private Fragments() {}

  /**
   * Runs {@code Fragments FILE COUNT [durable]}. With the last word each block is durable by
   * itself.
   */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), Integer.parseInt(args[1]), args.length > 2);
  }

  static void write(Path path, int extents, boolean eachDurable) throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.CREATE);
    options.add(StandardOpenOption.WRITE);
    if (eachDurable) {
      options.add(StandardOpenOption.DSYNC);
    }
    try (FileChannel file = FileChannel.open(path, options)) {
      ByteBuffer block = ByteBuffer.allocateDirect(Images.BLOCK);
      for (int i = 0; i < extents; i++) {
        file.write(block.clear(), 2L * i * Images.BLOCK);
      }
    }
  }
}
