package dev.ext4j.fs.journal.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Crc32c;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of the superblock of a journal, as Linux reads it. */
class JournalSuperblockTest {
  private static final int BLOCK = 1024;

  /** Checks where the ring of transactions ends: it keeps at least 1024 blocks. */
  @ParameterizedTest
  @CsvSource({"4096, 0, 3840", "4096, 1000, 3096", "1280, 256, 1024", "1279, 256, 1279"})
  void fastCommits_leaveTheRingEnoughBlocks(int length, int fastCommitBlocks, long end)
      throws Ext4Exception {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    bytes.putInt(0, LogBlock.MAGIC).putInt(4, 4).putInt(0xC, BLOCK);
    bytes.putInt(0x10, length).putInt(0x14, 1).putInt(0x28, 0x20).putInt(0x54, fastCommitBlocks);
    JournalSuperblock superblock = JournalSuperblock.of(bytes, BLOCK, length);
    assertThat(superblock.endBlock()).isEqualTo(end);
  }

  /**
   * Checks that a journal has checksums of one kind: of transactions (compat 0x1), version 2
   * (incompat 0x8) or version 3 (incompat 0x10).
   */
  @ParameterizedTest
  @CsvSource({"0, 0x18", "1, 0x8", "1, 0x10", "1, 0x18"})
  void checksumsOfTwoKinds_areDamage(String compat, String incompat) {
    ByteBuffer bytes = withFeatures(Integer.decode(compat), Integer.decode(incompat));
    assertThatThrownBy(() -> JournalSuperblock.of(bytes, BLOCK, 4096))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("checksums");
  }

  @ParameterizedTest
  @CsvSource({"0, 0x8", "0, 0x10", "1, 0"})
  void checksumsOfOneKind_areRead(String compat, String incompat) throws Ext4Exception {
    JournalSuperblock superblock =
        JournalSuperblock.of(
            withFeatures(Integer.decode(compat), Integer.decode(incompat)), BLOCK, 4096);
    assertThat(superblock.endBlock()).isEqualTo(4096);
  }

  /** Returns a superblock with features and, where they demand one, a checksum. */
  private static ByteBuffer withFeatures(int compat, int incompat) {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    bytes.putInt(0, LogBlock.MAGIC).putInt(4, 4).putInt(0xC, BLOCK);
    bytes.putInt(0x10, 4096).putInt(0x14, 1).putInt(0x24, compat).putInt(0x28, incompat);
    if (incompat != 0) {
      bytes.put(0x50, (byte) 4); // CRC32C
      bytes.putInt(0xFC, Crc32c.from(~0).add(bytes, 0, BLOCK).value());
    }
    return bytes;
  }
}
