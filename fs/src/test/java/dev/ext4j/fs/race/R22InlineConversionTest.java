package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.probe.SyncPoint;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * R22: content moves out of the inode while other threads read, write, store and seek holes. They
 * see the file before or after the move, and never an invalid tree root.
 */
class R22InlineConversionTest extends RaceTest {
  @Test
  void othersBesideTheConversion_waitAndSeeAllContent() throws Exception {
    try (RaceFixture race = inline();
        Stops stops = new Stops(race.lab())) {
      byte[] bytes = {1, 2, 3, 4, 5};
      race.content(race.g()).write(0, ByteBuffer.wrap(bytes));
      race.volume().journal().commit();
      assertThat(race.g().has(FileFlag.INLINE_DATA)).isTrue();
      ByteBuffer mapped = ByteBuffer.allocate(8);
      new MappedFile(race.g(), race.volume()).load(1, mapped);
      assertThat(mapped.array()).as("as mapped").containsExactly(2, 3, 4, 5, 0, 0, 0, 0);
      assertThatThrownBy(
              () -> new MappedFile(race.g(), race.volume()).load(-1, ByteBuffer.allocate(1)))
          .hasMessageContaining("no page");
      Stops.Stop handle = stops.at(SyncPoint.OP_HANDLE);
      RaceFixture.Running convert = new RaceFixture.Running(() -> race.allocate(race.g(), 1, 2));
      handle.await();
      AtomicLong value = new AtomicLong(-1);
      AtomicLong hole = new AtomicLong(-1);
      RaceFixture.Running read = new RaceFixture.Running(() -> value.set(race.read(race.g(), 0)));
      RaceFixture.Running seek =
          new RaceFixture.Running(() -> hole.set(race.content(race.g()).seekHole(0)));
      RaceFixture.Running write =
          new RaceFixture.Running(
              () -> race.content(race.g()).write(3, ByteBuffer.wrap(new byte[] {9})));
      RaceFixture.Running store =
          new RaceFixture.Running(
              () ->
                  new MappedFile(race.g(), race.volume())
                      .store(4, ByteBuffer.wrap(new byte[] {8})));
      for (RaceFixture.Running other : List.of(read, seek, write, store)) {
        assertThat(other.isBlocked()).isTrue();
      }
      handle.release();
      for (RaceFixture.Running each : List.of(convert, read, seek, write, store)) {
        each.join();
      }
      assertThat(value.get()).isEqualTo(1);
      assertThat(hole.get()).isEqualTo(5);
      ByteBuffer all = ByteBuffer.allocate(5);
      race.content(race.g()).read(0, all);
      assertThat(all.array()).containsExactly(1, 2, 3, 9, 8);
      assertThat(violated(race, race.g())).isEmpty();
      race.finish("R22");
    }
  }
}
