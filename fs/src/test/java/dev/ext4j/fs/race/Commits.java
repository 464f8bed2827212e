package dev.ext4j.fs.race;

import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.mount.SmallTransactions;
import dev.ext4j.testimages.ImageRecipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The two ways in which changes become durable. */
enum Commits {
  /** Each operation commits by itself. */
  BY_OPERATIONS,
  /** A thread commits after a time that is short enough for a test. */
  BY_A_THREAD;

  private static final Duration INTERVAL = Duration.ofMillis(30);

  /** Returns each kind with each way of committing and each seed. */
  static Stream<Arguments> withKindsAndSeeds(List<ImageRecipe> kinds) {
    List<Arguments> all = new ArrayList<>();
    for (ImageRecipe kind : kinds) {
      for (Commits commits : values()) {
        Seeds.of(1).forEach(seed -> all.add(Arguments.of(kind, commits, seed)));
      }
    }
    return all.stream();
  }

  /** Lets a file system commit in this way. Called before its first change. */
  void begin(SmallTransactions mount, Batches batches) {
    if (this == BY_A_THREAD) {
      mount.commitEvery(INTERVAL, batches::beside);
    }
  }
}
