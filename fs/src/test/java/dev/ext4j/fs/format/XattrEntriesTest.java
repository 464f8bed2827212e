package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class XattrEntriesTest {
  private static final int AREA = 400;

  @Test
  void areaWithoutMagicOrRoom_hasNoAttributes() throws Exception {
    assertThat(XattrEntries.inInode(sized(0), "inode").next()).isFalse();
    assertThat(XattrEntries.inInode(sized(3), "inode").next()).isFalse();
    assertThat(XattrEntries.inInode(sized(96), "inode").next()).isFalse();
  }

  @Test
  void blockWithoutMagicOrOfSeveralBlocks_isCorrupt() throws Exception {
    Geometry geometry = new SuperblockBytes().geometry();
    for (int[] header : new int[][] {{0, 1}, {0xEA020000, 0}, {0xEA020000, 2}}) {
      ByteBuffer block = sized(1024).putInt(0, header[0]).putInt(8, header[1]);
      CorruptionException e =
          catchThrowableOfType(
              CorruptionException.class, () -> XattrEntries.inBlock(block, geometry, 5, "block"));
      assertThat(e.kind()).isEqualTo(Kind.XATTR);
    }
  }

  @Test
  void blockWhoseChecksumDiffers_isTold() throws Exception {
    Geometry geometry = new SuperblockBytes().with(RoCompatFeature.METADATA_CSUM).geometry();
    ByteBuffer block = sized(1024).putInt(0, 0xEA020000).putInt(8, 1);
    Checksums.sealXattrBlock(block, geometry, 5);
    assertThat(XattrEntries.inBlock(block, geometry, 5, "block").next()).isFalse();
    CorruptionException e =
        catchThrowableOfType(
            CorruptionException.class, () -> XattrEntries.inBlock(block, geometry, 6, "block"));
    assertThat(e.kind()).as("moved elsewhere").isEqualTo(Kind.XATTR_CHECKSUM);
  }

  @Test
  void entriesAndValuesOutOfTheirRoom_areCorrupt() {
    assertCorrupt(area -> area.put(4, (byte) 200)); // name
    assertCorrupt(area -> area.putShort(6, (short) 0)); // value over its own entry
    assertCorrupt(area -> area.putShort(6, (short) 0xFFFF));
    assertCorrupt(area -> area.putInt(12, AREA));
    assertCorrupt(area -> area.putInt(12, -1));
  }

  private interface Damage {
    void spoil(ByteBuffer area);
  }

  private static void assertCorrupt(Damage damage) {
    ByteBuffer area = write(Map.of("a", new byte[200]));
    damage.spoil(area);
    CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> read(area));
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.XATTR);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void removal_ofAnyAttribute_leavesTheOthersPackedAsTheKernelDoes(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      Map<String, byte[]> model = randomAttributes(random);
      ByteBuffer area = write(model);
      while (!model.isEmpty()) {
        String name = model.keySet().stream().skip(random.nextInt(model.size())).findFirst().get();
        XattrEntries entries = XattrEntries.inInode(area, "inode");
        while (entries.next() && !entries.name().equals(name)) {}
        entries.removeFromInode();
        model.remove(name);
        String description = "seed " + seed + ", round " + round + ", without " + name;
        assertThat(read(area)).as(description).isEqualTo(text(model));
        assertThat(area).as(description).isEqualTo(write(model));
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void shortening_ofAnyValue_leavesAllPacked(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      Map<String, byte[]> model = randomAttributes(random);
      ByteBuffer area = write(model);
      for (String name : List.copyOf(model.keySet())) {
        XattrEntries entries = XattrEntries.inInode(area, "inode");
        while (entries.next() && !entries.name().equals(name)) {}
        byte[] value = Objects.requireNonNull(model.get(name));
        int size = value.length == 0 ? 0 : random.nextInt(value.length + 1);
        entries.shortenInInode(size);
        model.put(name, Arrays.copyOf(value, size));
        String description = "seed " + seed + ", round " + round + ", " + name + " to " + size;
        assertThat(read(area)).as(description).isEqualTo(text(model));
        assertThat(area).as(description).isEqualTo(write(model));
      }
    }
  }

  @Test
  void removal_beforeADamagedAttribute_failsAndChangesNothing() throws Exception {
    Map<String, byte[]> model = new LinkedHashMap<>();
    model.put("first", new byte[10]);
    model.put("second", new byte[10]);
    ByteBuffer area = write(model);
    area.putInt(4 + 24 + 8, 5000); // the second value is too long
    ByteBuffer before = sized(AREA).put(area.duplicate()).flip();
    XattrEntries entries = XattrEntries.inInode(area, "inode");
    entries.next();
    CorruptionException e =
        catchThrowableOfType(CorruptionException.class, entries::removeFromInode);
    assertThat(e.kind()).isEqualTo(Kind.XATTR);
    assertThat(area).isEqualTo(before);
  }

  private static Map<String, byte[]> randomAttributes(Random random) {
    Map<String, byte[]> model = new LinkedHashMap<>();
    int room = AREA - 12;
    for (int i = random.nextInt(7); i >= 0; i--) {
      byte[] value = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(60)];
      random.nextBytes(value);
      String name = "n" + i + "x".repeat(random.nextInt(12));
      room -= 16 + 16 + (value.length + 3 & ~3);
      if (room > 0) {
        model.put(name, value);
      }
    }
    return model;
  }

  /**
   * Writes attributes one after the other as the kernel does, with entries from the start and
   * values from the end.
   */
  private static ByteBuffer write(Map<String, byte[]> attributes) {
    ByteBuffer area = sized(AREA);
    if (!attributes.isEmpty()) {
      area.putInt(0, 0xEA020000);
    }
    int at = 4;
    int valueEnd = AREA;
    for (Map.Entry<String, byte[]> attribute : attributes.entrySet()) {
      byte[] name = attribute.getKey().getBytes(US_ASCII);
      byte[] value = attribute.getValue();
      valueEnd -= value.length + 3 & ~3;
      area.put(at, (byte) name.length).put(at + 1, (byte) 1);
      area.putShort(at + 2, (short) (value.length == 0 ? 0 : valueEnd - 4));
      area.putInt(at + 8, value.length).put(at + 16, name).put(valueEnd, value);
      at += 16 + name.length + 3 & ~3;
    }
    return area;
  }

  private static String read(ByteBuffer area) throws CorruptionException {
    StringBuilder text = new StringBuilder();
    XattrEntries entries = XattrEntries.inInode(area, "inode");
    while (entries.next()) {
      byte[] value = new byte[entries.value().capacity()];
      entries.value().get(0, value);
      text.append(entries.nameIndex()).append(entries.name()).append(Arrays.toString(value));
    }
    return text.toString();
  }

  private static String text(Map<String, byte[]> attributes) {
    StringBuilder text = new StringBuilder();
    attributes.forEach((name, value) -> text.append(1).append(name).append(Arrays.toString(value)));
    return text.toString();
  }

  private static ByteBuffer sized(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
