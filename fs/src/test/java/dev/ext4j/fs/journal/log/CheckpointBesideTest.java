package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mount.SmallTransactions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of a checkpoint of the whole log beside a checkpoint of its oldest transactions. */
@Timeout(100)
class CheckpointBesideTest {
  private static final int SECONDS = 60;

  /** A device that holds the first flush of one thread and the first write of another. */
  private static final class Held extends ForwardingDevice {
    private final Semaphore flushing = new Semaphore(0);
    private final Semaphore writing = new Semaphore(0);
    private final Semaphore mayFlush = new Semaphore(0);
    private final Semaphore mayWrite = new Semaphore(0);
    private volatile @Nullable Thread flusher;
    private volatile @Nullable Thread writer;

    Held(BlockDevice inner) {
      super(inner);
    }

    @Override
    public void flush() throws IOException {
      if (Thread.currentThread() == flusher) {
        flusher = null;
        flushing.release();
        mayFlush.acquireUninterruptibly();
      }
      super.flush();
    }

    @Override
    public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
      if (Thread.currentThread() == writer) {
        writer = null;
        writing.release();
        mayWrite.acquireUninterruptibly();
      }
      super.writeFully(byteOffset, source);
    }
  }

  @Test
  void blockThatIsBeingWrittenHome_isHeldByTheLogUntilThen() throws Exception {
    Held device = new Held(SampleDisk.make());
    SmallTransactions mount = new SmallTransactions(device, 200);
    LogCommit log = mount.method();
    Inode file = mount.file("/data.bin");
    long block = logBlocks(mount, file);
    assertThat(log.beginCheckpoint()).isTrue();

    FutureTask<Boolean> whole = task(log::checkpoint);
    Thread flusher = new Thread(whole);
    device.flusher = flusher;
    flusher.start();
    device.flushing.acquire(); // all blocks are home, but the log still has them

    FutureTask<Boolean> oldest = task(log::writeOldestHome);
    Thread writer = new Thread(oldest);
    device.writer = writer;
    writer.start();
    device.writing.acquire(); // it is about to write the old content of the block

    device.mayFlush.release();
    while (flusher.getState() != Thread.State.BLOCKED && !whole.isDone()) {
      Thread.onSpinWait();
    }
    assertThat(log.holds(block, 1)).as("must not be written past the log yet").isTrue();
    device.mayWrite.release();
    assertThat(whole.get(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(oldest.get(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(log.holds(block, 1)).isFalse();
    mount.finish();
  }

  /** Logs blocks of a file in three transactions, and returns a block of the first one. */
  private static long logBlocks(SmallTransactions mount, Inode file) throws IOException {
    FileContent content = new FileContent(file, mount.volume());
    int blockSize = mount.mount().geometry().blockSize();
    for (int i = 0; i < 3; i++) {
      content.writeDirect(5L * i * blockSize, ByteBuffer.allocate(blockSize));
      mount.volume().journal().commit();
    }
    return new BlockMapper(file, mount.volume()).extents().lookup(0).physicalBlock();
  }

  private interface Step {
    void run() throws IOException;
  }

  private static FutureTask<Boolean> task(Step step) {
    return new FutureTask<>(
        () -> {
          step.run();
          return true;
        });
  }
}
