package dev.ext4j.fs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SpareBufferTest {
  private final SpareBuffer spare = new SpareBuffer();

  @Test
  void buffer_isForOneCallerAtATime() {
    ByteBuffer mine = spare.take(4096);
    assertThat(spare.take(4096)).isNotSameAs(mine);
    spare.giveBack(mine);
    assertThat(spare.take(4096)).isSameAs(mine);
    assertThat(spare.take(4096)).isNotSameAs(mine);
  }

  @Test
  void buffer_comesBackCleared() {
    ByteBuffer mine = spare.take(4096);
    mine.putLong(7).limit(100);
    spare.giveBack(mine);
    ByteBuffer again = spare.take(1024);
    assertThat(again).isSameAs(mine);
    assertThat(again.position()).isZero();
    assertThat(again.limit()).isEqualTo(4096);
  }

  @Test
  void buffer_isReplacedByALargerOne() {
    ByteBuffer small = spare.take(1024);
    spare.giveBack(small);
    ByteBuffer large = spare.take(4096);
    assertThat(large.capacity()).isEqualTo(4096);
    spare.giveBack(large);
    assertThat(spare.take(1024)).isSameAs(large);
  }
}
