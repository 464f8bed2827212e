package dev.ext4j.fs.race;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The operations of threads that run side by side. Now and then several operations run as one
 * atomic change, which is made to fail half of the time. Threads are also interrupted, as in an
 * application with many threads. Reads go on during all of this.
 */
final class Batches {
  private static final String FAILS = "the batch is made to fail";
  private static final int ONE_IN = 30;
  private static final int INTERRUPTED_ONE_IN = 20;
  private static final int MOST_OPERATIONS = 4;

  private final Volume volume;
  private final ReentrantReadWriteLock changes = new ReentrantReadWriteLock();

  Batches(Volume volume) {
    this.volume = volume;
  }

  /** The work of a thread. */
  interface Work {
    void run() throws IOException;
  }

  /** Runs {@code single}, or now and then {@code any} several times as one atomic change. */
  void change(Random random, Work single, Work any) throws IOException {
    if (random.nextInt(INTERRUPTED_ONE_IN) == 0) {
      Thread.currentThread().interrupt();
    }
    try {
      if (random.nextInt(ONE_IN) == 0) {
        batch(random, any);
      } else {
        beside(single::run);
      }
    } finally {
      boolean unused = Thread.interrupted();
    }
  }

  /** Runs an action like an operation, while no batch runs. */
  void beside(Journal.Operations action) throws IOException {
    changes.readLock().lock();
    try {
      action.run();
    } finally {
      changes.readLock().unlock();
    }
  }

  private void batch(Random random, Work any) throws IOException {
    changes.writeLock().lock();
    try {
      volume.pages().writeAll();
      volume
          .journal()
          .atomically(
              () -> {
                for (int i = random.nextInt(MOST_OPERATIONS); i >= 0; i--) {
                  any.run();
                }
                if (random.nextBoolean()) {
                  throw new IOException(FAILS);
                }
              });
    } catch (Ext4Exception e) {
      if (e.errno() != Errno.ENOSPC) {
        throw e;
      }
    } catch (IOException e) {
      if (!FAILS.equals(e.getMessage())) {
        throw e;
      }
    } finally {
      changes.writeLock().unlock();
    }
  }
}
