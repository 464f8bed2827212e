package dev.ext4j.fs.inspect;

/**
 * A violation of an invariant that must hold for a file at rest.
 *
 * @param invariant number of the invariant in docs/PROTOCOL.md, I1 to I10
 * @param message the violation that was found, as a text
 */
public record Violation(String invariant, String message) {
  @Override
  public String toString() {
    return invariant + ": " + message;
  }
}
