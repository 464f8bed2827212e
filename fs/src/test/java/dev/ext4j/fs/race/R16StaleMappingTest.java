package dev.ext4j.fs.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.status.ExtentStatusTree.Known;
import org.junit.jupiter.api.Test;

/**
 * R16: a mapping is used after a wait in which it may have changed. The count of changes shows
 * that. It rises with each change, and not when entries are only loaded or dropped.
 */
class R16StaleMappingTest extends RaceTest {
  @Test
  void cookie_tellsWhetherAMappingStillHolds() throws Exception {
    try (RaceFixture race = plain()) {
      Known before;
      try (RankedLock.Held lock = race.f().locks().inode().shared()) {
        before = race.mapper(race.f()).query(MappingContext.INODE, 0, 1);
        race.forgetAll();
        race.mapper(race.f()).query(MappingContext.INODE, 50, 1);
      }
      assertThat(race.f().status().sequence())
          .as("after what only loads and drops")
          .isEqualTo(before.cookie());
      race.dirty(race.f(), 1, 7);
      race.writeBack(race.f(), 1);
      long converted = race.f().status().sequence();
      assertThat(converted).as("after a conversion").isGreaterThan(before.cookie());
      race.punch(0, 1);
      long punched = race.f().status().sequence();
      assertThat(punched).as("after a hole").isGreaterThan(converted);
      race.allocate(race.f(), 0, 1);
      assertThat(race.f().status().sequence()).as("after it is filled").isGreaterThan(punched);
      race.finish("R16");
    }
  }
}
