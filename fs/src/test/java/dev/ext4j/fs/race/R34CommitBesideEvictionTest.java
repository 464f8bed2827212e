package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.probe.SyncPoint;
import org.junit.jupiter.api.Test;

/**
 * R34: a punch drops pages while a commit is running. Neither waits for the other: a commit writes
 * no file content, and a thread that drops pages holds no handle.
 */
class R34CommitBesideEvictionTest extends RaceTest {
  @Test
  void evictionDuringACommit_goesOn() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      race.dirty(race.f(), 2, 7);
      race.dirty(race.f(), 3, 7);
      ContentChange.noteAlone(race.f(), race.volume()); // something to commit
      Stops.Stop ordered = stops.at(SyncPoint.CM_ORDERED);
      RaceFixture.Running commit = new RaceFixture.Running(() -> race.volume().journal().commit());
      ordered.await();
      Stops.Stop removed = stops.note(SyncPoint.OP_ES_FINAL);
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      removed.await(); // all is done but its own commit
      ordered.release();
      commit.join();
      punch.join();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R34");
    }
  }

  @Test
  void waitingForAPageWithAHandle_isRefused() throws Exception {
    try (RaceFixture race = plain()) {
      race.read(race.f(), 2);
      Page page = race.volume().pages().of(race.f()).find(2);
      assertThat(page).isNotNull();
      try (Handle handle = race.volume().journal().start(1)) {
        assertThatThrownBy(page::awaitWritten).isInstanceOf(ProtocolException.class);
      }
    }
  }
}
