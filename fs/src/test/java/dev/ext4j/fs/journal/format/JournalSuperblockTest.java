package dev.ext4j.fs.journal.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.error.Ext4Exception;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests of where the ring of transactions ends if the log has fast commits. As in Linux, the ring
 * keeps at least 1024 blocks.
 */
class JournalSuperblockTest {
  private static final int BLOCK = 1024;

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
}
