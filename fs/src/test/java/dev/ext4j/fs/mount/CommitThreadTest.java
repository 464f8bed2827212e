package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of commits that no caller asks for. The clock stands still unless a test moves it. */
@Timeout(100)
class CommitThreadTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  private final MemoryBlockDevice disk = SampleDisk.make();
  private final FaultyDevice device = new FaultyDevice(disk);
  private final AtomicLong nanos = new AtomicLong();
  private final Semaphore commits = new Semaphore(0);

  private Mount open() throws IOException {
    Mount mount =
        new Mount(
            device, MountOptions.readWrite().withCommitInterval(INTERVAL).withNanos(nanos::get));
    mount.volume().journal().observe(transaction -> commits.release());
    return mount;
  }

  private static Inode inode(Mount mount, String path) throws IOException {
    return mount.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
  }

  private static void change(Mount mount) throws IOException {
    ContentChange.noteAlone(inode(mount, "/data.bin"), mount.volume());
  }

  private void letPass(Mount mount, long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    mount.wakeCommitThread();
  }

  @Test
  void changeAndThenNone_isCommittedAfterTheIdleTime() throws Exception {
    try (Mount mount = open()) {
      change(mount);
      assertThat(mount.volume().journal().hasUncommitted()).isTrue();
      letPass(mount, 200);
      commits.acquire();
      assertThat(mount.volume().journal().hasUncommitted()).isFalse();
    }
  }

  @Test
  void changesThatGoOn_areCommittedAfterTheInterval() throws Exception {
    try (Mount mount = open()) {
      for (int i = 0; i < 49; i++) {
        change(mount);
        letPass(mount, 100);
      }
      assertThat(commits.availablePermits()).isZero();
      change(mount);
      letPass(mount, 100);
      commits.acquire();
    }
  }

  @Test
  void operation_isNotCommittedByItselfAndItsContentIsRead() throws Exception {
    try (Mount mount = open()) {
      Inode file = inode(mount, "/data.bin");
      FileContent content = new FileContent(file, mount.volume());
      content.writeDirect(0, filled(mount, 7));
      content.force();
      commits.drainPermits();
      new PunchHole(file, mount.volume(), 10, 100, ProgressListener.NONE).punch();
      assertThat(commits.availablePermits()).isZero();
      assertThat(mount.volume().journal().changesContent()).isTrue();
      requireHole(content, mount, false);
      requireHole(content, mount, true);
      mount.volume().sync();
      assertThat(mount.volume().journal().changesContent()).isFalse();
      requireHole(content, mount, false);
      requireHole(content, mount, true);
    }
  }

  private static ByteBuffer filled(Mount mount, int value) {
    byte[] bytes = new byte[mount.geometry().blockSize()];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private static void requireHole(FileContent content, Mount mount, boolean direct)
      throws IOException {
    ByteBuffer read = filled(mount, 1);
    int count = direct ? content.readDirect(0, read) : content.read(0, read);
    assertThat(count).isEqualTo(read.capacity());
    for (int i = 0; i < read.capacity(); i++) {
      assertThat(read.get(i)).as("byte %d", i).isEqualTo((byte) (i >= 10 && i < 110 ? 0 : 7));
    }
  }

  @Test
  void dirtyPages_areWrittenBackAndCommitted() throws Exception {
    try (Mount mount = open()) {
      FileContent content = new FileContent(inode(mount, "/hello.txt"), mount.volume());
      content.write(0, ByteBuffer.wrap("Hallo".getBytes(StandardCharsets.UTF_8)));
      letPass(mount, 200);
      commits.acquire();
      while (mount.volume().pages().dirtyCount() > 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void failedCommit_isToldByTheClose() throws Exception {
    Mount mount = open();
    change(mount);
    device.failRange(Operation.WRITE, 0, disk.size(), Errno.EIO);
    letPass(mount, 200);
    while (!mount.volume().journal().isAborted()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(mount::close).isInstanceOf(IOException.class);
  }

  @Test
  void close_commitsWhatIsLeft() throws Exception {
    try (Mount mount = open()) {
      change(mount);
    }
    assertThat(commits.availablePermits()).isEqualTo(1);
  }
}
