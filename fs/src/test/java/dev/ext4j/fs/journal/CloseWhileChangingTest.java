package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.FileContent;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of a file system that is closed while another thread changes a file. */
class CloseWhileChangingTest {
  /** A device whose writes wait until the test lets them go on. */
  private static final class SlowStart extends ForwardingDevice {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    SlowStart(MemoryBlockDevice inner) {
      super(inner);
    }

    @Override
    public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
      reached.countDown();
      try {
        if (!goOn.await(60, TimeUnit.SECONDS)) {
          throw new IOException("nobody let the write go on");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      super.writeFully(byteOffset, source);
    }
  }

  @Test
  void close_waitsForWhatIsUnderWay_andRefusesWhatComesLater() throws Exception {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = judge.make(ImageRecipe.of("closing", "ext4", 1024, 8 << 20));
      new DebugfsFiles(judge, image).dense("f", 20 * 1024);
      MemoryBlockDevice disk = Judge.load(image);
      SlowStart device = new SlowStart(disk);
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
        Ext4File file = fs.file(FileAddress.path("/f".getBytes(StandardCharsets.UTF_8)));
        Future<?> punch =
            threads.submit(
                () -> {
                  file.punch(0, 10 * 1024, ProgressListener.NONE);
                  return null;
                });
        assertThat(device.reached.await(60, TimeUnit.SECONDS)).isTrue();
        Future<?> close =
            threads.submit(
                () -> {
                  fs.close();
                  return null;
                });
        assertThatThrownBy(() -> close.get(300, TimeUnit.MILLISECONDS))
            .isInstanceOf(java.util.concurrent.TimeoutException.class);
        device.goOn.countDown();
        punch.get(60, TimeUnit.SECONDS);
        close.get(60, TimeUnit.SECONDS);
        assertThatThrownBy(() -> file.punch(0, 1, ProgressListener.NONE))
            .isInstanceOfSatisfying(
                FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF));
      } finally {
        threads.shutdownNow();
      }
      judge.requireClean(disk, "closed");
      FileContent.of(disk, "/f").requireZero(0, 10 * 1024, "the hole");
    }
  }
}
