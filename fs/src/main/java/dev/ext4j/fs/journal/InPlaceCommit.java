package dev.ext4j.fs.journal;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.CorruptionException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A commit method that writes every changed block to its home block, in an order in which a crash
 * loses no data. After a crash at any instant, {@code e2fsck -fy} finds at worst allocated blocks
 * without an owner and wrong counters.
 *
 * <p>Space is first marked as allocated. Then the blocks that refer to this space are written, in
 * the order of {@link BlockRole}. Freed space is marked as free only when nothing on disk refers to
 * it. If a write fails, the blocks written so far are overwritten with their old content.
 */
public final class InPlaceCommit implements CommitMethod {
  private final BlockDevice device;
  private final BlockCache cache;
  private final SpaceReleaser releaser;
  private final CommitMethod.Gate gate;

  /**
   * Creates a method that commits to a device.
   *
   * @param gate marks the file system as being changed; opened before the first write of the first
   *     transaction
   */
  public InPlaceCommit(
      BlockDevice device, BlockCache cache, SpaceReleaser releaser, CommitMethod.Gate gate) {
    this.device = device;
    this.cache = cache;
    this.releaser = releaser;
    this.gate = gate;
  }

  @Override
  public int maxTransactionBlocks() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void prepare(Transaction transaction) throws IOException {
    List<Transaction.Member> written = new ArrayList<>();
    try {
      gate.open(transaction);
      releaser.seal();
      boolean allocated = contains(transaction, BlockRole.ALLOCATION);
      for (BlockRole role : BlockRole.values()) {
        int count = write(transaction, role, written);
        // If nothing was allocated, no block refers to a new block, so the order does not matter.
        if (count > 0 && allocated) {
          device.flush();
        }
      }
      if (transaction.freed().groupCount() > 0) {
        device.flush();
        releaser.release(transaction.freed(), transaction);
        releaser.seal();
        write(transaction, BlockRole.ALLOCATION, written);
      }
      device.flush();
      releaser.committed(transaction.freed());
    } catch (CorruptionException e) {
      if (rollBack(transaction, written) != Outcome.AS_BEFORE) {
        throw new CommitFailedException(Outcome.NEEDS_CHECK, e);
      }
      throw e;
    } catch (IOException e) {
      throw new CommitFailedException(rollBack(transaction, written), e);
    }
  }

  /**
   * Does nothing: {@link #prepare} has written everything, because blocks must not change while
   * they are written to their home blocks.
   */
  @Override
  public void write() {}

  @Override
  public void finish() {}

  private int write(Transaction transaction, BlockRole role, List<Transaction.Member> written)
      throws IOException {
    int count = 0;
    for (Transaction.Member member : transaction.members()) {
      if (member.role() == role && !transaction.isRevoked(member.block().number())) {
        written.add(member);
        cache.writeHome(member.block());
        count++;
      }
    }
    return count;
  }

  private static boolean contains(Transaction transaction, BlockRole role) {
    return transaction.members().stream().anyMatch(member -> member.role() == role);
  }

  private Outcome rollBack(Transaction transaction, List<Transaction.Member> written) {
    transaction.takeBack();
    try {
      for (int i = written.size() - 1; i >= 0; i--) {
        cache.writeHome(written.get(i).block());
      }
      device.flush();
      return Outcome.AS_BEFORE;
    } catch (IOException e) {
      return Outcome.NEEDS_CHECK;
    }
  }
}
