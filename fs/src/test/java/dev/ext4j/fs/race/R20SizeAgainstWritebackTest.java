package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R20: writeback raises the size on disk to what it has written, while a truncation lowers it. Both
 * read the other size under the tree lock, and the truncation waits for pages that are being
 * written.
 */
class R20SizeAgainstWritebackTest extends RaceTest {
  @Test
  void cutBesideWriteback_sizeIsThatOfTheCut() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      long end = race.f().size() / BLOCK + 3;
      race.dirty(race.f(), end - 1, 7);
      Stops.Stop done = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback =
          new RaceFixture.Running(() -> race.writeBack(race.f(), end - 1));
      done.await();
      RaceFixture.Running truncate = new RaceFixture.Running(() -> race.truncate(30));
      assertThat(truncate.isBlocked()).isTrue();
      done.release();
      writeback.join();
      truncate.join();
      assertThat(race.f().size()).isEqualTo(30L * BLOCK);
      assertThat(race.f().fields().size()).isEqualTo(30L * BLOCK);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R20");
    }
  }

  @Test
  void pageThatIsStillThere_raisesTheSizeNoFurtherThanTheCut() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      race.dirty(race.f(), 29, 7);
      Stops.Stop converted = stops.at(SyncPoint.IO_DONE);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 29));
      converted.await();
      RaceFixture.Running truncate =
          new RaceFixture.Running(() -> race.truncateBytes(29L * BLOCK + 100));
      assertThat(truncate.isBlocked()).isTrue(); // the page straddles the new end
      converted.release();
      writeback.join();
      truncate.join();
      assertThat(race.f().fields().size()).isEqualTo(29L * BLOCK + 100);
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R20, straddling");
    }
  }
}
