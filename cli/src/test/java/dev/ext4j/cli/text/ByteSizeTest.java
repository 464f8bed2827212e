package dev.ext4j.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "007, 7",
    "4096, 4096",
    "9223372036854775807, 9223372036854775807",
    "1K, 1024",
    "1k, 1024",
    "1KiB, 1024",
    "1KB, 1000",
    "1kB, 1000",
    "3M, 3145728",
    "3MiB, 3145728",
    "3MB, 3000000",
    "1G, 1073741824",
    "1GB, 1000000000",
    "1T, 1099511627776",
    "1TiB, 1099511627776",
    "1TB, 1000000000000",
    "1P, 1125899906842624",
    "1PB, 1000000000000000",
    "7E, 8070450532247928832",
    "1EiB, 1152921504606846976",
    "9EB, 9000000000000000000",
    "8s, 4096",
    "0x10, 16",
    "0X1f, 31",
    "0x1b, 27",
    "0xE, 14",
    "0x7fffffffffffffff, 9223372036854775807",
    "1M+37, 1048613",
    "0x10+1K+1s, 1552"
  })
  void parse_size_isItsBytes(String text, long bytes) throws UsageException {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
    assertThat(ByteSize.parse(text).bytes(4096)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"0b, 1024, 0", "3b, 1024, 3072", "3b, 65536, 196608", "2b+512, 4096, 8704"})
  void parse_blocks_areCountedOnceTheirSizeIsKnown(String text, int blockSize, long bytes)
      throws UsageException {
    assertThat(ByteSize.parse(text).bytes(blockSize)).isEqualTo(bytes);
  }

  @Test
  void bytes_blocksWithoutFileSystem_areAUsageError() throws UsageException {
    ByteSize size = ByteSize.parse("3b");
    assertThatThrownBy(size::bytes).isInstanceOf(UsageException.class).hasMessageContaining("3b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "K", "-1", "+1", "1+", "+", "1 K", " 1", "1 ", "1x", "1Ki", "1KIB", "1kib", "1B",
        "1KK", "1bb", "b", "1S", "0x", "0xg", "0x1K", "0x-1", "1e3", "1.5M", "1,000", "1Z", "1Y",
        "½", "\u0661", "4096b4", "--5", "1M-1", "0b1"
      })
  void parse_anythingElse_isAUsageErrorThatNamesIt(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "99999999999999999999",
        "8E",
        "9223372036854775807K",
        "10EB",
        "0x8000000000000000",
        "0xffffffffffffffffff",
        "7E+7E",
        "99999999999999999999b",
        "18014398509481985s"
      })
  void parse_tooLarge_isAUsageError(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessage("'" + text + "' is too large");
  }

  @Test
  void bytes_blocksThatOverflow_areAUsageError() throws UsageException {
    ByteSize size = ByteSize.parse("9223372036854775807b");
    assertThatThrownBy(() -> size.bytes(1024)).isInstanceOf(UsageException.class);
  }
}
