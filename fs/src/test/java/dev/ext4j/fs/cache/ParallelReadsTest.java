package dev.ext4j.fs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of several threads that read through one block cache. */
@Timeout(60)
class ParallelReadsTest {
  private static final int BLOCK = 1024;
  private static final int BLOCKS = 64;
  private static final int SECONDS = 50;

  private final MemoryBlockDevice disk = new MemoryBlockDevice(BLOCK * BLOCKS);
  private final HeldReads device = new HeldReads(disk);
  private final BlockCache cache = new BlockCache(device, BLOCK, 1 << 20);
  private final List<Thread> threads = new ArrayList<>();

  @BeforeEach
  void numberBlocks() throws IOException {
    for (int i = 0; i < BLOCKS; i++) {
      store(i, i);
    }
  }

  @AfterEach
  void endAll() throws InterruptedException {
    device.release(1000);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void blocksOfAllStripes_areReadAtOnce() throws Exception {
    device.hold(byteOffset -> true);
    List<FutureTask<CachedBlock>> reads = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      long number = i;
      reads.add(start(() -> cache.get(number)));
    }
    device.awaitArrivals(BLOCKS);
    device.release(BLOCKS);
    for (int i = 0; i < BLOCKS; i++) {
      assertThat(value(result(reads.get(i)))).isEqualTo(i);
    }
  }

  @Test
  void blockInMemory_isFoundDuringAReadOfAnotherBlockOfItsStripe() throws Exception {
    CachedBlock known = cache.get(1);
    device.hold(byteOffset -> true);
    FutureTask<CachedBlock> read = start(() -> cache.get(1 + BLOCKS / 2));
    device.awaitArrivals(1);
    assertThat(cache.get(1)).isSameAs(known);
    assertThat(cache.getZeroed(2)).isNotNull();
    device.release(1);
    assertThat(value(result(read))).isEqualTo(1 + BLOCKS / 2);
  }

  @Test
  void blockThatIsBeingRead_isWaitedForAndReadOnce() throws Exception {
    device.hold(byteOffset -> true);
    FutureTask<CachedBlock> first = start(() -> cache.get(7));
    device.awaitArrivals(1);
    FutureTask<CachedBlock> second = start(() -> cache.get(7));
    awaitBlocked(1);
    device.release(1);
    assertThat(result(second)).isSameAs(result(first));
    assertThat(device.reads()).isEqualTo(1);
  }

  @Test
  void failureOfARead_reachesEveryWaitingThreadAndTheNextReadTriesAgain() throws Exception {
    device.hold(byteOffset -> true);
    device.fail(true);
    FutureTask<CachedBlock> first = start(() -> cache.get(7));
    device.awaitArrivals(1);
    FutureTask<CachedBlock> second = start(() -> cache.get(7));
    awaitBlocked(1);
    device.release(1);
    for (FutureTask<CachedBlock> read : List.of(first, second)) {
      assertThatThrownBy(() -> result(read)).hasRootCauseMessage("held read at " + 7 * BLOCK);
    }
    assertThat(device.reads()).isEqualTo(1);
    device.hold(byteOffset -> false);
    assertThat(value(cache.get(7))).isEqualTo(7);
  }

  @Test
  void blockDroppedDuringItsRead_isReadAgain() throws Exception {
    requireFresh(() -> cache.forget(7));
  }

  @Test
  void blockDroppedWithOthersDuringItsRead_isReadAgain() throws Exception {
    requireFresh(() -> cache.forgetIf(number -> number == 7));
  }

  @Test
  void blockWrittenPastTheCacheDuringItsRead_isReadAgain() throws Exception {
    requireFresh(
        () -> {
          ByteBuffer content = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
          cache.writePast(7, content.putInt(0, 99));
        });
  }

  private interface Change {
    void run() throws IOException;
  }

  private void requireFresh(Change change) throws Exception {
    device.hold(byteOffset -> true);
    FutureTask<CachedBlock> read = start(() -> cache.get(7));
    device.awaitArrivals(1);
    store(7, 99);
    change.run();
    device.release(2);
    assertThat(value(result(read))).isEqualTo(99);
    assertThat(cache.get(7)).isSameAs(result(read));
  }

  @Test
  void blockZeroedDuringItsRead_staysZeroed() throws Exception {
    device.hold(byteOffset -> true);
    FutureTask<CachedBlock> read = start(() -> cache.get(7));
    device.awaitArrivals(1);
    CachedBlock zeroed = cache.getZeroed(7);
    device.release(1);
    assertThat(result(read)).isSameAs(zeroed);
    assertThat(value(zeroed)).isZero();
  }

  @Test
  void prefetch_isWaitedForAndReadsEachBlockOnce() throws Exception {
    device.hold(byteOffset -> true);
    FutureTask<Boolean> prefetch = start(() -> prefetched(8, 4));
    device.awaitArrivals(1);
    FutureTask<CachedBlock> read = start(() -> cache.get(10));
    awaitBlocked(1);
    device.release(1);
    assertThat(value(result(read))).isEqualTo(10);
    assertThat(result(prefetch)).isTrue();
    for (int i = 8; i < 12; i++) {
      assertThat(value(cache.get(i))).isEqualTo(i);
    }
    assertThat(device.reads()).isEqualTo(1);
  }

  @Test
  void prefetchThatFails_isReadAgainByTheWaitingThread() throws Exception {
    device.hold(byteOffset -> true);
    device.fail(true);
    FutureTask<Boolean> prefetch = start(() -> prefetched(8, 4));
    device.awaitArrivals(1);
    FutureTask<CachedBlock> read = start(() -> cache.get(10));
    awaitBlocked(1);
    device.hold(byteOffset -> false);
    device.release(1);
    assertThat(value(result(read))).isEqualTo(10);
    assertThat(result(prefetch)).isTrue();
  }

  @Test
  void prefetch_keepsNoContentFromBeforeAChange() throws Exception {
    CachedBlock known = cache.get(9);
    known.bytes().putInt(0, 1234);
    device.hold(byteOffset -> true);
    FutureTask<Boolean> prefetch = start(() -> prefetched(8, 4));
    device.awaitArrivals(1);
    store(10, 99);
    cache.forget(10);
    device.hold(byteOffset -> false);
    device.release(1);
    assertThat(result(prefetch)).isTrue();
    assertThat(value(cache.get(8))).isEqualTo(8);
    assertThat(value(cache.get(9))).as("in memory before").isEqualTo(1234);
    assertThat(value(cache.get(10))).as("dropped meanwhile").isEqualTo(99);
  }

  private boolean prefetched(long firstNumber, long count) {
    cache.prefetch(firstNumber, count);
    return true;
  }

  private <T> FutureTask<T> start(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = new Thread(task);
    threads.add(thread);
    thread.start();
    return task;
  }

  private static <T> T result(FutureTask<T> task) throws Exception {
    return task.get(SECONDS, TimeUnit.SECONDS);
  }

  /** Blocks until a thread that was started waits for the read of another one. */
  private void awaitBlocked(int index) {
    Thread thread = threads.get(index);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  private void store(int block, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    disk.writeFully((long) block * BLOCK, bytes.flip());
  }

  private static int value(CachedBlock block) {
    return block.bytes().getInt(0);
  }
}
