package dev.ext4j.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InodeSetTest {
  @Test
  void add_anyNumbers_isNewOnce() {
    Random random = new Random(3);
    InodeSet set = new InodeSet();
    Set<Long> model = new HashSet<>();
    for (int i = 0; i < 50_000; i++) {
      long number = random.nextBoolean() ? random.nextInt(20_000) : random.nextLong() & 0xFFFFFFFFL;
      assertThat(set.add(number)).isEqualTo(model.add(number));
    }
  }
}
