package dev.ext4j.fs.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Content that could not be written and is lost, until each owner of an open file has been told
 * (the kernel's {@code errseq_t}). Failures are numbered; an {@link Listener} knows up to which
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

  /** A listener for all files. */
  public synchronized Listener ofAll() {
    long position = lastNumber;
    for (Failure failure : byInode.values()) {
      position = failure.told ? position : Math.min(position, failure.number - 1);
    }
    return new Listener(null, position);
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
      List<IOException> causes = new ArrayList<>();
      synchronized (WriteFailures.this) {
        for (Failure failure : concerned()) {
          if (failure.number > position) {
            failure.told = true;
            causes.add(failure.cause);
          }
        }
        position = lastNumber;
      }
      if (!causes.isEmpty()) {
        IOException first = causes.get(0);
        for (IOException other : causes) {
          if (other != first && !List.of(first.getSuppressed()).contains(other)) {
            first.addSuppressed(other);
          }
        }
        throw first;
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
