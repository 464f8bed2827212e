package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.Skips;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test for each way in which jnr-posix silently does the wrong thing. */
class JnrTrapsTest {
  private static final long GIB = 1L << 30;

  @TempDir Path folder;

  private String path() {
    return folder.resolve("image").toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {2 * GIB - 3, 2 * GIB, 3 * GIB, 4 * GIB - 3, 4 * GIB, 5 * GIB + 1, 40 * GIB})
  void offsetBeyond32Bits_reachesItsPlaceAndNoOther(long at) throws Exception {
    try (BlockDevice device = PosixBlockDevice.create(path(), at + 100)) {
      device.writeFully(at, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));
      device.flush();
    }
    // The check uses another implementation, so that two equal errors cannot hide each other.
    try (RandomAccessFile file = new RandomAccessFile(path(), "r")) {
      assertThat(file.length()).isEqualTo(at + 100);
      for (long other : new long[] {(int) at, at & 0xffff_ffffL, at}) {
        if (other >= 0) {
          file.seek(other);
          assertThat(file.read()).isEqualTo(other == at ? 1 : 0);
        }
      }
    }
    try (BlockDevice device = PosixBlockDevice.open(path(), AccessMode.READ_ONLY)) {
      ByteBuffer back = ByteBuffer.allocateDirect(6);
      device.readFully(at, back);
      assertThat(back.flip()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6}));
    }
  }

  @Test
  void sizeBeyond32Bits_isReportedInFull() throws Exception {
    long size = 6 * GIB + 12345;
    try (BlockDevice device = PosixBlockDevice.create(path(), size)) {
      assertThat(device.size()).isEqualTo(size);
    }
  }

  @Test
  void lengthBeyondTheBuffer_cannotBeAskedFor() throws Exception {
    try (BlockDevice device = PosixBlockDevice.create(path(), 1 << 20)) {
      device.writeFully(0, ByteBuffer.wrap(new byte[] {9, 9, 9, 9, 9, 9, 9, 9}));
      // The bytes beyond the limit belong to the caller, even inside one allocation.
      for (ByteBuffer whole : List.of(ByteBuffer.allocateDirect(64), ByteBuffer.allocate(64))) {
        device.readFully(0, whole.duplicate().limit(3));
        assertThat(whole.get(2)).isEqualTo((byte) 9);
        assertThat(whole.get(3)).isEqualTo((byte) 0);
        device.readFully(0, whole.slice(32, 4));
        assertThat(whole.get(31)).isEqualTo((byte) 0);
        assertThat(whole.get(35)).isEqualTo((byte) 9);
        assertThat(whole.get(36)).isEqualTo((byte) 0);
      }
    }
  }

  @Test
  void readOnlyDirectBuffer_isNotWrittenThrough() throws Exception {
    try (BlockDevice device = PosixBlockDevice.create(path(), 4096)) {
      device.writeFully(0, ByteBuffer.wrap(new byte[] {9}));
      ByteBuffer buffer = ByteBuffer.allocateDirect(1);
      assertThatThrownBy(() -> device.readFully(0, buffer.asReadOnlyBuffer()))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThat(buffer.get(0)).isEqualTo((byte) 0);
    }
  }

  @Test
  void readOnlyMapping_isNotWrittenThrough() throws Exception {
    Path mapped = Files.write(folder.resolve("mapped"), new byte[4096]);
    try (BlockDevice device = PosixBlockDevice.create(path(), 4096);
        FileChannel channel = FileChannel.open(mapped, StandardOpenOption.READ)) {
      ByteBuffer target = channel.map(FileChannel.MapMode.READ_ONLY, 0, 4096);
      assertThatThrownBy(() -> device.readFully(0, target))
          .isInstanceOf(ReadOnlyBufferException.class);
      device.writeFully(0, target);
    }
  }

  @Test
  void readOnlyHeapBuffer_isWrittenFromInPieces() throws Exception {
    byte[] bytes = new byte[(1 << 16) * 3 + 17];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    try (BlockDevice device = PosixBlockDevice.create(path(), 1 << 20)) {
      ByteBuffer source = ByteBuffer.wrap(bytes).asReadOnlyBuffer().position(5);
      device.writeFully(77, source);
      assertThat(source.hasRemaining()).isFalse();
      byte[] back = new byte[bytes.length - 5];
      device.readFully(77, ByteBuffer.wrap(back));
      assertThat(ByteBuffer.wrap(back)).isEqualTo(ByteBuffer.wrap(bytes, 5, back.length));
    }
  }

  @Test
  void heapBufferLargerThanOneCall_isMovedWhole() throws Exception {
    byte[] bytes = new byte[(5 << 20) + 3];
    bytes[0] = 1;
    bytes[bytes.length - 1] = 2;
    bytes[1 << 20] = 3;
    try (BlockDevice device = PosixBlockDevice.create(path(), 16 << 20)) {
      device.writeFully(1, ByteBuffer.wrap(bytes));
      byte[] back = new byte[bytes.length];
      device.readFully(1, ByteBuffer.wrap(back));
      assertThat(back).isEqualTo(bytes);
    }
  }

  @Test
  void deviceNumber_isThatOfLinux() {
    assertThat(DeviceNumber.of(0x701)).isEqualTo(new DeviceNumber(7, 1));
    assertThat(DeviceNumber.of(0xfe00)).isEqualTo(new DeviceNumber(254, 0));
    assertThat(DeviceNumber.of(0x1234_5abc_67L)).isEqualTo(new DeviceNumber(0xabc, 0x1234567));
    assertThat(DeviceNumber.parse("7:1")).contains(new DeviceNumber(7, 1));
    assertThat(DeviceNumber.parse("7")).isEmpty();
    assertThat(DeviceNumber.parse("a:b")).isEmpty();
  }

  @Test
  void errno_belongsToTheThreadThatFailed() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (String path :
          List.of(folder.resolve("missing").toString(), "/dev/null/x", "/dev/null")) {
        results.add(threads.submit(() -> expectErrno(path)));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static boolean expectErrno(String path) {
    Errno expected =
        path.endsWith("missing")
            ? Errno.ENOENT
            : path.endsWith("x") ? Errno.ENOTDIR : Errno.ENOTBLK;
    for (int i = 0; i < 2000; i++) {
      assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_ONLY))
          .isInstanceOfSatisfying(
              DeviceException.class, e -> assertThat(e.errno()).isEqualTo(expected.number()));
    }
    return true;
  }

  @Test
  void errnoNumbers_areThoseOfThisPlatform() {
    for (Errno errno : Errno.values()) {
      assertThat(jnr.constants.platform.Errno.valueOf(errno.name()).intValue())
          .as(errno.name())
          .isEqualTo(errno.number());
    }
  }

  @Test
  void directTransfer_allocatesNothing() throws Exception {
    // Without generated stubs jnr boxes the arguments of each call, which takes 240 bytes.
    Skips.requireKind(!OnDemandPosix.isOfUse(), "jnr generates no stubs in this JVM");
    Skips.requireKind(
        ManagementFactory.getThreadMXBean() instanceof ThreadMXBean,
        "this JVM does not count what a thread allocates");
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
    try (BlockDevice device = PosixBlockDevice.create(path(), 1 << 20)) {
      transfer(device, buffer, 2000);
      long before = memory.getCurrentThreadAllocatedBytes();
      transfer(device, buffer, 2000);
      long perTransfer = (memory.getCurrentThreadAllocatedBytes() - before) / 4000;
      assertThat(perTransfer).isLessThan(16); // the measurement itself allocates a few bytes
    }
  }

  private static void transfer(BlockDevice device, ByteBuffer buffer, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      device.writeFully(0, buffer.clear());
      device.readFully(4096, buffer.clear());
    }
  }
}
