package dev.ext4j.blockdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link BlockDevice}. A subclass creates the device. */
public abstract class BlockDeviceContract {
  private static final byte FILLER = 0x5a;

  private BlockDevice device;

  /** Returns a writable device of {@code byteCount} zeros. */
  protected abstract BlockDevice create(long byteCount) throws Exception;

  /** Releases the resources that {@link #create} allocated, after the device is closed. */
  protected void cleanUp() throws Exception {}

  /** Returns the size of the tested device, which is odd where the implementation allows it. */
  protected long byteCount() {
    return 1_000_777;
  }

  /**
   * The kinds of buffer that a caller may pass. Each has FILLER bytes around its remaining bytes.
   */
  enum Buffers {
    HEAP {
      @Override
      ByteBuffer allocate(int count) {
        return filled(ByteBuffer.allocate(count + 20)).position(7).limit(7 + count);
      }
    },
    HEAP_SLICE {
      @Override
      ByteBuffer allocate(int count) {
        return filled(ByteBuffer.allocate(count + 100))
            .slice(31, count + 13)
            .position(5)
            .limit(5 + count);
      }
    },
    DIRECT {
      @Override
      ByteBuffer allocate(int count) {
        return filled(ByteBuffer.allocateDirect(count + 20)).position(7).limit(7 + count);
      }
    },
    DIRECT_ALIGNED {
      @Override
      ByteBuffer allocate(int count) {
        return filled(ByteBuffer.allocateDirect(count + 3 * 4096).alignedSlice(4096))
            .position(4096)
            .limit(4096 + count);
      }
    };

    abstract ByteBuffer allocate(int count);

    private static ByteBuffer filled(ByteBuffer buffer) {
      while (buffer.hasRemaining()) {
        buffer.put(FILLER);
      }
      return buffer.clear();
    }
  }

  @BeforeEach
  final void createDevice() throws Exception {
    device = create(byteCount());
  }

  @AfterEach
  final void closeDevice() throws Exception {
    try {
      if (device != null) {
        device.close();
      }
    } finally {
      cleanUp();
    }
  }

  @Test
  void newDevice_hasTheSizeAskedForAndReadsAsZeros() throws IOException {
    assertThat(device.size()).isEqualTo(byteCount());
    assertThat(device.readOnly()).isFalse();
    assertThat(device.name()).isNotEmpty();
    assertThat(read(0, (int) byteCount())).isEqualTo(new byte[(int) byteCount()]);
  }

  @Test
  void sectorSize_isAPowerOfTwoFrom512On() {
    assertThat(device.sectorSize()).isGreaterThanOrEqualTo(512);
    assertThat(Integer.bitCount(device.sectorSize())).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Buffers.class)
  void transfer_anyKindOfBuffer_movesOnlyTheRemainingBytesAndThePosition(Buffers kind)
      throws IOException {
    for (int count : new int[] {0, 1, 511, 512, 4096, 8192, 8193, 70_000}) {
      for (long at : new long[] {0, 1, 512, 4096, 4097, byteCount() - count}) {
        byte[] expected = randomBytes(count, at);
        ByteBuffer source = kind.allocate(count);
        int end = source.limit();
        source.put(source.position(), expected);
        ByteBuffer readOnly = source.asReadOnlyBuffer();
        device.writeFully(at, at % 2 == 0 ? source : readOnly);
        assertThat((at % 2 == 0 ? source : readOnly).position()).isEqualTo(end);

        ByteBuffer target = kind.allocate(count);
        int start = target.position();
        device.readFully(at, target);
        assertThat(target.position()).isEqualTo(end);
        assertThat(target.limit()).isEqualTo(end);
        byte[] actual = new byte[count];
        target.get(start, actual);
        assertThat(actual).as("%s bytes at %s", count, at).isEqualTo(expected);
        assertUntouchedOutside(target, start, end);
      }
    }
  }

  private static void assertUntouchedOutside(ByteBuffer buffer, int start, int end) {
    buffer.clear();
    for (int i = 0; i < buffer.capacity(); i++) {
      if (i < start || i >= end) {
        assertThat(buffer.get(i)).isEqualTo(FILLER);
      }
    }
  }

  @Test
  void write_hasNoEffectOnTheBytesAroundIt() throws IOException {
    write(0, filledWith(20_000, (byte) 1));
    write(4095, filledWith(4098, (byte) 2));
    byte[] expected = filledWith(20_000, (byte) 1);
    Arrays.fill(expected, 4095, 4095 + 4098, (byte) 2);
    assertThat(read(0, 20_000)).isEqualTo(expected);
  }

  @Test
  void write_atTheVeryEnd_doesNotChangeTheSize() throws IOException {
    write(byteCount() - 3, new byte[] {7, 8, 9});
    assertThat(read(byteCount() - 4, 4)).containsExactly(0, 7, 8, 9);
    assertThat(device.size()).isEqualTo(byteCount());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomOperations_matchAnArray(long seed) throws IOException {
    Random random = new Random(seed);
    byte[] model = new byte[(int) byteCount()];
    for (int i = 0; i < 300; i++) {
      int at = random.nextInt(model.length);
      int count = Math.min(1 << random.nextInt(17), model.length - at);
      if (random.nextBoolean()) {
        at = at / 4096 * 4096;
      }
      ByteBuffer buffer = Buffers.values()[random.nextInt(Buffers.values().length)].allocate(count);
      int start = buffer.position();
      switch (random.nextInt(5)) {
        case 0 -> device.flush();
        case 1 -> {
          device.discard(at, count);
          keepWhatDiscardLeft(model, at, count);
        }
        case 2 -> {
          device.readFully(at, buffer);
          byte[] actual = new byte[count];
          buffer.get(start, actual);
          assertThat(actual)
              .as("seed %s step %s", seed, i)
              .isEqualTo(Arrays.copyOfRange(model, at, at + count));
        }
        default -> {
          byte[] bytes = randomBytes(count, i);
          buffer.put(start, bytes);
          device.writeFully(at, buffer);
          System.arraycopy(bytes, 0, model, at, count);
        }
      }
    }
    assertThat(read(0, model.length)).as("seed %s", seed).isEqualTo(model);
  }

  /**
   * Checks that every byte of a discarded range is zero or unchanged, and copies it into the model.
   */
  private void keepWhatDiscardLeft(byte[] model, int at, int count) throws IOException {
    byte[] actual = read(at, count);
    for (int i = 0; i < count; i++) {
      if (actual[i] != 0) {
        assertThat(actual[i]).isEqualTo(model[at + i]);
      }
      model[at + i] = actual[i];
    }
  }

  @Test
  void range_notWhollyInside_isTheCallersBug() {
    long size = byteCount();
    for (long[] range : new long[][] {{-1, 1}, {size, 1}, {size - 1, 2}, {Long.MAX_VALUE, 1}}) {
      ByteBuffer buffer = ByteBuffer.allocateDirect((int) range[1]);
      assertThatThrownBy(() -> device.readFully(range[0], buffer))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> device.writeFully(range[0], buffer))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> device.discard(range[0], range[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> device.discard(0, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> device.discard(1, Long.MAX_VALUE))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void emptyTransfer_insideOrAtTheEnd_doesNothing() throws IOException {
    ByteBuffer empty = ByteBuffer.allocateDirect(0);
    for (long at : new long[] {0, 1, byteCount()}) {
      device.readFully(at, empty);
      device.writeFully(at, empty);
      device.discard(at, 0);
    }
    assertThat(device.size()).isEqualTo(byteCount());
  }

  @Test
  void readOnlyTarget_isRefusedAndNotWrittenInto() {
    for (Buffers kind : Buffers.values()) {
      ByteBuffer target = kind.allocate(100);
      assertThatThrownBy(() -> device.readFully(0, target.asReadOnlyBuffer()))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThat(target.get(target.position())).isEqualTo(FILLER);
    }
  }

  @Test
  void willNeed_withAnyNumbers_neverFails() throws IOException {
    long[] numbers = {Long.MIN_VALUE, -1, 0, 1, 4096, byteCount(), Long.MAX_VALUE};
    for (long at : numbers) {
      for (long count : numbers) {
        device.willNeed(at, count);
      }
    }
    device.close();
    assertThatCode(() -> device.willNeed(0, 4096)).doesNotThrowAnyException();
  }

  @Test
  void closedDevice_refusesEverythingButClose() throws IOException {
    device.close();
    device.close();
    assertClosed(() -> device.readFully(0, ByteBuffer.allocate(1)));
    assertClosed(() -> device.readFully(0, ByteBuffer.allocate(0)));
    assertClosed(() -> device.writeFully(0, ByteBuffer.allocate(1)));
    assertClosed(() -> device.writeFully(0, ByteBuffer.allocate(0)));
    assertClosed(() -> device.discard(0, 1));
    assertClosed(() -> device.flush());
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void assertClosed(Action action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            DeviceException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBADF.number()));
  }

  @Test
  void threads_writingNeighbouringBytes_loseNone() throws Exception {
    int threadCount = 4;
    int piece = 37; // many pieces share a sector, and the threads take turns
    int pieceCount = 400;
    ExecutorService threads = Executors.newFixedThreadPool(threadCount);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        int thread = t;
        results.add(
            threads.submit(
                () -> {
                  for (int i = thread; i < pieceCount; i += threadCount) {
                    write((long) i * piece, filledWith(piece, (byte) (i + 1)));
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    } finally {
      threads.shutdownNow();
    }
    for (int i = 0; i < pieceCount; i++) {
      assertThat(read((long) i * piece, piece))
          .as("piece %s", i)
          .isEqualTo(filledWith(piece, (byte) (i + 1)));
    }
  }

  @Test
  void close_whileOthersTransfer_leavesThemWithAnEndOrADeviceException() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<?> reader = threads.submit(() -> transferUntilClosed(false));
      Future<?> writer = threads.submit(() -> transferUntilClosed(true));
      Thread.sleep(20);
      device.close();
      reader.get();
      writer.get();
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean transferUntilClosed(boolean write) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(5000);
    while (true) {
      try {
        buffer.clear();
        if (write) {
          device.writeFully(100_000, buffer);
        } else {
          device.readFully(0, buffer);
        }
      } catch (DeviceException e) {
        assertThat(e.errno()).isEqualTo(Errno.EBADF.number());
        return true;
      }
    }
  }

  private void write(long at, byte[] bytes) throws IOException {
    device.writeFully(at, ByteBuffer.wrap(bytes));
  }

  private byte[] read(long at, int count) throws IOException {
    byte[] bytes = new byte[count];
    device.readFully(at, ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static byte[] filledWith(int count, byte value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, value);
    return bytes;
  }

  private static byte[] randomBytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
