package dev.ext4j.fs.journal.recovery;

import static dev.ext4j.fs.journal.recovery.FastCommitArea.SEQUENCE;
import static dev.ext4j.fs.journal.recovery.FastCommitArea.entry;
import static dev.ext4j.fs.journal.recovery.FastCommitArea.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.recovery.FastCommitScan.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of which fast commits count, on areas made by hand. */
class FastCommitScanTest {
  private static final byte[] CREATE_12 = entry(2, 12, "name");

  private static FastCommitArea started() {
    return new FastCommitArea().head(0, SEQUENCE);
  }

  private static FastCommitArea oneCommit() {
    return started().tag(FastCommitArea.CREATE, CREATE_12).tail(SEQUENCE);
  }

  private static List<FastCommitRecord> records(FastCommitScan scan) throws IOException {
    List<FastCommitRecord> records = new ArrayList<>();
    scan.visit((commit, logBlock, change) -> records.add(change));
    assertThat((long) records.size()).isEqualTo(scan.records());
    return records;
  }

  @Test
  void area_withoutAHead_isEmpty() throws IOException {
    FastCommitScan scan = new FastCommitArea().scan();
    assertThat(scan.commits()).isZero();
    assertThat(scan.end()).isEqualTo(End.EMPTY);
    assertThat(records(scan)).isEmpty();
  }

  @Test
  void commits_oneABlock_countInOrder() throws IOException {
    FastCommitScan scan =
        oneCommit()
            .tag(FastCommitArea.ADD_RANGE, words(12, 5, 0x8003, 500))
            .tail(SEQUENCE)
            .tag(FastCommitArea.UNLINK, CREATE_12)
            .tail(SEQUENCE)
            .scan();
    assertThat(scan.commits()).isEqualTo(3);
    assertThat(scan.blockCount()).isEqualTo(3);
    assertThat(scan.end()).isEqualTo(End.NO_RECORD);
    assertThat(scan.endBlock()).isEqualTo(1025 + 3);
    ByteBuffer name = ByteBuffer.wrap("name".getBytes(StandardCharsets.UTF_8));
    assertThat(records(scan))
        .containsExactly(
            new FastCommitRecord.Create(2, 12, name),
            new FastCommitRecord.AddRange(12, 5, 500, 3, true),
            new FastCommitRecord.Unlink(2, 12, name));
  }

  @Test
  void commit_overSeveralBlocks_isPadded() throws IOException {
    FastCommitScan scan =
        started()
            .tag(FastCommitArea.CREATE, CREATE_12)
            .pad()
            .tag(FastCommitArea.CREATE, CREATE_12)
            .tail(SEQUENCE)
            .scan();
    assertThat(scan.commits()).isOne();
    assertThat(scan.blockCount()).isEqualTo(2);
    assertThat(records(scan)).hasSize(2);
  }

  @Test
  void tailsOfOldKernels_leaveTheLastByteOfABlock() throws IOException {
    FastCommitScan scan =
        started().oldTail(SEQUENCE).tag(FastCommitArea.CREATE, CREATE_12).oldTail(SEQUENCE).scan();
    assertThat(scan.commits()).isEqualTo(2);
    assertThat(records(scan)).hasSize(1);
  }

  @Test
  void headOfAnotherTransaction_makesTheAreaStale() throws IOException {
    FastCommitScan scan =
        new FastCommitArea()
            .head(1, SEQUENCE - 1)
            .tag(FastCommitArea.CREATE, CREATE_12)
            .tail(SEQUENCE - 1)
            .scan();
    assertThat(scan.commits()).isZero();
    assertThat(scan.end()).isEqualTo(End.STALE);
  }

  @Test
  void tailOfAnotherTransaction_endsWhatCounts() throws IOException {
    FastCommitScan scan =
        oneCommit().tag(FastCommitArea.CREATE, CREATE_12).tail(SEQUENCE - 1).scan();
    assertThat(scan.commits()).isOne();
    assertThat(scan.records()).isOne();
    assertThat(scan.end()).isEqualTo(End.STALE);
  }

  @Test
  void wrongChecksum_endsWhatCounts() throws IOException {
    FastCommitScan first =
        started().tag(FastCommitArea.CREATE, CREATE_12).spoil(1).tail(SEQUENCE).scan();
    // The checksum in the tail is that of the bytes before one was flipped.
    assertThat(first.commits()).isZero();
    assertThat(first.end()).isEqualTo(End.BAD_CHECKSUM);
    FastCommitScan second =
        oneCommit().tag(FastCommitArea.CREATE, CREATE_12).spoil(2).tail(SEQUENCE).scan();
    assertThat(second.commits()).isOne();
    assertThat(second.end()).isEqualTo(End.BAD_CHECKSUM);
  }

  @Test
  void unknownFeature_isRefusedByName() {
    assertThatThrownBy(() -> new FastCommitArea().head(4, SEQUENCE).tail(SEQUENCE).scan())
        .isInstanceOfSatisfying(
            UnsupportedFeatureException.class,
            e -> assertThat(e.feature()).isEqualTo("fast_commit"))
        .hasMessageContaining("0x4");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 6, 10, 0x1001, 0xFFFF})
  void tagWithABadLength_endsWhatCounts(int tag) throws IOException {
    FastCommitScan scan = oneCommit().tag(tag, new byte[7]).tail(SEQUENCE).scan();
    assertThat(scan.commits()).isOne();
    assertThat(scan.end()).isEqualTo(End.NO_RECORD);
  }

  @Test
  void recordWithNumbersThatCannotBe_endsWhatCounts() throws IOException {
    byte[][] ranges = {
      words(0, 5, 1, 500), // no inode
      words(5000, 5, 1, 500), // beyond the last inode
      words(12, 5, 0, 500), // no blocks
      words(12, -1, 2, 500), // more blocks than a file can have
      words(12, 5, 1, 4096), // beyond the end of the file system
      words(12, 5, 1 << 16 | 1, 500)
    };
    for (byte[] range : ranges) {
      FastCommitScan scan = oneCommit().tag(FastCommitArea.ADD_RANGE, range).tail(SEQUENCE).scan();
      assertThat(scan.commits()).isOne();
      assertThat(scan.end()).isEqualTo(End.NO_RECORD);
    }
  }

  @Test
  void fullArea_countsToItsEnd() throws IOException {
    FastCommitArea area = oneCommit();
    for (int i = 1; i < 8; i++) {
      area.tag(FastCommitArea.CREATE, CREATE_12).tail(SEQUENCE);
    }
    FastCommitScan scan = area.scan();
    assertThat(scan.commits()).isEqualTo(8);
    assertThat(scan.end()).isEqualTo(End.AREA_FULL);
  }
}
