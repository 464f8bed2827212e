package dev.ext4j.fs;

import java.util.List;

/**
 * How one performance of the founding race went: a hole is punched while a page just behind it is
 * written back.
 *
 * @param holeEnd blocks 0 to this one, exclusive, are the hole
 * @param steps what the two threads did, in this order
 * @param knownMidway of the hole in the status tree, when the punch went on after its pause
 * @param knownAfter of the hole in the status tree, when all was over
 * @param onDiskAfter of the hole on disk
 * @param lookedAt a block of the hole that is read in the end
 * @param givenAway the block of the device that it had, which another file was given
 * @param found what reading showed: the content of the other file, or zeros
 */
public record RaceReport(
    long holeEnd,
    List<Step> steps,
    List<Mapping> knownMidway,
    List<Mapping> knownAfter,
    List<Mapping> onDiskAfter,
    long lookedAt,
    long givenAway,
    Found found) {
  /** Copies the lists. */
  public RaceReport {
    steps = List.copyOf(steps);
    knownMidway = List.copyOf(knownMidway);
    knownAfter = List.copyOf(knownAfter);
    onDiskAfter = List.copyOf(onDiskAfter);
  }

  /** Who does something. */
  public enum Actor {
    /** The thread that punches the hole. */
    PUNCH,
    /** The thread that writes the page back. */
    WRITEBACK
  }

  /** What was read of the hole in the end. */
  public enum Found {
    /** Zeros, as it should be. */
    ZEROS,
    /** Content of another file. */
    FOREIGN
  }

  /**
   * Something that one of them did.
   *
   * @param actor who
   * @param point the sync point that it came to, as docs/PROTOCOL.md names it
   * @param text what that means
   */
  public record Step(Actor actor, String point, String text) {}
}
