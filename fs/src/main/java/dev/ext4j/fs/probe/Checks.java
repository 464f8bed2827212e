package dev.ext4j.fs.probe;

/**
 * Checks that cost too much for production. Each answer of a status tree is compared with the disk,
 * and so is the mapping of pages that are about to be written. Each change of a status tree is
 * followed by a check of the whole tree. Allocated blocks are compared with freed blocks whose
 * release is not durable. When an operation ends, no content of its file may be in the running
 * transaction only. The checks are off unless the system property {@code ext4j.checks} is {@code
 * true} or a test switches them on. The switch holds for the whole process.
 */
public final class Checks {
  private static volatile boolean on = Boolean.getBoolean("ext4j.checks");

  private Checks() {}

  /** Returns whether the checks are on. */
  public static boolean areOn() {
    return on;
  }

  /** Switches the checks on or off. */
  public static void make(boolean wanted) {
    on = wanted;
  }
}
