package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.page.Page;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * A read goes to the device: when an operation gives up the locks of a file, none of the file's
 * content may lie in the running transaction alone. Content that another thread is writing back by
 * way of the journal may: it is read from its page until then.
 */
final class ContentAudit {
  /** Threads that write back come between two looks; not between so many. */
  private static final int LOOKS = 4;

  private final Inode inode;
  private final FileContext context;

  ContentAudit(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
  }

  /**
   * Looks for such content; the caller holds the inode lock.
   *
   * @throws ProtocolException if there is any
   */
  void requireHome() throws IOException {
    if (context.journal().isInOneTransaction()) {
      return;
    }
    Set<Long> changed = new HashSet<>();
    context
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
    BlockMapper mapper = new BlockMapper(inode, context);
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
      Page page = context.pages().of(inode).find(logicalBlock);
      boolean inMemory = page != null && page.isOnItsWay();
      if (inMemory || context.journal().changedContent(physicalBlock) == null) {
        return false;
      }
    }
    return true;
  }
}
