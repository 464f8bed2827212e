package dev.ext4j.fs.cache;

import dev.ext4j.fs.lock.Uninterruptibly;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A read of blocks from the device that is in progress. The thread that reads ends it. Other
 * threads that need one of its blocks wait for the end, and then look for the block again.
 */
final class BlockRead {
  private boolean ended;
  private @Nullable IOException failure;

  /**
   * Ends the read.
   *
   * @param cause the failure that is reported to every waiting thread; null if there is none
   */
  synchronized void end(@Nullable IOException cause) {
    failure = cause;
    ended = true;
    notifyAll();
  }

  /**
   * Blocks until the read has ended. An interrupt does not end the wait.
   *
   * @throws IOException the failure of the read
   */
  synchronized void awaitEnd() throws IOException {
    Uninterruptibly.await(this, () -> ended);
    IOException cause = failure;
    if (cause != null) {
      throw cause;
    }
  }
}
