package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of a journal that the kernel left dirty: what a reader sees and what a writer replays,
 * against the replays of e2fsck and of the kernel.
 */
@Tag("oracle")
class DirtyJournalTest {
  private static final int FEW_ROUNDS = 6;
  private static final int SMALL_LOG_ROUNDS = 60;

  /**
   * A kind of log.
   *
   * @param options the options of the mount
   * @param wraps the least number of times that the log must have wrapped around
   * @param trait a property that the log must have, without which the test proves nothing
   */
  record Kind(
      ImageRecipe recipe,
      int rounds,
      int wraps,
      Predicate<JournalSuperblock> trait,
      List<String> options) {
    Kind with(Predicate<JournalSuperblock> newTrait, String... newOptions) {
      return new Kind(recipe, rounds, wraps, newTrait, List.of(newOptions));
    }

    boolean logsContent() {
      return options.contains("data=journal");
    }

    @Override
    public String toString() {
      return recipe.name();
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          kind("b1k", "ext4", 1024, 8),
          kind("b4k", "ext4", 4096, 8),
          kind("b2k-no-64bit", "ext4", 2048, 8, "^64bit"),
          kind("no-checksums", "ext4", 4096, 8, "^metadata_csum", "^64bit"),
          kind("bigalloc", "ext4", 1024, 8, "bigalloc"),
          kind("ext3", "ext3", 1024, 8),
          kind("large-log", "ext4", 1024, 64),
          small("wraps", "ext4", 1024, 1),
          small("wraps-no-checksums", "ext4", 1024, 1, "^metadata_csum"),
          small("wraps-ext3", "ext3", 1024, 1),
          small("wraps-fast-commit-area", "ext4", 1024, 1, "fast_commit")
              .with(JournalSuperblock::hasFastCommits),
          kind("checksum-v1", "ext4", 1024, 8, "^metadata_csum")
              .with(JournalSuperblock::hasTransactionChecksum, "journal_checksum"),
          small("wraps-checksum-v1", "ext4", 1024, 1, "^metadata_csum", "^64bit")
              .with(JournalSuperblock::hasTransactionChecksum, "journal_checksum"),
          kind("async-v1", "ext4", 1024, 8, "^metadata_csum")
              .with(JournalSuperblock::hasAsyncCommit, "journal_async_commit", "data=writeback"),
          kind("async-v3", "ext4", 4096, 16)
              .with(JournalSuperblock::hasAsyncCommit, "journal_async_commit", "data=writeback"),
          kind("data", "ext4", 1024, 8).with(log -> true, "data=journal"),
          small("wraps-data", "ext4", 1024, 1, "^metadata_csum").with(log -> true, "data=journal"),
          kind("data-ext3", "ext3", 4096, 16).with(log -> true, "data=journal"));

  private static Kind kind(
      String name, String type, int blockSize, int logMegabytes, String... features) {
    ImageRecipe recipe =
        ImageRecipe.of(name, type, blockSize, logMegabytes > 32 ? 160 << 20 : 48 << 20)
            .withFeatures(features)
            .withWords("-J", "size=" + logMegabytes);
    if (recipe.asksFor("bigalloc")) {
      recipe = recipe.withWords("-C", "8192");
    }
    return new Kind(recipe, FEW_ROUNDS, 0, log -> true, List.of());
  }

  /**
   * Returns a kind with the smallest possible log, and traffic that goes around it several times.
   */
  private static Kind small(
      String name, String type, int blockSize, int logMegabytes, String... features) {
    Kind kind = kind(name, type, blockSize, logMegabytes, features);
    return new Kind(kind.recipe, SMALL_LOG_ROUNDS, 2, kind.trait, kind.options);
  }

  static Stream<Arguments> kindsAndSeeds() {
    return KINDS.stream().flatMap(kind -> Seeds.of(1).mapToObj(seed -> Arguments.of(kind, seed)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("kindsAndSeeds")
  void crashedImage_isReplayedBlockForBlockAsByE2fsckAndTheKernel(Kind kind, long seed)
      throws Exception {
    Oracles.requireMount(kind.recipe);
    String situation = kind + ", seed " + seed;
    try (Judge judge = Judge.open()) {
      KernelTraffic.Crashed crashed =
          KernelTraffic.crash(
              judge.make(kind.recipe),
              judge.file("crashed.img"),
              kind.rounds,
              seed,
              kind.options.toArray(String[]::new));
      MemoryBlockDevice dirty = Judge.loadExactly(crashed.image());
      assertThat(crashed.wraps()).as("wraps").isGreaterThanOrEqualTo(kind.wraps);
      requireTraits(kind, dirty);
      Set<Long> own = ReplayedImages.ownBlocks(dirty);
      MemoryBlockDevice theirs = ReplayedImages.byE2fsck(judge, dirty);
      assertThat(ReplayedImages.differences(dirty, theirs, own))
          .as("%s: blocks that the replay changes", situation)
          .isNotEmpty();

      try (Mount mount = new Mount(dirty.reopened(), MountOptions.readOnly())) {
        assertThat(mount.needsRecovery()).as("the image is dirty").isTrue();
        assertThat(mount.warnings()).singleElement().asString().contains("after its replay");
        ReplayedImages.requireSame(mount.device(), theirs, own, situation + ": as readers see it");
      }
      MemoryBlockDevice ours = ReplayedImages.byExt4j(dirty);
      ReplayedImages.requireSame(ours, theirs, own, situation + ": ext4j and e2fsck");
      judge.requireClean(ours, situation + ", recovered by ext4j");
      MemoryBlockDevice kernels = ReplayedImages.byKernel(judge, dirty);
      ReplayedImages.requireSame(ours, kernels, own, situation + ": ext4j and the kernel");
    }
  }

  /** Fails unless the log has the properties of its kind. */
  private static void requireTraits(Kind kind, BlockDevice dirty) throws IOException {
    LogSuperblock log = KernelTraffic.log(dirty);
    Geometry geometry = SuperblockLoader.load(dirty, MountOptions.readOnly()).geometry();
    assertThat(kind.trait.test(log.view())).as("%s: features of the log", kind).isTrue();
    Replay replay = Replay.of(log.area(), log.view(), geometry);
    assertThat(replay.transactions()).as("transactions").isGreaterThan(3);
    // With data=journal no block is written past the log, so nothing is revoked.
    boolean revokes = !blocks(log.area(), geometry, LogBlock.Type.REVOKE).isEmpty();
    assertThat(revokes).as("revoke blocks").isNotEqualTo(kind.logsContent());
    boolean escapes = replay.copies().values().stream().anyMatch(Replay.Copy::escaped);
    assertThat(escapes).as("escaped blocks").isEqualTo(kind.logsContent());
  }

  /** Returns the blocks of the log that have a certain type. */
  private static List<Long> blocks(LogArea area, Geometry geometry, LogBlock.Type type)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(geometry.blockSize());
    List<Long> found = new ArrayList<>();
    for (long i = 1; i < area.blockCount(); i++) {
      area.read(i, block.clear());
      if (new LogBlock(block).type() == type) {
        found.add(i);
      }
    }
    return found;
  }

  /**
   * Checks a commit block that reached the disk before its transaction. With async commit that is
   * no damage, and the transaction does not count.
   */
  @Test
  void commitBlockThatCameBeforeItsTransaction_doesNotCount() throws Exception {
    Kind kind =
        kind("async-torn", "ext4", 1024, 8, "^metadata_csum")
            .with(JournalSuperblock::hasAsyncCommit, "journal_async_commit", "data=writeback");
    Oracles.requireMount(kind.recipe);
    try (Judge judge = Judge.open()) {
      KernelTraffic.Crashed crashed =
          KernelTraffic.crash(
              judge.make(kind.recipe),
              judge.file("crashed.img"),
              FEW_ROUNDS,
              1,
              kind.options.toArray(String[]::new));
      MemoryBlockDevice dirty = Judge.loadExactly(crashed.image());
      requireTraits(kind, dirty);
      LogArea log = KernelTraffic.log(dirty).area();
      Geometry geometry = SuperblockLoader.load(dirty, MountOptions.readOnly()).geometry();
      List<Long> commits = blocks(log, geometry, LogBlock.Type.COMMIT);
      long lost = log.byteOffset(commits.get(commits.size() - 1) - 1);
      dirty.writeFully(lost, ByteBuffer.allocate(geometry.blockSize()));

      Set<Long> own = ReplayedImages.ownBlocks(dirty);
      MemoryBlockDevice theirs = ReplayedImages.byE2fsck(judge, dirty);
      MemoryBlockDevice ours = ReplayedImages.byExt4j(dirty);
      ReplayedImages.requireSame(ours, theirs, own, "ext4j and e2fsck");
      MemoryBlockDevice kernels = ReplayedImages.byKernel(judge, dirty);
      ReplayedImages.requireSame(ours, kernels, own, "ext4j and the kernel");
      judge.requireClean(ours, "recovered by ext4j");
    }
  }
}
