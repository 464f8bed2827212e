package dev.ext4j.cli.crash;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of a sweep: the states to examine, and the way to examine them.
 *
 * @param seed the seed of every random choice
 * @param kinds the kinds of states
 * @param subsets the number of random subsets of an epoch
 * @param sectorSize the number of bytes that the disk writes atomically; a write tears between
 *     sectors
 * @param tearSuperblock whether a write of the superblock may be torn
 * @param maxStates the maximum number of states, which are chosen at random if there are more
 * @param states the numbers of the only states to examine; empty for all
 * @param jobs the number of states that are judged at the same time
 * @param atomic whether the whole tree must be as at one milestone; otherwise each block of a file
 *     may be as at the milestone before the crash or as at the next one
 * @param recovery the recovery of a state before its files are compared
 * @param checker the program that judges the image
 * @param scratch the folder for temporary files
 * @param keep the folder for bad images, or null if they are not kept
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
    TrialRecovery recovery,
    ImageChecker checker,
    Path scratch,
    @Nullable Path keep) {
  /** Copies the sets. */
  public SweepOptions {
    kinds = Set.copyOf(kinds);
    states = Set.copyOf(states);
  }
}
