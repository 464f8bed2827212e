package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.SyncPoint;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/**
 * R21: writeback holds the page in which the new end of a file will lie, and has decided to write
 * it. Afterwards no byte from beyond the new end may be on disk.
 */
class R21StraddlingPageTest extends RaceTest {
  @Test
  void bytesBehindTheNewEnd_areNotOnDisk() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      race.dirty(race.f(), 30, 7);
      Stops.Stop locked = stops.at(SyncPoint.WB_LOCKED);
      RaceFixture.Running writeback = new RaceFixture.Running(() -> race.writeBack(race.f(), 30));
      locked.await();
      RaceFixture.Running truncate =
          new RaceFixture.Running(() -> race.truncateBytes(30L * BLOCK + 100));
      assertThat(truncate.isBlocked()).isTrue();
      locked.release();
      writeback.join();
      truncate.join();
      race.volume().journal().commit();
      race.volume().journal().finish();
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      race.disk().readFully(onDisk(race, 30).physicalBlock() * BLOCK, block);
      for (int i = 0; i < BLOCK; i++) {
        assertThat(block.get(i)).as("byte %d", i).isEqualTo((byte) (i < 100 ? 7 : 0));
      }
    }
  }
}
