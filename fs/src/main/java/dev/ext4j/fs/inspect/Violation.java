package dev.ext4j.fs.inspect;

/**
 * An invariant of a file at rest that does not hold.
 *
 * @param invariant number of the invariant in docs/PROTOCOL.md, I1 to I10
 * @param message what was found
 */
public record Violation(String invariant, String message) {
  @Override
  public String toString() {
    return invariant + ": " + message;
  }
}
