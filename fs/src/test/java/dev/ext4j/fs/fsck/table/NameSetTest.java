package dev.ext4j.fs.fsck.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NameSetTest {
  private static final int BLOCK = 4096;

  private final byte[] block = new byte[BLOCK];
  private final NameSet names = new NameSet(BLOCK);

  private int put(int at, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    block[at + 6] = (byte) bytes.length;
    System.arraycopy(bytes, 0, block, at + 8, bytes.length);
    return at + 8 + bytes.length + 3 & ~3;
  }

  @Test
  void fullBlocksOfShortNames_equalASetOfStrings() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      names.clear();
      Set<String> model = new HashSet<>();
      for (int at = 0; at + 12 <= BLOCK; ) {
        String name = Integer.toString(random.nextInt(600), 36);
        int next = put(at, name);
        assertThat(names.add(block, at, NameSet.keyOf(block, at)))
            .as(name)
            .isEqualTo(model.add(name));
        at = next;
      }
    }
  }

  @Test
  void namesOfAnotherBlock_areForgotten() {
    put(0, "same");
    assertThat(names.add(block, 0, NameSet.keyOf(block, 0))).isTrue();
    assertThat(names.add(block, 0, NameSet.keyOf(block, 0))).isFalse();
    names.clear();
    assertThat(names.add(block, 0, NameSet.keyOf(block, 0))).isTrue();
  }
}
