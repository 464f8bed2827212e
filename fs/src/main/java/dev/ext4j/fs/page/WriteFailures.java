package dev.ext4j.fs.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The write failures that lost content of files (the kernel's {@code errseq_t}). Each failure is
 * reported once to each open file (each object with its own {@link Listener}, such as an {@code
 * Ext4File}). Failures are numbered. A {@link Listener} records the number of the last failure that
 * it has reported. A listener created later also reports failures that no earlier listener has
 * reported.
 */
public final class WriteFailures {
  /**
   * The largest number of files for which the cause of the failure is stored. Failures of further
   * files are reported with the cause of one of these files.
   */
  private static final int MOST_CAUSES = 256;

  private final Map<Long, Failure> byInode = new HashMap<>();
  private long lastNumber;

  private static final class Failure {
    private final long number;
    private final IOException cause;
    private boolean told;

    Failure(long number, IOException cause) {
      this.number = number;
      this.cause = cause;
    }
  }

  /** Records that content of a file is lost. */
  synchronized void add(long inodeNumber, IOException cause) {
    Failure known = byInode.get(inodeNumber);
    IOException kept = cause;
    if (known == null && byInode.size() >= MOST_CAUSES) {
      kept = byInode.values().iterator().next().cause;
    }
    byInode.put(inodeNumber, new Failure(++lastNumber, kept));
  }

  /** Returns a listener for one file. */
  public synchronized Listener of(long inodeNumber) {
    Failure known = byInode.get(inodeNumber);
    return new Listener(inodeNumber, known != null && !known.told ? known.number - 1 : lastNumber);
  }

  /** Returns a listener that reports all failures of all files since the file system was opened. */
  public Listener ofAll() {
    return new Listener(null, 0);
  }

  /**
   * Reports the failures that no listener has reported.
   *
   * @throws IOException if there are such failures: the first one, with the other failures as
   *     suppressed exceptions
   */
  public synchronized void checkUntold() throws IOException {
    List<Failure> untold = new ArrayList<>(byInode.values());
    untold.removeIf(failure -> failure.told);
    tell(untold);
  }

  private static void tell(List<Failure> failures) throws IOException {
    IOException first = null;
    for (Failure failure : failures) {
      failure.told = true;
      if (first == null) {
        first = failure.cause;
      } else if (failure.cause != first
          && !List.of(first.getSuppressed()).contains(failure.cause)) {
        first.addSuppressed(failure.cause);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /** The listener of one open file, or of the file system. It reports each failure once. */
  public final class Listener {
    private final @Nullable Long inodeNumber;
    private long position;

    private Listener(@Nullable Long inodeNumber, long position) {
      this.inodeNumber = inodeNumber;
      this.position = position;
    }

    /**
     * Reports the content that was lost since the last call.
     *
     * @throws IOException if there is such content: the last failure of the file, or the first
     *     failure of all files, with the other failures as suppressed exceptions
     */
    public void check() throws IOException {
      synchronized (WriteFailures.this) {
        List<Failure> fresh = new ArrayList<>();
        for (Failure failure : concerned()) {
          if (failure.number > position) {
            fresh.add(failure);
          }
        }
        position = lastNumber;
        tell(fresh);
      }
    }

    private Iterable<Failure> concerned() {
      if (inodeNumber == null) {
        return byInode.values();
      }
      Failure failure = byInode.get(inodeNumber);
      return failure == null ? List.of() : List.of(failure);
    }
  }
}
