package dev.ext4j.cli.crash;

import java.util.Locale;

/** The ways in which a crash can treat the writes that were not flushed. */
public enum CrashKind {
  /** Only the first writes are kept, in order. */
  PREFIX,
  /** The first writes are kept, and only some sectors of the next write. */
  TORN,
  /** The first writes are kept, except one of them. */
  DROP,
  /** Only one write is kept. */
  ONLY,
  /** Any other subset of the writes is kept. */
  SUBSET;

  /** Returns the name in options and reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
