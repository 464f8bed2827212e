package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** All operations on one mutant. */
final class Trial {
  private static final long BUDGET = 16 << 20;

  /**
   * One in so many mutants gets the expensive checks, which rarely find anything that the others
   * miss.
   */
  private static final int ONE_IN = 4;

  private final CampaignImage image;
  private final Mutant mutant;
  private final Patch patch;
  private final Calls calls;
  private final SplittableRandom choices;
  private final @Nullable SecondOpinion second;
  private String end = "refused";

  /** Another checker of images. */
  interface SecondOpinion {
    /** Returns the problems that the checker finds, or null if there are none. */
    @Nullable String problems(BlockDevice device) throws IOException;
  }

  Trial(CampaignImage image, long seed, @Nullable SecondOpinion second) throws IOException {
    this.image = image;
    this.mutant = new Mutant(image, seed);
    this.patch = mutant.patch();
    this.choices = mutant.choices();
    this.second = second;
    this.calls = new Calls(mutant + "\n  " + String.join("\n  ", patch.changes()));
  }

  Calls calls() {
    return calls;
  }

  /** Returns the outcome in a few words. */
  String end() {
    return end;
  }

  void run() throws IOException {
    OverlayDevice seen = OverlayDevice.sharing(patch.device());
    new Reading(calls).all(seen);
    FsckReport[] before = {null, null};
    if (choices.nextInt(ONE_IN) == 0) {
      calls.make("fsck on disk", () -> before[0] = check(seen, Fsck.View.ON_DISK));
    }
    calls.make("fsck replayed", () -> before[1] = check(seen, Fsck.View.REPLAYED));
    requireUntouched(seen, "reading and checking");
    boolean clean =
        before[1] != null && before[1].isClean() && !Unfinished.isLeftForRepair(patch.device());

    OverlayDevice changed = OverlayDevice.sharing(patch.device());
    calls.forgetDamage();
    int unit = image.geometry().blockSize() << image.geometry().clusterRatioBits();
    boolean opened = new Changing(calls, choices, unit).run(changed);
    if (!opened) {
      end = clean ? "clean, refused: " + calls.lastFailure() : "refused";
      if (!Unfinished.mayBeWrittenTo(patch.device(), calls.lastFailure())) {
        requireUntouched(changed, "a refused opening, " + calls.lastFailure());
      }
      if (clean && !Unfinished.is(patch.device())) {
        requireSecondOpinion(patch.device(), "is refused, " + calls.lastFailure());
      }
      return;
    }
    end = clean ? "clean" + met(calls.damage()) : "opened";
    FsckReport[] after = {null};
    calls.make("fsck afterwards", () -> after[0] = check(changed, Fsck.View.ON_DISK));
    if (clean) {
      requireClean(changed, after[0]);
    }
    if (choices.nextInt(ONE_IN) == 0) {
      new Reading(calls).all(changed);
    }
  }

  /** Returns words about damage that an operation met although the checker had found none. */
  private static String met(@Nullable CorruptionException damage) {
    return damage == null ? "" : ", damage met: " + damage.kind();
  }

  private static FsckReport check(BlockDevice device, Fsck.View view) throws IOException {
    FsckOptions options =
        FsckOptions.at(System.currentTimeMillis() / 1000).withThreads(1).withBudget(BUDGET);
    return Fsck.check(device, options, view, ProgressListener.NONE).report();
  }

  private void requireUntouched(OverlayDevice device, String what) {
    if (device.changedBytes() > 0) {
      throw calls.fault("written by " + what.replaceAll("\\d+", "N"), "written by " + what);
    }
  }

  private void requireClean(BlockDevice changed, @Nullable FsckReport after) throws IOException {
    if (after == null || !after.isClean()) {
      throw calls.fault(
          "not clean any more: " + (after == null ? "" : after.counts().keySet()),
          "was clean, and is not any more: " + (after == null ? "no report" : after.problems()));
    }
    requireSecondOpinion(changed, "was changed");
  }

  /**
   * Fails if another checker finds problems in an image that ext4j calls clean. Asks it for some of
   * the mutants only.
   */
  private void requireSecondOpinion(BlockDevice device, String situation) throws IOException {
    if (second == null || choices.nextInt(ONE_IN) > 0) {
      return;
    }
    String problems = second.problems(device);
    if (problems != null) {
      String before = second.problems(patch.device());
      throw calls.fault(
          before == null
              ? "second opinion: spoilt"
              : "second opinion: was not clean before, " + firstLine(before),
          situation + ": " + problems + "\nbefore: " + (before == null ? "clean" : before));
    }
  }

  /** Returns the first line that may name a problem, without its numbers. */
  private static String firstLine(String problems) {
    return problems
        .lines()
        .filter(line -> !line.startsWith("Pass ") && !line.contains("e2fsck"))
        .findFirst()
        .orElse("")
        .replaceAll("\\d+", "N");
  }
}
