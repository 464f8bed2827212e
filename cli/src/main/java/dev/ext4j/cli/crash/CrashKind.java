package dev.ext4j.cli.crash;

import java.util.Locale;

/** Ways in which a crash can treat the writes that were not flushed. */
public enum CrashKind {
  /** The first ones are there, in order, and no more. */
  PREFIX,
  /** The first ones, and of the next only some sectors. */
  TORN,
  /** The first ones but one. */
  DROP,
  /** A single one. */
  ONLY,
  /** Any others. */
  SUBSET;

  /** The name in options and reports. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
