package dev.ext4j.fs.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Content that could not be written and is lost, until each owner of an open file has been told
 * (the kernel's {@code errseq_t}). Failures are numbered; a {@link Listener} knows up to which
 * number it has been told. An owner that opens the file later is told of what nobody has been told.
 */
public final class WriteFailures {
  /** So many failures are kept each with its own cause; those of more files share the last one. */
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

  /** Notes that content of a file is lost. */
  synchronized void add(long inodeNumber, IOException cause) {
    Failure known = byInode.get(inodeNumber);
    IOException kept = cause;
    if (known == null && byInode.size() >= MOST_CAUSES) {
      kept = byInode.values().iterator().next().cause;
    }
    byInode.put(inodeNumber, new Failure(++lastNumber, kept));
  }

  /** A listener for one file. */
  public synchronized Listener of(long inodeNumber) {
    Failure known = byInode.get(inodeNumber);
    return new Listener(inodeNumber, known != null && !known.told ? known.number - 1 : lastNumber);
  }

  /** A listener for all files, from the opening of the file system on. */
  public Listener ofAll() {
    return new Listener(null, 0);
  }

  /**
   * Tells what no listener has been told.
   *
   * @throws IOException the first failure, with the others suppressed
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

  /** One owner of an open file, or of the file system, who is told of each failure once. */
  public final class Listener {
    private final @Nullable Long inodeNumber;
    private long position;

    private Listener(@Nullable Long inodeNumber, long position) {
      this.inodeNumber = inodeNumber;
      this.position = position;
    }

    /**
     * Tells what was lost since this was asked last.
     *
     * @throws IOException the last failure of the file, or the first one of all, with the others
     *     suppressed
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
