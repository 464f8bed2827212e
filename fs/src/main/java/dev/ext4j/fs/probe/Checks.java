package dev.ext4j.fs.probe;

/**
 * Checks that cost more than they may in production: each answer of a status tree is compared with
 * the disk, each change of one is followed by a look at all of it, and blocks that are given out
 * are compared with those whose release is not durable. Off unless the system property {@code
 * ext4j.checks} is {@code true}, or a test switches them on; they hold for the whole process.
 */
public final class Checks {
  private static volatile boolean on = Boolean.getBoolean("ext4j.checks");

  private Checks() {}

  /** Whether they are made. */
  public static boolean areOn() {
    return on;
  }

  /** Makes them, or stops making them. */
  public static void make(boolean wanted) {
    on = wanted;
  }
}
