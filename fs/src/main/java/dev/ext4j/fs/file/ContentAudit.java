package dev.ext4j.fs.file;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.page.Page;
import java.io.IOException;
import java.util.Set;

/**
 * A read goes to the device: when an operation gives up the locks of a file, none of the file's
 * content may lie in the running transaction alone.
 */
final class ContentAudit {
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
    Set<Long> changed = context.journal().changedContent();
    if (changed.isEmpty() || context.journal().isInOneTransaction()) {
      return;
    }
    BlockMapper mapper = new BlockMapper(inode, context);
    try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
      mapper.walkLocked(
          0,
          (logical, physical, count, state) -> {
            for (long block : changed) {
              boolean mapped = block >= physical && block < physical + count;
              if (mapped && !isInMemory(logical + (block - physical))) {
                throw new ProtocolException(
                    "content of " + inode + " in block " + block + " is in the journal only");
              }
            }
            return true;
          });
    }
  }

  /** Content that is being written by way of the journal is read from its page until then. */
  private boolean isInMemory(long logicalBlock) {
    Page page = context.pages().of(inode).find(logicalBlock);
    return page != null && page.isOnItsWay();
  }
}
