package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.UsedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of a handle: credits, undo, restarts, revokes, and freed space that stays reserved until
 * the commit.
 */
class HandleTest {
  private static final int BLOCK = 1024;
  private static final int MAX = 40;

  private Judge judge;
  private MemoryBlockDevice disk;
  private Engine engine;
  private Journal journal;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed in tearDown
  void setUp() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("handles", "ext4", BLOCK, 4 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-N", "40");
    Path image = judge.make(recipe);
    new DebugfsFiles(judge, image).dense("f", 50 * BLOCK);
    disk = Judge.load(image);
    engine = Engine.open(disk, MAX);
    journal = engine.journal();
  }

  @AfterEach
  void tearDown() throws IOException {
    if (engine != null) {
      engine.close();
    }
    if (judge != null) {
      judge.close();
    }
  }

  @MustBeClosed
  private Handle start(int credits) throws IOException {
    return journal.start(credits);
  }

  private void startAndCommit(int credits) throws IOException {
    try (Handle handle = start(credits)) {
      handle.commit();
    }
  }

  private CachedBlock block(long number) throws IOException {
    return engine.volume().cache().get(number);
  }

  private byte onDisk(long number) throws IOException {
    return new RawImage(disk).block(number).get(0);
  }

  private void change(Handle handle, CachedBlock block, int value) {
    handle.declare(block, BlockRole.LEAF);
    block.bytes().put(0, (byte) value);
  }

  @Test
  void closedWithoutCommit_bytesAreAsBefore() throws IOException {
    CachedBlock block = block(3000);
    try (Handle handle = start(2)) {
      change(handle, block, 7);
    }
    assertThat(block.bytes().get(0)).isEqualTo(UsedDisk.PATTERN);
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo(UsedDisk.PATTERN);
  }

  /**
   * Checks that a freed block is read from the device again: its next owner must not see old bytes.
   */
  @Test
  void freedBlock_isReadAnewFromTheDevice() throws IOException {
    long number;
    try (Handle handle = start(3)) {
      number = engine.volume().allocator().allocateCluster(handle, 3000);
      handle.commit();
    }
    journal.commit();
    assertThat(block(number).bytes().get(0)).isEqualTo(onDisk(number));
    byte other = (byte) (onDisk(number) + 1);
    try (Handle handle = start(3)) {
      engine.volume().allocator().free(handle, number, 1);
      handle.commit();
    }
    journal.commit();
    byte[] content = new byte[BLOCK];
    content[0] = other;
    disk.writeFully(number * BLOCK, ByteBuffer.wrap(content));
    assertThat(block(number).bytes().get(0)).isEqualTo(other);
  }

  /**
   * Checks that an undo waits for the readers of the blocks, and only then drops what they noted.
   */
  @Test
  void closedWithoutCommit_waitsForReadersAndLetsThemForget() throws Exception {
    CachedBlock block = block(3000);
    RankedLock lock = engine.mount().lockOrder().lock(Rank.EXTENT_TREE, 12, "a test");
    List<Integer> seen = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch reads = new CountDownLatch(1);
    CountDownLatch ends = new CountDownLatch(1);
    Remembered memory =
        new Remembered() {
          @Override
          public RankedLock lock() {
            return lock;
          }

          @Override
          public void forget() {
            lock.requireExclusive();
            seen.add((int) block.bytes().get(0));
          }
        };
    Thread reader =
        new Thread(
            () -> {
              try (RankedLock.Held held = lock.shared()) {
                reads.countDown();
                ends.await();
                seen.add((int) block.bytes().get(0));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    Thread undoing =
        new Thread(
            () -> {
              try (Handle handle = start(2)) {
                change(handle, block, 7);
                handle.remember(memory);
                reader.start();
                reads.await();
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    undoing.start();
    reads.await();
    while (undoing.getState() != Thread.State.WAITING && undoing.isAlive()) {
      Thread.onSpinWait();
    }
    ends.countDown();
    reader.join();
    undoing.join();
    assertThat(seen).containsExactly(7, (int) UsedDisk.PATTERN);
  }

  @Test
  void closedWithoutCommit_changesOfAnEarlierHandleStay() throws IOException {
    CachedBlock block = block(3000);
    try (Handle handle = start(2)) {
      change(handle, block, 7);
      handle.commit();
    }
    try (Handle handle = start(2)) {
      change(handle, block, 9);
      change(handle, block(3001), 9);
    }
    assertThat(block.bytes().get(0)).isEqualTo((byte) 7);
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo((byte) 7);
    assertThat(onDisk(3001)).isEqualTo(UsedDisk.PATTERN);
  }

  @Test
  void committedHandle_reachesTheDiskWithTheTransaction() throws IOException {
    try (Handle handle = start(2)) {
      change(handle, block(3000), 7);
      handle.commit();
    }
    assertThat(onDisk(3000)).isEqualTo(UsedDisk.PATTERN);
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo((byte) 7);
  }

  @Test
  void moreBlocksThanCredits_isAMistakeOfTheCaller() throws IOException {
    try (Handle handle = start(1)) {
      change(handle, block(3000), 7);
      change(handle, block(3000), 8); // the same block needs no more credits
      assertThatThrownBy(() -> change(handle, block(3001), 7))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("credits");
    }
    assertThat(block(3000).bytes().get(0)).isEqualTo(UsedDisk.PATTERN);
  }

  @Test
  void ensureCredits_roomInTheTransaction_extendsWithoutARestart() throws IOException {
    try (Handle handle = start(1)) {
      change(handle, block(3000), 7);
      assertThat(handle.ensureCredits(10, engine.countingGate())).isFalse();
      for (int i = 1; i <= 10; i++) {
        change(handle, block(3000 + i), 7);
      }
      handle.commit();
    }
    assertThat(engine.restarts()).isZero();
  }

  @Test
  void ensureCredits_transactionIsFull_commitsWhatWasDone() throws IOException {
    try (Handle handle = start(30)) {
      for (int i = 0; i < 30; i++) {
        change(handle, block(3000 + i), 7);
      }
      assertThat(handle.ensureCredits(20, engine.countingGate())).isTrue();
      assertThat(engine.restarts()).isEqualTo(1);
      assertThat(onDisk(3029)).isEqualTo((byte) 7);
      change(handle, block(3000), 8);
    }
    // Changes after the restart are undone, changes before it stay.
    assertThat(block(3000).bytes().get(0)).isEqualTo((byte) 7);
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo((byte) 7);
  }

  @Test
  void creditsBeyondATransaction_areRefused() throws IOException {
    assertThatThrownBy(() -> startAndCommit(MAX + 1))
        .isInstanceOfSatisfying(
            FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC))
        .hasMessageContaining("journal is too small");
    startIsPossible();
  }

  @Test
  void ensureCreditsBeyondATransaction_isRefused_andWhatWasDoneIsUndone() throws IOException {
    byte before = block(3000).bytes().get(0);
    try (Handle handle = start(1)) {
      change(handle, block(3000), 7);
      assertThatThrownBy(() -> handle.ensureCredits(MAX + 1, engine.countingGate()))
          .hasMessageContaining("journal is too small");
    }
    assertThat(block(3000).bytes().get(0)).isEqualTo(before).isNotEqualTo((byte) 7);
    startIsPossible();
  }

  /** Fails if a lock is still held. */
  private void startIsPossible() throws IOException {
    startAndCommit(MAX);
  }

  @Test
  void secondHandleWhileOneIsOpen_isRefused() throws IOException {
    try (Handle handle = start(1)) {
      assertThatThrownBy(() -> startAndCommit(1)).isInstanceOf(IllegalStateException.class);
      handle.commit();
      assertThatThrownBy(() -> change(handle, block(3000), 1))
          .isInstanceOf(IllegalStateException.class);
    }
    startAndCommit(1);
  }

  @Test
  void revokedBlock_isNotWritten() throws IOException {
    try (Handle handle = start(3)) {
      change(handle, block(3000), 7);
      change(handle, block(3001), 7);
      handle.revoke(3000);
      handle.commit();
    }
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo(UsedDisk.PATTERN);
    assertThat(onDisk(3001)).isEqualTo((byte) 7);
  }

  @Test
  void revokeOfAnAbortedHandle_isForgotten() throws IOException {
    try (Handle handle = start(3)) {
      change(handle, block(3000), 7);
      handle.commit();
    }
    try (Handle handle = start(3)) {
      handle.revoke(3000);
    }
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo((byte) 7);
  }

  @Test
  void revokedAndUsedAgain_isWritten() throws IOException {
    try (Handle handle = start(3)) {
      handle.revoke(3000);
      handle.cancelRevoke(3000);
      change(handle, block(3000), 7);
      handle.commit();
    }
    journal.commit();
    assertThat(onDisk(3000)).isEqualTo((byte) 7);
  }

  @Test
  void freedClusters_cannotBeTakenBeforeTheCommit() throws IOException {
    BlockAllocator allocator = engine.volume().allocator();
    long taken = new RawImage(disk).takenClusters();
    long block;
    try (Handle handle = start(10)) {
      block = allocator.allocateCluster(handle, 2000);
      handle.commit();
    }
    journal.commit();
    try (Handle handle = start(10)) {
      allocator.free(handle, block, 1);
      assertThat(allocator.allocateCluster(handle, block)).isNotEqualTo(block);
    }
    journal.commit();
    assertThat(new RawImage(disk).takenClusters()).isEqualTo(taken + 1);
    try (Handle handle = start(10)) {
      allocator.free(handle, block, 1);
      handle.commit();
    }
    journal.commit();
    try (Handle handle = start(10)) {
      assertThat(allocator.allocateCluster(handle, block)).isEqualTo(block);
    }
    assertThat(new RawImage(disk).takenClusters()).isEqualTo(taken);
  }

  @Test
  void doubleFree_isFoundAndFreesNothing() throws IOException {
    BlockAllocator allocator = engine.volume().allocator();
    long taken = new RawImage(disk).takenClusters();
    List<Long> blocks = new ArrayList<>();
    try (Handle handle = start(20)) {
      for (int i = 0; i < 4; i++) {
        blocks.add(allocator.allocateCluster(handle, 2000));
      }
      handle.commit();
    }
    journal.commit();
    long first = blocks.get(0);
    try (Handle handle = start(20)) {
      allocator.free(handle, first + 1, 1);
      requireKind(Kind.BLOCK_ALREADY_FREE, () -> allocator.free(handle, first, 4));
      requireKind(Kind.BLOCK_ALREADY_FREE, () -> allocator.free(handle, first + 1, 1));
      requireKind(Kind.BLOCK_ALREADY_FREE, () -> allocator.free(handle, 4090, 1));
      requireKind(Kind.BLOCK_IS_METADATA, () -> allocator.free(handle, 1, 1));
      requireKind(Kind.BLOCK_OUT_OF_RANGE, () -> allocator.free(handle, 4095, 2));
      requireKind(Kind.BLOCK_OUT_OF_RANGE, () -> allocator.free(handle, 0, 1));
      handle.commit();
    }
    journal.commit();
    assertThat(new RawImage(disk).takenClusters()).isEqualTo(taken + 3);
  }

  private static void requireKind(
      Kind kind, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
