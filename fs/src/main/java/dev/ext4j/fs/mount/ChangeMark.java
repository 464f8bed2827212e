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
 * What the superblock says on disk while changes are under way: with a journal that it must be
 * replayed ({@code needs_recovery}), without one that the file system is not in order ({@code
 * s_state}), so that a crash is followed by what is needed. Each is one write of the superblock's
 * block.
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
   * The mark of a file system.
   *
   * @param log its log, null if it has none
   * @param firstSequence number of the first transaction that is going to be in the log
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
      // The counters in memory are the transaction's: they must not reach the disk before it does.
      ByteBuffer onDisk = ByteBuffer.wrap(member.before());
      mark(superblock.viewIn(onDisk), true);
      cache.writeHome(block.number(), member.before());
    }
    set = true;
    device.flush();
  }

  /**
   * A log may hold transactions although the superblock asks for no recovery; as in the kernel they
   * do not count. They would count from the moment when the superblock asks for one.
   */
  private void wipeStaleLog() throws IOException {
    boolean counts = superblock.view().features().has(IncompatFeature.RECOVER);
    if (log != null && !counts && log.view().startBlock() != 0) {
      log.view().setEmpty(firstSequence);
      log.write();
    }
  }

  /** Says that all is done, unless nothing was begun; changes that failed leave no time stamp. */
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
