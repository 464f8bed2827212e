package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.probe.Safeguard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * R35: a process that has mapped the last page stores beyond the end of the file. These bytes must
 * not become visible when the file grows.
 */
class R35BytesBehindTheEndTest extends RaceTest {
  private static int afterGrowth(RaceFixture race) throws IOException {
    long end = 30L * BLOCK + 100;
    race.truncateBytes(end);
    byte[] bytes = new byte[200];
    Arrays.fill(bytes, (byte) 0x5A);
    new MappedFile(race.f(), race.volume()).store(end - 100, ByteBuffer.wrap(bytes));
    race.content(race.f()).write(end + 3 * BLOCK, ByteBuffer.wrap(new byte[] {1}));
    ByteBuffer found = ByteBuffer.allocate(1);
    race.content(race.f()).read(end + 50, found);
    return found.get(0);
  }

  @Test
  void storeBehindTheEnd_isNotSeenWhenTheFileGrows() throws Exception {
    try (RaceFixture race = plain()) {
      assertThat(afterGrowth(race)).isZero();
      race.volume().pages().writeAll();
      assertThat(violated(race, race.f())).isEmpty();
      race.finish("R35");
    }
  }

  @Test
  void otherWaysToGrow_doNotShowItEither() throws Exception {
    try (RaceFixture race = plain()) {
      for (int way = 0; way < 3; way++) {
        long end = (40L - way) * BLOCK + 100;
        race.truncateBytes(end);
        new MappedFile(race.f(), race.volume()).store(end, ByteBuffer.wrap(new byte[] {0x5A}));
        switch (way) {
          case 0 -> race.truncateBytes(end + 5000);
          case 1 -> race.content(race.f()).writeDirect(end + 5000, ByteBuffer.wrap(new byte[1]));
          default -> {
            race.volume().pages().writeAll();
            race.volume().pages().dropClean();
            race.truncateBytes(end + 5000);
          }
        }
        ByteBuffer found = ByteBuffer.allocate(1);
        race.content(race.f()).read(end, found);
        assertThat(found.get(0)).as("way %d", way).isZero();
      }
      race.finish("R35, other ways");
    }
  }

  @Test
  void tailNotZeroed_itIsSeen() throws Exception {
    try (RaceFixture race = plain();
        Laboratory.Removal without = race.lab().without(Safeguard.TAIL_ZEROED)) {
      assertThat(afterGrowth(race)).isEqualTo(0x5A);
    }
  }
}
