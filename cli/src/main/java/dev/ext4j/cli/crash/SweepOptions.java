package dev.ext4j.cli.crash;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a log is looked at, and how.
 *
 * @param seed of every random choice
 * @param kinds the kinds of states
 * @param subsets how many random subsets of an epoch
 * @param sectorSize bytes that the disk writes as one: where writes tear
 * @param tearSuperblock whether a write of the superblock may be torn
 * @param maxStates at most so many states, chosen at random where there are more
 * @param states numbers of the only states to look at; empty for all
 * @param jobs how many states at a time
 * @param atomic whether the whole tree must be as at one of the points that were vouched for; else
 *     each block of a file may be as at the one before or the one after
 * @param recovery what is done to a state before its files are looked at
 * @param checker the program that judges the image
 * @param scratch folder for temporary files
 * @param keep folder for bad images, if they are kept
 */
public record SweepOptions(
    long seed,
    Set<CrashKind> kinds,
    int subsets,
    int sectorSize,
    boolean tearSuperblock,
    int maxStates,
    Set<Long> states,
    int jobs,
    boolean atomic,
    Recovery recovery,
    ImageChecker checker,
    Path scratch,
    @Nullable Path keep) {
  /** Copies the sets. */
  public SweepOptions {
    kinds = Set.copyOf(kinds);
    states = Set.copyOf(states);
  }
}
