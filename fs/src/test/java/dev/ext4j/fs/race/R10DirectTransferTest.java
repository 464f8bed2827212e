package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R10 and R40: a direct read knows its blocks and holds no lock any more. An operation that removes
 * the blocks waits for the read. Otherwise they may belong to another file before they are read.
 */
class R10DirectTransferTest extends RaceTest {
  private static ByteBuffer readInBetween(RaceFixture race, boolean waits) throws Exception {
    ByteBuffer target = ByteBuffer.allocate(4 * BLOCK);
    try (Stops stops = new Stops(race.lab())) {
      Stops.Stop mapped = stops.at(SyncPoint.DIO_MAPPED);
      RaceFixture.Running read =
          new RaceFixture.Running(() -> race.content(race.f()).readDirect(0, target));
      mapped.await();
      long block = onDisk(race, 2).physicalBlock();
      RaceFixture.Running punch = new RaceFixture.Running(() -> race.punch(0, HOLE));
      if (waits) {
        assertThat(punch.isBlocked()).isTrue();
      } else {
        punch.join();
        race.giveAway(block, 0x5A);
      }
      mapped.release();
      read.join();
      punch.join();
    }
    return target;
  }

  @Test
  void directRead_isWaitedFor() throws Exception {
    try (RaceFixture race = plain()) {
      int before = race.read(race.f(), 2);
      ByteBuffer found = readInBetween(race, true);
      assertThat(found.get(2 * BLOCK) & 0xFF).as("as before the hole").isEqualTo(before);
      assertThat(race.read(race.f(), 2)).isZero();
      race.finish("R10");
    }
  }

  @Test
  void notWaitedFor_itReadsAnotherFile() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.DIRECT_AWAITED)) {
      assertThat(readInBetween(race, false).get(2 * BLOCK)).isEqualTo((byte) 0x5A);
    }
  }

  @Test
  void writeToPages_doesNotWaitForIt() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      Stops.Stop mapped = stops.at(SyncPoint.DIO_MAPPED);
      RaceFixture.Running read =
          new RaceFixture.Running(
              () -> race.content(race.f()).readDirect(0, ByteBuffer.allocate(4 * BLOCK)));
      mapped.await();
      new RaceFixture.Running(() -> race.dirty(race.f(), 100, 7)).join();
      mapped.release();
      read.join();
      race.finish("R10, a write");
    }
  }

  @Test
  void appendMeanwhile_isNotSeenInPart() throws Exception {
    try (RaceFixture race = plain();
        Stops stops = new Stops(race.lab())) {
      race.truncateBytes(100);
      Stops.Stop mapped = stops.at(SyncPoint.DIO_MAPPED);
      AtomicLong count = new AtomicLong();
      ByteBuffer target = ByteBuffer.allocate(BLOCK);
      RaceFixture.Running read =
          new RaceFixture.Running(() -> count.set(race.content(race.f()).readDirect(0, target)));
      mapped.await();
      race.content(race.f()).write(100, ByteBuffer.wrap(new byte[] {1, 2, 3})); // to a page
      mapped.release();
      read.join();
      assertThat(count.get()).as("as long as it was").isEqualTo(100);
      race.finish("R10, an append");
    }
  }
}
