package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.journal.log.LogSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The mark in the superblock on disk that is set while changes are under way. In a file system with
 * a journal it means that the journal must be replayed ({@code needs_recovery}). In a file system
 * without a journal it means that the file system is not clean ({@code s_state}). After a crash the
 * mark causes the replay or the check that is needed. Setting or clearing the mark takes one write
 * of the superblock's block.
 */
final class ChangeMark implements CommitMethod.Gate {
  private final BlockDevice device;
  private final BlockCache cache;
  private final Superblock superblock;
  private final @Nullable LogSuperblock log;
  private final int firstSequence;
  private final boolean wasValid;
  private boolean set;

  /**
   * Creates an object that sets and clears the mark of a file system. Writes nothing.
   *
   * @param log the log of the file system, or null if the file system has no journal
   * @param firstSequence the number of the first transaction that will be written to the log
   */
  ChangeMark(
      BlockDevice device,
      BlockCache cache,
      Superblock superblock,
      @Nullable LogSuperblock log,
      int firstSequence) {
    this.device = device;
    this.cache = cache;
    this.superblock = superblock;
    this.log = log;
    this.firstSequence = firstSequence;
    this.wasValid = superblock.view().isStateValid();
  }

  @Override
  public void open(Transaction transaction) throws IOException {
    if (set) {
      return;
    }
    wipeStaleLog();
    CachedBlock block = superblock.block();
    mark(superblock.view(), true);
    Transaction.Member member = transaction.member(block.number());
    if (member == null) {
      cache.writeHome(block);
    } else {
      // The counters in memory belong to the transaction. They must not reach the disk before the
      // transaction.
      ByteBuffer onDisk = ByteBuffer.wrap(member.before());
      mark(superblock.viewIn(onDisk), true);
      cache.writeHome(block.number(), member.before());
    }
    set = true;
    device.flush();
  }

  /**
   * Marks the log as empty if it holds old transactions. A log may hold transactions although
   * {@code needs_recovery} is not set in the superblock. These transactions are ignored, as in the
   * kernel. If the log still held them when the mark is set, the next recovery would replay them.
   */
  private void wipeStaleLog() throws IOException {
    boolean counts = superblock.view().features().has(IncompatFeature.RECOVER);
    if (log != null && !counts && log.view().startBlock() != 0) {
      log.view().setEmpty(firstSequence);
      log.write();
    }
  }

  /**
   * Clears the mark, if it is set, after all changes are durable.
   *
   * @param changed whether the write time is set as well; false after a commit has failed
   */
  void clear(boolean changed, Clock clock) throws IOException {
    if (set) {
      if (changed) {
        superblock.view().setWriteTime(clock.instant().getEpochSecond());
      }
      mark(superblock.view(), false);
      cache.writeHome(superblock.block());
      device.flush();
      set = false;
    }
  }

  private void mark(SuperblockView view, boolean changing) {
    if (log != null) {
      view.setNeedsRecovery(changing);
    } else {
      view.setStateValid(!changing && wasValid);
    }
    view.seal();
  }
}
