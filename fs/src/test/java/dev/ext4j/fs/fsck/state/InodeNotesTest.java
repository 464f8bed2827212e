package dev.ext4j.fs.fsck.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.fsck.table.Memory;
import dev.ext4j.fs.fsck.table.Workers;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InodeNotesTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void note_keepsTypeLinksFlagsAndNames(int budget) {
    InodeNotes notes = new InodeNotes(10_000, new Memory(budget));
    InodeNotes.Cursor cursor = notes.new Cursor();
    cursor.put(9_999, 0xA1FF, 0xFFFF, InodeNotes.HIDDEN | InodeNotes.BAD);
    long before = cursor.countName(9_999);
    assertThat(InodeNotes.names(before)).isZero();
    assertThat(InodeNotes.type(before)).isEqualTo(0xA);
    assertThat(InodeNotes.names(cursor.countName(9_999))).isEqualTo(1);
    long note = notes.get(9_999);
    assertThat(InodeNotes.type(note)).isEqualTo(0xA);
    assertThat(InodeNotes.links(note)).isEqualTo(0xFFFF);
    assertThat(InodeNotes.names(note)).isEqualTo(2);
    assertThat(InodeNotes.has(note, InodeNotes.IN_USE)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.HIDDEN)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.BAD)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.ENCRYPTED)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void next_findsEachOfThemInsideTheRangeOnly(int budget) {
    InodeNotes notes = new InodeNotes(100_000, new Memory(budget));
    InodeNotes.Cursor cursor = notes.new Cursor();
    cursor.put(1, 0x8000, 1, 0);
    cursor.put(511, 0x8000, 1, 0);
    cursor.put(90_000, 0x8000, 1, 0);
    assertThat(notes.next(1, 100_001)).isEqualTo(1);
    assertThat(notes.next(2, 100_001)).isEqualTo(511);
    assertThat(notes.next(512, 100_001)).isEqualTo(90_000);
    assertThat(notes.next(512, 90_000)).isEqualTo(-1);
    assertThat(notes.next(90_001, 100_001)).isEqualTo(-1);
    assertThat(notes.get(50_000)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void namesCountedByTwoThreads_areAllCounted(int budget) throws Exception {
    InodeNotes notes = new InodeNotes(1000, new Memory(budget));
    notes.new Cursor().put(700, 0x8000, 1, 0);
    Workers.Work work =
        () -> {
          InodeNotes.Cursor cursor = notes.new Cursor();
          for (int i = 0; i < 100_000; i++) {
            long before = cursor.countName(700);
            assertThat(InodeNotes.has(before, InodeNotes.IN_USE)).isTrue();
          }
        };
    Workers.run(List.of(work, work));
    assertThat(InodeNotes.names(notes.get(700))).isEqualTo(200_000);
    assertThat(InodeNotes.links(notes.get(700))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void nameOfAnInodeThatIsNotInUse_leavesNothing(int budget) {
    InodeNotes notes = new InodeNotes(10_000, new Memory(budget));
    InodeNotes.Cursor cursor = notes.new Cursor();
    cursor.put(5_000, 0x8000, 1, 0);
    assertThat(cursor.countName(5_001)).isZero();
    assertThat(cursor.countName(9_000)).isZero();
    assertThat(notes.next(5_001, 10_001)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void inodesToCompare_areThoseOfWhichNamesAndLinksDiffer(int budget) {
    InodeNotes notes = new InodeNotes(10_000, new Memory(budget));
    InodeNotes.Cursor cursor = notes.new Cursor();
    for (int inode = 20; inode < 2_000; inode++) {
      cursor.put(inode, 0x8000, 1, inode == 700 ? InodeNotes.EA_VALUE : 0);
      if (inode != 1_500) {
        assertThat(cursor.countName(inode)).isNotZero();
      }
    }
    cursor.put(3_000, 0x8000, 0, 0);
    assertThat(notes.nextToCompare(1, 10_001)).isEqualTo(700);
    assertThat(notes.nextToCompare(701, 10_001)).isEqualTo(1_500);
    assertThat(notes.nextToCompare(1_501, 10_001)).isEqualTo(3_000);
    assertThat(notes.nextToCompare(3_001, 10_001)).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1 << 20})
  void bitsOfUsedInodes_areSetFromAnyInodeOn(int budget) {
    InodeNotes notes = new InodeNotes(10_000, new Memory(budget));
    InodeNotes.Cursor cursor = notes.new Cursor();
    for (int inode : new int[] {100, 163, 511, 512, 1_100, 1_101}) {
      cursor.put(inode, 0x8000, 1, 0);
    }
    long[] bits = new long[16];
    notes.markUsed(101, 1_000, bits);
    assertThat(BitSet.valueOf(bits).stream()).containsExactly(62, 410, 411, 999);
  }
}
