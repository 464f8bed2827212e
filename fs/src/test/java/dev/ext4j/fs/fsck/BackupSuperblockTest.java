package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests of file systems whose primary superblock is lost. */
@Tag("oracle")
class BackupSuperblockTest {
  private static final FsckOptions OPTIONS = FsckOptions.at(1L << 33);
  private static final long BACKUP_1K = 8193;

  @BeforeAll
  static void requireE2fsprogs() {
    Oracles.requireE2fsprogs();
  }

  private static MemoryBlockDevice make(ImageRecipe recipe) throws IOException {
    try (Judge judge = Judge.open()) {
      return Judge.load(judge.make(recipe));
    }
  }

  private static FsckReport check(MemoryBlockDevice disk, FsckOptions options) throws IOException {
    return new Checker(disk, options, ProgressListener.NONE).run();
  }

  @Test
  void primaryGone_isCheckedByABackup() throws IOException {
    for (ImageRecipe recipe : List.of(ImageKinds.EXT2_1K, ImageKinds.EXT3_1K)) {
      MemoryBlockDevice disk = make(recipe);
      FsckReport whole = check(disk, OPTIONS);
      assertThat(whole.problems()).as(recipe.name()).isEmpty();
      disk.writeFully(1024, ByteBuffer.allocate(1024));
      FsckReport report = check(disk, OPTIONS);
      assertThat(report.counts()).containsEntry(ProblemCode.SUPERBLOCK_UNUSABLE, 1L);
      assertThat(report.problems().get(0).block()).isEqualTo(BACKUP_1K);
      assertThat(Objects.requireNonNull(report.statistics()).inodes())
          .isEqualTo(Objects.requireNonNull(whole.statistics()).inodes());
    }
  }

  @Test
  void backupAskedFor_isTakenWithAndWithoutItsBlockSize() throws IOException {
    MemoryBlockDevice disk = make(ImageKinds.EXT2_1K);
    for (int blockSize : List.of(0, 1024)) {
      assertThat(check(disk, OPTIONS.withBackup(BACKUP_1K, blockSize)).isClean()).isTrue();
    }
    assertThatThrownBy(() -> check(disk, OPTIONS.withBackup(BACKUP_1K, 4096)))
        .isInstanceOf(CorruptionException.class);
    assertThatThrownBy(() -> check(disk, OPTIONS.withBackup(BACKUP_1K + 1, 0)))
        .isInstanceOf(CorruptionException.class);
  }
}
