package dev.ext4j.fs.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("collects garbage")
final class BlockCacheTest {
  private static final int BLOCK = 1024;
  private static final int BLOCKS = 400;
  private static final int SMALLEST = 16;
  private final MemoryBlockDevice disk = new MemoryBlockDevice(BLOCK * BLOCKS);

  @BeforeEach
  void numberBlocks() throws IOException {
    for (int i = 0; i < BLOCKS; i++) {
      writeNumber(i, i);
    }
  }

  @Test
  void get_twice_isTheSameObjectReadOnce() throws IOException {
    BlockCache cache = cache(1 << 20);
    CachedBlock block = cache.get(5);
    assertThat(number(block)).isEqualTo(5);
    writeNumber(5, 77);
    assertThat(cache.get(5)).isSameAs(block);
    assertThat(number(block)).as("not read again").isEqualTo(5);
    assertThat(block.bytes().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void blockPushedOutButReferredTo_remainsTheOneObject() throws IOException {
    BlockCache cache = cache(0);
    CachedBlock held = cache.get(3);
    try {
      held.bytes().putInt(0, 99);
      for (int i = 10; i < 10 + 4 * SMALLEST; i++) {
        cache.get(i);
      }
      assertThat(cache.get(3)).isSameAs(held);
      assertThat(number(cache.get(3))).isEqualTo(99);
    } finally {
      Reference.reachabilityFence(held);
    }
  }

  @Test
  void blockPushedOutAndForgottenByAll_isReadAgain() throws Exception {
    BlockCache cache = cache(0);
    cache.get(3);
    writeNumber(3, 99);
    for (int tries = 0; tries < 50 && number(cache.get(3)) != 99; tries++) {
      for (int i = 10; i < 10 + 2 * SMALLEST; i++) {
        cache.get(i);
      }
      System.gc();
      Thread.sleep(10);
    }
    assertThat(number(cache.get(3))).isEqualTo(99);
  }

  @Test
  void blocksUsedLast_stayWithinTheBound() throws IOException {
    RecordingDevice recording = RecordingDevice.sharing(disk);
    BlockCache cache = new BlockCache(recording, BLOCK, 0);
    List<CachedBlock> all = new ArrayList<>();
    for (int i = 0; i < 3 * SMALLEST; i++) {
      all.add(cache.get(i));
      cache.get(0); // used all the time, and so never the oldest
    }
    assertThat(cache.get(0)).isSameAs(all.get(0));
  }

  @Test
  void forget_dropsTheContentEvenOfABlockReferredTo() throws IOException {
    BlockCache cache = cache(1 << 20);
    CachedBlock old = cache.get(7);
    old.bytes().putInt(0, 1234);
    cache.forget(7);
    assertThat(cache.get(7)).isNotSameAs(old);
    assertThat(number(cache.get(7))).isEqualTo(7);
  }

  @Test
  void getZeroed_isNotReadAndClearsWhatWasThere() throws IOException {
    BlockCache cache = cache(1 << 20);
    assertThat(number(cache.getZeroed(9))).isZero();
    CachedBlock read = cache.get(8);
    read.setVerifiedAs(4);
    assertThat(cache.getZeroed(8)).isSameAs(read);
    assertThat(number(read)).isZero();
    assertThat(read.isVerifiedAs(4)).isFalse();
  }

  @Test
  void restore_takesBackContentAndVerdict() throws IOException {
    CachedBlock block = cache(1 << 20).get(2);
    byte[] copy = block.copy();
    block.setVerifiedAs(6);
    block.bytes().putInt(0, 55);
    block.restore(copy);
    assertThat(number(block)).isEqualTo(2);
    assertThat(block.isVerifiedAs(6)).isFalse();
  }

  @Test
  void writeHome_reachesTheDevice() throws IOException {
    BlockCache cache = cache(1 << 20);
    CachedBlock block = cache.get(4);
    block.bytes().putInt(0, 44);
    cache.writeHome(block);
    cache.writeHome(6, new byte[BLOCK]);
    BlockCache fresh = cache(1 << 20);
    assertThat(number(fresh.get(4))).isEqualTo(44);
    assertThat(number(fresh.get(6))).isZero();
  }

  @Test
  void deviceError_leavesNoBlockBehind() throws IOException {
    BlockCache cache = cache(1 << 20);
    assertThatThrownBy(() -> cache.get(BLOCKS)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cache.get(BLOCKS)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(number(cache.get(1))).isEqualTo(1);
  }

  @Test
  void twoThreads_neverHoldTwoCopiesOfABlock() throws Exception {
    BlockCache cache = cache(0);
    Map<Long, CachedBlock> held = new HashMap<>();
    for (long i = 0; i < 40; i++) {
      held.put(i, cache.get(i));
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        long seed = t;
        done.add(threads.submit(() -> hammer(cache, held, new Random(seed))));
      }
      for (Future<?> future : done) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
      Reference.reachabilityFence(held);
    }
  }

  private static Void hammer(BlockCache cache, Map<Long, CachedBlock> held, Random random)
      throws IOException {
    for (int i = 0; i < 20_000; i++) {
      long number = random.nextInt(i % 2 == 0 ? 40 : BLOCKS);
      CachedBlock block = cache.get(number);
      assertThat(block.number()).isEqualTo(number);
      assertThat(number(block)).isEqualTo((int) number);
      if (number < 40) {
        assertThat(block).isSameAs(held.get(number));
      }
    }
    return null;
  }

  private BlockCache cache(long capacityBytes) {
    return new BlockCache(disk, BLOCK, capacityBytes);
  }

  private void writeNumber(int block, int value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    disk.writeFully((long) block * BLOCK, bytes.flip());
  }

  private static int number(CachedBlock block) {
    return block.bytes().getInt(0);
  }
}
