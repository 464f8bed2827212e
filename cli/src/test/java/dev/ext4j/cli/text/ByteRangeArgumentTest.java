package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeArgumentTest {
  @Test
  void parse_twoWords_areOffsetAndLength() throws UsageException {
    ByteRangeArgument range = ByteRangeArgument.parse(List.of("1M", "2b"));
    assertThat(range.offset(4096)).isEqualTo(1 << 20);
    assertThat(range.length(4096)).isEqualTo(8192);
  }

  @ParameterizedTest
  @CsvSource({"4K..12K, 4096, 8192", "1b..3b, 4096, 8192", "5..5, 5, 0", "0..0x10, 0, 16"})
  void parse_oneWord_isOffsetAndEnd(String word, long offset, long length) throws UsageException {
    ByteRangeArgument range = ByteRangeArgument.parse(List.of(word));
    assertThat(range.offset(4096)).isEqualTo(offset);
    assertThat(range.length(4096)).isEqualTo(length);
  }

  @Test
  void parse_lengthZero_isPassedOn() throws UsageException {
    assertThat(ByteRangeArgument.parse(List.of("7", "0")).length(1024)).isZero();
  }

  @Test
  void length_endBeforeStart_isAUsageError() throws UsageException {
    ByteRangeArgument range = ByteRangeArgument.parse(List.of("2K..1K"));
    assertThatThrownBy(() -> range.length(1024)).isInstanceOf(UsageException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "5.6", "..", "1..", "..1", "1...2", "1..2..3", "-1..2", "a..b"})
  void parse_oneWordThatIsNoRange_isAUsageError(String word) {
    assertThatThrownBy(() -> ByteRangeArgument.parse(List.of(word)))
        .isInstanceOf(UsageException.class);
  }

  @Test
  void parse_noWordsOrTooMany_isAUsageError() {
    assertThatThrownBy(() -> ByteRangeArgument.parse(List.of())).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> ByteRangeArgument.parse(List.of("1", "2", "3")))
        .isInstanceOf(UsageException.class);
  }
}
