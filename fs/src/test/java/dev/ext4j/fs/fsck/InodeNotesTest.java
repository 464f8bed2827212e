package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InodeNotesTest {
  @Test
  void note_keepsTypeLinksFlagsAndNames() {
    InodeNotes notes = new InodeNotes(10_000);
    notes.put(9_999, 0xA1FF, 0xFFFF, InodeNotes.HIDDEN);
    notes.add(9_999, InodeNotes.BAD);
    notes.countName(9_999);
    notes.countName(9_999);
    long note = notes.get(9_999);
    assertThat(InodeNotes.type(note)).isEqualTo(0xA);
    assertThat(InodeNotes.links(note)).isEqualTo(0xFFFF);
    assertThat(InodeNotes.names(note)).isEqualTo(2);
    assertThat(InodeNotes.has(note, InodeNotes.IN_USE)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.HIDDEN)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.BAD)).isTrue();
    assertThat(InodeNotes.has(note, InodeNotes.ENCRYPTED)).isFalse();
  }

  @Test
  void next_findsEachOfThemInsideTheRangeOnly() {
    InodeNotes notes = new InodeNotes(100_000);
    notes.put(1, 0x8000, 1, 0);
    notes.put(511, 0x8000, 1, 0);
    notes.put(90_000, 0x8000, 1, 0);
    assertThat(notes.next(1, 100_001)).isEqualTo(1);
    assertThat(notes.next(2, 100_001)).isEqualTo(511);
    assertThat(notes.next(512, 100_001)).isEqualTo(90_000);
    assertThat(notes.next(512, 90_000)).isEqualTo(-1);
    assertThat(notes.next(90_001, 100_001)).isEqualTo(-1);
    assertThat(notes.get(50_000)).isZero();
  }

  @Test
  void namesCountedByTwoThreads_areAllCounted() throws Exception {
    InodeNotes notes = new InodeNotes(1000);
    notes.put(700, 0x8000, 1, 0);
    Workers.Work work =
        () -> {
          for (int i = 0; i < 100_000; i++) {
            notes.countName(700);
          }
        };
    Workers.run(List.of(work, work));
    assertThat(InodeNotes.names(notes.get(700))).isEqualTo(200_000);
    assertThat(InodeNotes.links(notes.get(700))).isEqualTo(1);
  }
}
