package dev.ext4j.fs.demo;

import dev.ext4j.fs.model.Mapping;
import java.util.List;

/**
 * A report of one run of race R1 of docs/PROTOCOL.md: a hole is punched while the page after it is
 * written back.
 *
 * @param holeEnd the first block after the hole, which begins at block 0
 * @param steps the steps of the two threads, in the order in which they happened
 * @param knownMidway the runs in the status tree that begin in the hole, when the punch continued
 *     after its pause
 * @param knownAfter the runs in the status tree that begin in the hole, after both threads have
 *     ended
 * @param onDiskAfter the run on disk that begins at block 0, after both threads have ended
 * @param lookedAt the logical block of the hole that is read at the end
 * @param givenAway the physical block to which {@code lookedAt} was mapped. The demonstration has
 *     allocated it again, as if for another file.
 * @param found the content that was read: the content of the other file, or zeros
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

  /** The two threads of the race. */
  public enum Actor {
    /** The thread that punches the hole. */
    PUNCH,
    /** The thread that writes the page back. */
    WRITEBACK
  }

  /** The results of the read from the hole at the end. */
  public enum Found {
    /** Zeros, which is the correct result. */
    ZEROS,
    /** Content of another file. */
    FOREIGN
  }

  /**
   * A step of one of the threads.
   *
   * @param actor the thread
   * @param point the sync point that the thread reached
   * @param text a description of the step
   */
  public record Step(Actor actor, String point, String text) {}
}
