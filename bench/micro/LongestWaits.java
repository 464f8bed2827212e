import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Ext4Probe;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A measurement of the longest waits while a hole over a million extents is punched. It shows how
 * long the longest uncached read and the longest write take, in the same file and in another file.
 */
public final class LongestWaits {
  private static final int BLOCK = 4096;

  private LongestWaits() {}

  /** A thread that repeats an operation and records the longest time that it took. */
  private static final class Worker extends Thread {
    private final Turn turn;
    private final AtomicBoolean ended;
    private long count;
    private long longest;
    private IOException failure;

    Worker(AtomicBoolean ended, Turn turn) {
      this.turn = turn;
      this.ended = ended;
    }

    @Override
    public void run() {
      try {
        while (!ended.get()) {
          long begun = System.nanoTime();
          turn.run();
          longest = Math.max(longest, System.nanoTime() - begun);
          count++;
        }
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  private interface Turn {
    void run() throws IOException;
  }

  public static void main(String[] args) throws Exception {
    Path work = Path.of(args.length > 0 ? args[0] : "/dev/shm/ext4j-bench");
    Files.createDirectories(work);
    Path image = new Images(work).fragmentedBesideAnother("frag-1m-other.img");
    Path copy = work.resolve("waits.img");
    for (String kind : new String[] {"the same file", "another file"}) {
      Process copying =
          new ProcessBuilder("cp", "--sparse=always", image.toString(), copy.toString()).start();
      if (copying.waitFor() != 0) {
        throw new IOException("cannot copy " + image);
      }
      measure(copy, kind);
    }
    Files.delete(copy);
  }

  private static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
  }

  private static void measure(Path image, String kind) throws Exception {
    try (BlockDevice device =
            Devices.open(
                DeviceAddress.of(image.toString()), AccessMode.READ_WRITE, new Ext4Probe());
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      Ext4File frag = file(fs, "/frag");
      long hole = frag.stat().size() - 1000L * BLOCK;
      boolean same = kind.startsWith("the same");
      Ext4File beside = same ? frag : file(fs, "/other");
      long from = same ? hole : 0;
      AtomicBoolean ended = new AtomicBoolean();
      Random random = new Random(1);
      ByteBuffer read = ByteBuffer.allocate(BLOCK);
      ByteBuffer written = ByteBuffer.allocate(BLOCK);
      Worker reader =
          new Worker(
              ended,
              () -> beside.readDirect(from + random.nextInt(400) * 2L * BLOCK, read.clear()));
      Worker writer =
          new Worker(
              ended, () -> beside.write(from + random.nextInt(400) * 2L * BLOCK, written.clear()));
      long begun = System.nanoTime();
      AtomicBoolean half = new AtomicBoolean();
      ProgressListener progress =
          (done, total) -> {
            if (half.compareAndSet(false, true)) {
              reader.start();
              writer.start();
            }
          };
      frag.punch(0, hole, progress);
      double seconds = (System.nanoTime() - begun) / 1e9;
      Thread.sleep(200);
      ended.set(true);
      reader.join();
      writer.join();
      for (Worker worker : new Worker[] {reader, writer}) {
        if (worker.failure != null) {
          throw worker.failure;
        }
      }
      System.out.printf(
          "beside a hole over a million extents, %.3f s, in %s: longest of %d reads %.3f s, of %d"
              + " writes %.3f s%n",
          seconds,
          kind,
          reader.count,
          reader.longest / 1e9,
          writer.count,
          writer.longest / 1e9);
    }
  }
}
