package dev.ext4j.fs.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.probe.Probes;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class RankedLockTest {
  private final LockOrder order = new LockOrder("the file system", Probes.NONE);
  private final InodeLocks locks = new InodeLocks(order, 12);
  private final RankedLock status = order.lock(Rank.EXTENT_STATUS, "status lock");

  @Test
  void risingRanks_areTakenInAnyMode() {
    try (RankedLock.Held a = locks.inode().exclusive();
        RankedLock.Held b = locks.invalidate().shared();
        RankedLock.Held c = locks.extentTree().exclusive();
        RankedLock.Held d = status.shared()) {
      assertThat(locks.inode().isHeld()).isTrue();
      assertThat(locks.invalidate().isHeld()).isTrue();
      locks.extentTree().requireExclusive();
      status.requireHeld();
    }
    assertThat(locks.inode().isHeld()).isFalse();
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // locks that are refused need no close
  void fallingOrEqualRank_throwsBeforeItBlocks() {
    try (RankedLock.Held tree = locks.extentTree().shared()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> locks.inode().shared())
          .withMessage(
              "lock order: inode lock of 12 is taken while extent tree lock of 12 is held");
      assertThatIllegalStateException().isThrownBy(() -> locks.extentTree().shared());
      RankedLock other = new InodeLocks(order, 11).extentTree();
      assertThatIllegalStateException().isThrownBy(other::exclusive);
      assertThat(other.isHeld()).isFalse();
      try (RankedLock.Held next = new InodeLocks(order, 13).extentTree().exclusive()) {
        assertThat(HeldLocks.describe(order)).anyMatch(line -> line.contains("lock of 12, extent"));
      }
    }
    try (RankedLock.Held again = locks.inode().exclusive()) {
      assertThat(locks.inode().isHeld()).as("nothing was left behind").isTrue();
    }
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // locks that are refused need no close
  void locksOfTwoFileSystems_areRefusedByName() {
    LockOrder another = new LockOrder("another one", Probes.NONE);
    RankedLock foreign = new InodeLocks(another, 13).extentTree();
    try (RankedLock.Held inode = locks.inode().shared()) {
      assertThatIllegalStateException()
          .isThrownBy(foreign::shared)
          .withMessage(
              "locks of two file systems at once: extent tree lock of 13 of another one is taken"
                  + " while inode lock of 12 of the file system is held");
      assertThatIllegalStateException().isThrownBy(foreign::tryExclusive);
      assertThat(HeldLocks.describe(another)).isEmpty();
      assertThat(HeldLocks.describe(order)).hasSize(1);
    }
    try (RankedLock.Held held = foreign.shared()) {
      assertThat(foreign.isHeld()).isTrue();
    }
  }

  @Test
  void requirements_holdForTheThreadThatHasTheLock() throws Exception {
    assertThatIllegalStateException().isThrownBy(() -> locks.inode().requireHeld());
    assertThatIllegalStateException().isThrownBy(() -> locks.inode().requireExclusive());
    assertThatIllegalStateException()
        .isThrownBy(() -> locks.requireContext(MappingContext.INODE, 0, 1));
    try (RankedLock.Held held = locks.inode().shared()) {
      locks.inode().requireHeld();
      locks.requireContext(MappingContext.INODE, 0, 1);
      assertThatIllegalStateException().isThrownBy(() -> locks.inode().requireExclusive());
      AtomicBoolean seen = new AtomicBoolean(true);
      Thread other = new Thread(() -> seen.set(locks.inode().isHeld()));
      other.start();
      other.join();
      assertThat(seen).isFalse();
    }
    try (RankedLock.Held held = locks.invalidate().shared()) {
      locks.requireContext(MappingContext.INVALIDATE, 0, 1);
      assertThatIllegalStateException()
          .isThrownBy(() -> locks.requireContext(MappingContext.PAGES, 0, 1));
    }
  }

  @Test
  void droppedDuring_letsAnotherThreadPassAndTakesTheLockAgain() throws Exception {
    CountDownLatch passed = new CountDownLatch(1);
    Thread other =
        new Thread(
            () -> {
              try (RankedLock.Held held = locks.extentTree().exclusive()) {
                passed.countDown();
              }
            });
    try (RankedLock.Held inode = locks.inode().exclusive();
        RankedLock.Held tree = locks.extentTree().exclusive()) {
      other.start();
      assertThat(passed.await(50, TimeUnit.MILLISECONDS)).isFalse();
      tree.droppedDuring(
          () -> {
            assertThat(locks.extentTree().isHeld()).isFalse();
            assertThat(locks.inode().isHeld()).isTrue();
            assertThat(passed.await(10, TimeUnit.SECONDS)).isTrue();
          });
      locks.extentTree().requireExclusive();
    }
    other.join();
    assertThat(locks.extentTree().isHeld()).isFalse();
  }

  @Test
  void droppedDuring_interludeThatFails_takesTheLockAgainAndPassesTheFailureOn() {
    try (RankedLock.Held tree = locks.extentTree().shared()) {
      assertThatThrownBy(
              () ->
                  tree.droppedDuring(
                      () -> {
                        throw new IOException("interlude");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("interlude");
      assertThat(locks.extentTree().isHeld()).isTrue();
    }
    assertThat(locks.extentTree().isHeld()).isFalse();
  }

  @Test
  void droppedDuring_ofAnOuterLock_throws() {
    try (RankedLock.Held inode = locks.inode().exclusive();
        RankedLock.Held tree = locks.extentTree().exclusive()) {
      assertThatIllegalStateException().isThrownBy(() -> inode.droppedDuring(() -> {}));
      locks.inode().requireExclusive();
      locks.extentTree().requireExclusive();
    }
  }

  @Test
  void readers_holdTheLockTogetherWritersAlone() throws Exception {
    CountDownLatch reader = new CountDownLatch(1);
    CountDownLatch writer = new CountDownLatch(1);
    Thread writing = new Thread(() -> pass(locks.inode(), true, writer));
    try (RankedLock.Held held = locks.inode().shared()) {
      Thread reading = new Thread(() -> pass(locks.inode(), false, reader));
      reading.start();
      assertThat(reader.await(10, TimeUnit.SECONDS)).isTrue();
      reading.join();
      writing.start();
      assertThat(writer.await(50, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(writer.await(10, TimeUnit.SECONDS)).isTrue();
    writing.join();
  }

  private static void pass(RankedLock lock, boolean exclusive, CountDownLatch passed) {
    try (RankedLock.Held held = exclusive ? lock.exclusive() : lock.shared()) {
      passed.countDown();
    }
  }
}
