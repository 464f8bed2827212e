package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.DirectoryBlock.ChecksumVerdict;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DirectoryBlockTest {
  private ByteBuffer block = sized(1024);
  private int end;

  @Test
  void entries_comeInOrderWithoutTheUnusedOnes() throws Exception {
    add(2, 12, ".", 2);
    add(0, 16, "gone", 1);
    add(11, 12, "a", 1);
    add(12, 1024 - 40, "last", 7);
    assertThat(list(true)).containsExactly("2 . 2", "11 a 1", "12 last 7");
  }

  @Test
  void nameOf255Bytes_isReadWithType() throws Exception {
    add(5, 1024, "n".repeat(255), 1);
    assertThat(list(true)).containsExactly("5 " + "n".repeat(255) + " 1");
  }

  @Test
  void withoutFiletype_theTypeByteIsTheUpperHalfOfTheLength() throws Exception {
    add(5, 1024, "n".repeat(300), 0);
    block.put(6, (byte) (300 & 0xFF)).put(7, (byte) (300 >> 8));
    assertThat(list(false)).containsExactly("5 " + "n".repeat(300) + " 0");
  }

  @Test
  void typeByte_losesItsTopBit() throws Exception {
    add(5, 1024, "x", 0x80 | 2);
    assertThat(list(true)).containsExactly("5 x 2");
  }

  @Test
  void inodeNumberAbove31Bits_isUnsigned() throws Exception {
    add(0xFFFFFFFFL, 1024, "x", 1);
    assertThat(list(true)).containsExactly("4294967295 x 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0xFFFF, 0})
  void blockOf64KiB_oneRecordFillsItAll(int raw) throws Exception {
    block = sized(65536);
    add(5, raw, "x", 1);
    assertThat(list(true)).containsExactly("5 x 1");
  }

  @Test
  void blockOf64KiB_longRecordsAreMultiplesOf4Below() throws Exception {
    block = sized(65536);
    add(2, 12, ".", 2);
    add(3, 0xFFF4, "..", 2);
    assertThat(list(true)).containsExactly("2 . 2", "3 .. 2");
  }

  @Test
  void blockOf32KiB_itsLengthIsOnlyALength() throws Exception {
    block = sized(32768);
    add(5, 32768, "x", 1);
    assertThat(list(true)).containsExactly("5 x 1");
  }

  @Test
  void hashTreeBlocks_passAsEmpty() throws Exception {
    add(0, 1024, "", 0);
    block.putShort(8, (short) 126).putShort(10, (short) 3);
    assertThat(list(true)).isEmpty();
    block = sized(1024);
    end = 0;
    add(2, 12, ".", 2);
    add(2, 1024 - 12, "..", 2);
    block.put(29, (byte) 8).putShort(32, (short) 123).putShort(34, (short) 5);
    assertThat(list(true)).containsExactly("2 . 2", "2 .. 2");
  }

  @Test
  void impossibleRecords_areCorruptDirectories() {
    for (int length : new int[] {0, 4, 7, 10, 13, 1028, 2048, 65532}) {
      block = sized(1024);
      end = 0;
      add(5, length, "x", 1);
      assertCorrupt("length " + length);
    }
  }

  @Test
  void nameLongerThanItsRecord_isACorruptDirectory() {
    add(5, 12, "abcde", 1);
    add(6, 1012, "x", 1);
    assertCorrupt("name of 5 in a record of 12");
  }

  @Test
  void nameLongerThanItsRecordInAnUnusedEntry_isNobodysBusiness() throws Exception {
    add(0, 12, "abcde", 1);
    add(6, 1012, "x", 1);
    assertThat(list(true)).containsExactly("6 x 1");
  }

  @Test
  void entryWithoutName_isACorruptDirectory() {
    add(5, 1024, "", 1);
    assertCorrupt("no name");
  }

  @Test
  void lastRecordCutOff_isACorruptDirectory() {
    block = sized(1020 + 4);
    add(5, 1020, "x", 1);
    assertCorrupt("4 bytes at the end");
  }

  @Test
  void names_areComparedByteByByte() throws Exception {
    add(5, 1024, "\u00e9a", 1);
    DirectoryBlock entries = new DirectoryBlock(block, true, "block");
    entries.next();
    assertThat(entries.isNamed("\u00e9a".getBytes(ISO_8859_1))).isTrue();
    assertThat(entries.isNamed("\u00e9b".getBytes(ISO_8859_1))).isFalse();
    assertThat(entries.isNamed("\u00e9".getBytes(ISO_8859_1))).isFalse();
    assertThat(entries.isNamed("\u00e9ab".getBytes(ISO_8859_1))).isFalse();
  }

  @Test
  void leafWithoutTail_hasNoChecksum() {
    add(5, 1024, "x", 1);
    assertThat(DirectoryBlock.checkChecksum(block, 1)).isEqualTo(ChecksumVerdict.MISSING);
  }

  @Test
  void hashTreeRootMadeOfALeaf_isNotTakenForTheLeaf() {
    add(2, 12, ".", 2);
    add(2, 1024 - 12, "..", 2);
    block.put(29, (byte) 8).putShort(32, (short) 123).putShort(34, (short) 5);
    block.putShort(1016, (short) 12).put(1019, (byte) 0xDE); // what is left of the leaf's tail
    Checksums.sealDirectoryBlock(block, 9);
    assertThat(DirectoryBlock.checkChecksum(block, 9)).isEqualTo(ChecksumVerdict.MATCHES);
    assertThat(DirectoryBlock.checkChecksum(block, 8)).isEqualTo(ChecksumVerdict.DIFFERS);
    block.putShort(34, (short) 124);
    assertThat(DirectoryBlock.checkChecksum(block, 9)).isEqualTo(ChecksumVerdict.MISSING);
  }

  private void add(long inode, int recordLength, String name, int type) {
    byte[] raw = name.getBytes(ISO_8859_1);
    block.putInt(end, (int) inode).putShort(end + 4, (short) recordLength);
    block.put(end + 6, (byte) raw.length).put(end + 7, (byte) type).put(end + 8, raw);
    end += recordLength;
  }

  private List<String> list(boolean typed) throws CorruptionException {
    List<String> found = new ArrayList<>();
    DirectoryBlock entries = new DirectoryBlock(block, typed, "block");
    while (entries.next()) {
      found.add(
          entries.inodeNumber()
              + " "
              + new String(entries.name(), ISO_8859_1)
              + " "
              + entries.typeCode());
    }
    return found;
  }

  private void assertCorrupt(String what) {
    CorruptionException e = catchThrowableOfType(CorruptionException.class, () -> list(true));
    assertThat(e).as(what).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.DIRECTORY);
  }

  private static ByteBuffer sized(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
