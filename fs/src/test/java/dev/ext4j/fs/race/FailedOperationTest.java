package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.file.ZeroRange;
import org.junit.jupiter.api.Test;

/** What was written and is in memory only is not lost by an operation that fails. */
class FailedOperationTest extends RaceTest {
  @Test
  void zeroWithoutSpace_leavesWhatWasWritten() throws Exception {
    try (RaceFixture race = plain()) {
      race.dirty(race.f(), 0, 7);
      assertThatThrownBy(
              () ->
                  new ZeroRange(
                          race.f(), race.context(), 0, 64L << 20, false, ProgressListener.NONE)
                      .zero())
          .isInstanceOf(FileOperationException.class)
          .hasMessageContaining("no free block");
      assertThat(race.read(race.f(), 0)).isEqualTo(7);
      race.finish("a range that was not zeroed");
    }
  }
}
