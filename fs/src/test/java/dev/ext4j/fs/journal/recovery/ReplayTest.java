package dev.ext4j.fs.journal.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of which copies of a log count in spite of its revoke records. */
class ReplayTest {
  private static final long BLOCK = 900;
  private static final long OTHER = 901;

  @Test
  void copyWithoutRevoke_counts() throws IOException {
    Log log = new Log().descriptor(BLOCK, OTHER).commit();
    assertThat(log.replay().copies()).containsOnlyKeys(BLOCK, OTHER);
    assertThat(log.replay().transactions()).isEqualTo(1);
  }

  @Test
  void copyInTheSameTransactionAsTheRevoke_doesNotCount() throws IOException {
    Log log = new Log().descriptor(BLOCK, OTHER).revoke(BLOCK).commit();
    assertThat(log.replay().copies()).containsOnlyKeys(OTHER);
  }

  @Test
  void copyBeforeTheRevoke_doesNotCount() throws IOException {
    Log log = new Log().descriptor(BLOCK).commit().descriptor(OTHER).revoke(BLOCK).commit();
    assertThat(log.replay().copies()).containsOnlyKeys(OTHER);
  }

  @Test
  void copyBehindTheRevoke_counts() throws IOException {
    Log log = new Log().descriptor(BLOCK).revoke(BLOCK).commit().descriptor(BLOCK).commit();
    Replay replay = log.replay();
    assertThat(replay.copies()).containsOnlyKeys(BLOCK);
    assertThat(replay.copies())
        .as("the later copy")
        .containsExactly(Map.entry(BLOCK, new Replay.Copy(6, false)));
  }

  @Test
  void revokeInATransactionThatWasNotCommitted_doesNotCount() throws IOException {
    Log log = new Log().descriptor(BLOCK).commit().revoke(BLOCK);
    assertThat(log.replay().copies()).containsOnlyKeys(BLOCK);
  }

  /** A log without checksums, written block by block. */
  private static final class Log implements LogArea {
    private static final int SIZE = 4096;
    private static final int BLOCKS = 1024;
    private static final int MAGIC = 0xC03B3998;
    private static final int DESCRIPTOR = 1;
    private static final int COMMIT = 2;
    private static final int REVOKE = 5;
    private static final int SAME_UUID = 2;
    private static final int LAST = 8;

    private final ByteBuffer content = ByteBuffer.allocate(BLOCKS * SIZE);
    private int sequence = 1;
    private int at = SIZE;

    Log() {
      content.putInt(0, MAGIC).putInt(4, 4).putInt(0xC, SIZE).putInt(0x10, BLOCKS);
      content.putInt(0x14, 1).putInt(0x18, sequence).putInt(0x1C, 1);
      content.putInt(0x28, 1); // the log may hold revoke records
    }

    /** Writes a descriptor block and the copies that it names. */
    Log descriptor(long... homes) {
      header(DESCRIPTOR);
      int tag = at + 12;
      for (int i = 0; i < homes.length; i++) {
        int flags = SAME_UUID | (i == homes.length - 1 ? LAST : 0);
        content.putInt(tag, (int) homes[i]).putInt(tag + 4, flags);
        tag += 8;
      }
      at += SIZE * (1 + homes.length);
      return this;
    }

    Log revoke(long home) {
      header(REVOKE);
      content.putInt(at + 12, 20).putInt(at + 16, (int) home);
      at += SIZE;
      return this;
    }

    Log commit() {
      header(COMMIT);
      at += SIZE;
      sequence++;
      return this;
    }

    private void header(int type) {
      content.putInt(at, MAGIC).putInt(at + 4, type).putInt(at + 8, sequence);
    }

    Replay replay() throws IOException {
      JournalSuperblock superblock =
          JournalSuperblock.of(content.duplicate().slice(0, SIZE), SIZE, BLOCKS);
      return Replay.of(this, superblock, FastCommitArea.geometry());
    }

    @Override
    public long blockCount() {
      return BLOCKS;
    }

    @Override
    public void read(long i, ByteBuffer block) {
      block.put(content.duplicate().slice(Math.toIntExact(i * SIZE), SIZE));
    }

    @Override
    public long byteOffset(long i) {
      return i * SIZE;
    }

    @Override
    public BlockDevice device() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(long i, ByteBuffer blocks) {
      throw new UnsupportedOperationException();
    }
  }
}
