import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A measurement of one library call in a program that is already running: {@code Calls IMAGE FILE
 * collapse|insert}. The call shifts the file by one block at its beginning, and is durable when it
 * returns. The kernel is measured in the same way, by a call in a mount.
 */
public final class Calls {
  private static final int UNTIMED = 6;
  private static final int TIMED = 5;

  private Calls() {}

  public static void main(String[] args) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(args[0], AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FileAddress.path(args[1].getBytes(StandardCharsets.UTF_8)));
      double[] seconds = new double[TIMED];
      for (int i = -UNTIMED; i < TIMED; i++) {
        long begin = System.nanoTime();
        if (args[2].equals("collapse")) {
          file.collapse(0, Images.BLOCK, ProgressListener.NONE);
        } else {
          file.insert(0, Images.BLOCK, ProgressListener.NONE);
        }
        if (i >= 0) {
          seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
      }
      Arrays.sort(seconds);
      System.out.printf(Locale.ROOT, "TIME %.9f%n", seconds[TIMED / 2]);
    }
  }
}
