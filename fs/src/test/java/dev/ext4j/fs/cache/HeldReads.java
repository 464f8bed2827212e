package dev.ext4j.fs.cache;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;

/**
 * A device that holds reads. A read at a held offset takes the content, and then does not return
 * until the test lets it go on.
 */
public final class HeldReads extends ForwardingDevice {
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private final AtomicInteger reads = new AtomicInteger();
  private volatile LongPredicate held = byteOffset -> false;
  private volatile boolean failing;

  /** Creates a device that holds no read. */
  public HeldReads(BlockDevice inner) {
    super(inner);
  }

  /** Holds the reads that begin at certain byte offsets. */
  public void hold(LongPredicate byteOffsets) {
    held = byteOffsets;
  }

  /** Makes each held read fail when it goes on. */
  public void fail(boolean fails) {
    failing = fails;
  }

  /** Blocks until a number of held reads have taken their content. */
  public void awaitArrivals(int count) throws InterruptedException {
    arrived.acquire(count);
  }

  /** Lets a number of held reads go on. */
  public void release(int count) {
    released.release(count);
  }

  /** Returns the number of reads so far, held or not. */
  public int reads() {
    return reads.get();
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    reads.incrementAndGet();
    super.readFully(byteOffset, target);
    if (!held.test(byteOffset)) {
      return;
    }
    arrived.release();
    try {
      released.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    if (failing) {
      throw new IOException("held read at " + byteOffset);
    }
  }
}
