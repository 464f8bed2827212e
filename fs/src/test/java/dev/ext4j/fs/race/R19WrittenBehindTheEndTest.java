package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.report.FileInvariants;
import org.junit.jupiter.api.Test;

/**
 * R19: a file was extended in memory, a hole is punched before its end, and a page of the hole is
 * stored to and written back. No written block may lie beyond the size on disk, at any commit.
 */
class R19WrittenBehindTheEndTest extends RaceTest {
  @Test
  void storeIntoTheHole_isCoveredByTheSizeOnDisk() throws Exception {
    try (RaceFixture race = plain()) {
      long end = race.f().size() / BLOCK + 30;
      race.dirty(race.f(), end - 1, 7); // far beyond the size on disk, which stays
      long inHole = end - 10;
      race.punch(end - 12, 4);
      race.store(race.f(), inHole, 9);
      race.writeBack(race.f(), inHole);
      race.volume().journal().commit();
      try (Mount recovered = afterCrash(race)) {
        Inode file = fileOf(recovered);
        assertThat(file.fields().size()).isGreaterThanOrEqualTo((inHole + 1) * BLOCK);
        assertThat(new FileInvariants(file, recovered.volume()).check()).isEmpty();
      }
      race.finish("R19");
    }
  }
}
