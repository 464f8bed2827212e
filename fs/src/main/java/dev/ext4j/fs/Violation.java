package dev.ext4j.fs;

/**
 * Something that should hold of a file at rest, and does not.
 *
 * @param invariant its number in docs/PROTOCOL.md, I1 to I10
 * @param message what was found
 */
public record Violation(String invariant, String message) {
  @Override
  public String toString() {
    return invariant + ": " + message;
  }
}
