package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A check that no content of a file is in the running transaction only. An operation that commits
 * by itself makes it before it releases the locks of the file, since it is durable then. Content
 * that another thread is writing back through the journal is an exception, because readers find it
 * in its page until it is on the device.
 */
final class ContentAudit {
  /**
   * The number of checks of a block. Each check reads the state of the page and then the state of
   * the transaction. A thread that writes back may finish between these two reads, but not in every
   * check.
   */
  private static final int LOOKS = 4;

  private final Inode inode;
  private final Volume volume;

  ContentAudit(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /**
   * Checks that all content of the file can be read without the running transaction. The caller
   * holds the inode lock.
   *
   * @throws ProtocolException if the check finds such content
   */
  void requireHome() throws IOException {
    if (volume.journal().isInOneTransaction()) {
      return;
    }
    Set<Long> changed = new HashSet<>();
    volume
        .journal()
        .showRunning(
            member -> {
              if (member.role() == BlockRole.DATA) {
                changed.add(member.block().number());
              }
            });
    if (changed.isEmpty()) {
      return;
    }
    BlockMapper mapper = new BlockMapper(inode, volume);
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      mapper.walkLocked(
          0,
          (logical, physical, count, state) -> {
            for (long block : changed) {
              boolean mapped = block >= physical && block < physical + count;
              if (mapped && isLeft(block, logical + (block - physical))) {
                throw new ProtocolException(
                    "content of " + inode + " in block " + block + " is in the journal only");
              }
            }
            return true;
          });
    }
  }

  private boolean isLeft(long physicalBlock, long logicalBlock) {
    for (int look = 0; look < LOOKS; look++) {
      Page page = volume.pages().of(inode).find(logicalBlock);
      boolean inMemory = page != null && page.isOnItsWay();
      if (inMemory || volume.journal().changedContent(physicalBlock) == null) {
        return false;
      }
    }
    return true;
  }
}
