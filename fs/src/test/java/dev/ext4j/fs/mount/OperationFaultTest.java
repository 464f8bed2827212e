package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.FaultyDevice;
import dev.ext4j.blockdev.sim.FaultyDevice.Operation;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileBytes;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.PartialOperationException;
import dev.ext4j.fs.file.FileModel;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.file.OperationSeries;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a device that fails at a call, once or from then on, in each operation on file data. The
 * failure is reported, the reported outcome is true, and the image is sound after recovery. One
 * call of each kind is tried in each operation, and every call with {@code -P model}.
 */
class OperationFaultTest {
  static final List<ImageRecipe> KINDS =
      List.of(
          kind("b1k", "ext4"),
          kind("ext3", "ext3"),
          kind("inline", "ext4").withFeatures("inline_data").withInodes(256),
          kind("bigalloc", "ext4").withClusters(8 << 10),
          kind("nojournal", "ext4").withFeatures("^has_journal"));

  private static Judge judge;

  private static ImageRecipe kind(String name, String type) {
    ImageRecipe recipe = ImageRecipe.of("fault-" + name, type, 1024, 8 << 20);
    return name.equals("nojournal") ? recipe : recipe.withWords("-J", "size=2", "-N", "48");
  }

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(0).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void anyCallFails_outcomeIsAsToldAndNothingLeaks(ImageRecipe kind, long seed) throws IOException {
    failCalls(kind, new Random(seed), 1);
  }

  @Tag("model")
  @ParameterizedTest
  @FieldSource("KINDS")
  void eachCallFails_outcomeIsAsToldAndNothingLeaks(ImageRecipe kind) throws IOException {
    failCalls(kind, new Random(0), Integer.MAX_VALUE);
  }

  private static void failCalls(ImageRecipe kind, Random random, int tried) throws IOException {
    MemoryBlockDevice image = OperationSeries.image(judge, kind);
    for (RangeOperation operation : OperationSeries.of(kind)) {
      Step step = new Step(kind, image, operation);
      int failed = 0;
      for (Operation call : List.of(Operation.READ, Operation.WRITE, Operation.FLUSH)) {
        for (long number : numbers(step.calls.calls(call), tried, random)) {
          failed += step.fail(call, number, false) + step.fail(call, number, true);
        }
      }
      assertThat(failed).as("failures told in %s", operation).isPositive();
      image = step.done;
    }
  }

  /** Returns the numbers of some calls, or of all. */
  private static Set<Long> numbers(long calls, int tried, Random random) {
    Set<Long> numbers = new TreeSet<>();
    for (long i = 1; i <= Math.min(tried, calls); i++) {
      numbers.add(tried >= calls ? i : random.nextLong(1, calls + 1));
    }
    return numbers;
  }

  /** One operation on a sound image. */
  private static final class Step {
    private final ImageRecipe kind;
    private final RangeOperation operation;
    private final MemoryBlockDevice image;
    private final MemoryBlockDevice done;
    private final FaultyDevice calls;
    private final List<byte[]> before;
    private final List<byte[]> after;

    Step(ImageRecipe kind, MemoryBlockDevice image, RangeOperation operation) throws IOException {
      this.kind = kind;
      this.image = image;
      this.operation = operation;
      before = FileBytes.of(image, OperationSeries.FILES);
      done = image.copy();
      calls = new FaultyDevice(done);
      assertThat(attempt(calls, false)).isEqualTo(new Attempt(null, null));
      judge.requireClean(done, operation.toString());
      after = FileBytes.of(done, OperationSeries.FILES);
      int file = OperationSeries.FILES.indexOf(operation.file());
      FileModel model = new FileModel();
      model.reset(before.get(file).clone());
      model.apply(operation);
      assertThat(after.get(file)).as("%s", operation).isEqualTo(model.content());
    }

    /** The exceptions thrown. */
    private record Attempt(@Nullable IOException working, @Nullable IOException closing) {
      @Nullable IOException first() {
        return working != null ? working : closing;
      }
    }

    @SuppressWarnings("MustBeClosedChecker") // the exception of the close is examined
    private Attempt attempt(BlockDevice device, boolean again) {
      IOException working = null;
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
        try {
          FileRanges.apply(fs, operation);
          fs.sync();
        } catch (IOException e) {
          working = e;
        }
        if (again) {
          FileRanges.apply(fs, operation);
          fs.sync();
        }
      } catch (IOException e) {
        return new Attempt(working, e);
      }
      return new Attempt(working, null);
    }

    /** Makes a call fail. Returns 1 if the failure was reported, or 0. */
    int fail(Operation call, long number, boolean fromThenOn) throws IOException {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device = new FaultyDevice(disk);
      if (fromThenOn) {
        device.failFrom(call, number, Errno.EIO);
      } else {
        device.failOnce(call, number, Errno.EIO);
      }
      String situation =
          kind
              + ": "
              + operation
              + ", "
              + call
              + " "
              + number
              + " of "
              + calls.calls(call)
              + " failed"
              + (fromThenOn ? ", as all after" : "");
      Attempt attempt = attempt(device, false);
      IOException failure = attempt.first();
      if (!fromThenOn && isRepeatable(attempt.working)) {
        requireSecondTryWorks(call, number, situation);
      }
      if (failure == null) {
        assertThat(fromThenOn).as("%s, and nobody was told", situation).isFalse();
        judge.requireClean(disk, situation);
        require(FileBytes.of(disk, OperationSeries.FILES), false, true, situation);
        return 0;
      }
      assertThat(failure)
          .as(situation)
          .isInstanceOfAny(
              DeviceException.class, CommitFailedException.class, PartialOperationException.class);
      Outcome outcome = outcome(attempt.working);
      boolean mayBeBefore = attempt.working != null && outcome != Outcome.IN_JOURNAL;
      boolean mayBeAfter = outcome != null && outcome != Outcome.AS_BEFORE;
      if (attempt.working == null) {
        // The operation is durable, or the file system could not be opened.
        mayBeAfter = true;
        mayBeBefore = number <= callsOfOpening(call);
      }
      if (kind.name().equals("fault-nojournal")) {
        requireInPlace(disk, attempt, outcome, situation);
      } else {
        requireJournaled(disk, mayBeBefore, mayBeAfter, situation);
      }
      return 1;
    }

    private static boolean isRepeatable(@Nullable IOException failure) {
      return failure instanceof DeviceException
          || (failure instanceof PartialOperationException
              && failure.getCause() instanceof DeviceException);
    }

    /**
     * Fails unless a second try works. A failure before any commit leaves nothing behind, not even
     * in memory.
     */
    private void requireSecondTryWorks(Operation call, long number, String situation)
        throws IOException {
      MemoryBlockDevice disk = image.copy();
      FaultyDevice device = new FaultyDevice(disk);
      device.failOnce(call, number, Errno.EIO);
      assertThat(attempt(device, true).closing()).as("%s, then again", situation).isNull();
      judge.requireClean(disk, situation + ", then again");
      require(FileBytes.of(disk, OperationSeries.FILES), false, true, situation + ", then again");
    }

    /**
     * Returns the outcome that a failure reports. After a truncation that is done in part, the new
     * size stays, and only blocks may be left to free.
     */
    private @Nullable Outcome outcome(@Nullable IOException failure) {
      if (failure instanceof PartialOperationException) {
        assertThat(operation.kind()).isEqualTo(RangeOperation.Kind.TRUNCATE);
        return Outcome.IN_JOURNAL;
      }
      return failure instanceof CommitFailedException commit ? commit.outcome() : null;
    }

    private long callsOfOpening(Operation call) throws IOException {
      FaultyDevice device = new FaultyDevice(image.copy());
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
        assertThat(fs.info()).isNotNull();
        return device.calls(call);
      }
    }

    private void requireJournaled(
        MemoryBlockDevice disk, boolean mayBeBefore, boolean mayBeAfter, String situation)
        throws IOException {
      boolean seen =
          require(
              FileBytes.of(disk, OperationSeries.FILES),
              mayBeBefore,
              mayBeAfter,
              situation + ", as readers see it");
      MemoryBlockDevice recovered = disk.copy();
      try (Ext4FileSystem fs = Ext4FileSystem.open(recovered, OpenOptions.readWrite())) {
        fs.sync();
      }
      judge.requireClean(recovered, situation + ", recovered by ext4j");
      require(
          FileBytes.of(recovered, OperationSeries.FILES), seen, !seen, situation + ", recovered");
      if (kind.blocksPerCluster() == 1) { // see CrashScenario: e2fsck's orphans
        MemoryBlockDevice repaired = judge.repaired(disk, situation);
        require(
            FileBytes.of(repaired, OperationSeries.FILES), seen, !seen, situation + ", by e2fsck");
      }
    }

    /**
     * Checks a file system without a journal. Its writes are undone; if that fails, e2fsck is
     * needed.
     */
    private void requireInPlace(
        MemoryBlockDevice disk, Attempt attempt, @Nullable Outcome outcome, String situation)
        throws IOException {
      MemoryBlockDevice repaired = judge.repaired(disk, situation);
      List<byte[]> found = FileBytes.of(repaired, OperationSeries.FILES);
      if (attempt.working != null && outcome != Outcome.NEEDS_CHECK) {
        boolean cut = outcome == Outcome.IN_JOURNAL;
        require(found, !cut, cut, situation);
        return;
      }
      FileBytes.requireFromEither(found, before, after, situation);
    }

    /** Returns true if everything is as before, and false if it is as after. */
    private boolean require(
        List<byte[]> found, boolean mayBeBefore, boolean mayBeAfter, String situation) {
      if (mayBeBefore && Arrays.deepEquals(found.toArray(), before.toArray())) {
        return true;
      }
      if (mayBeAfter && Arrays.deepEquals(found.toArray(), after.toArray())) {
        return false;
      }
      String wanted = mayBeBefore ? mayBeAfter ? "before or after" : "before" : "after";
      throw new AssertionError(situation + ": not as " + wanted);
    }
  }
}
