package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests that a log never overwrites transactions it holds, however much it is asked to write. */
class LogWriterTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final long JOURNAL = 8;

  private static byte[] log = {};

  @BeforeAll
  static void readLog() throws IOException {
    ImageRecipe recipe = ImageRecipe.of("log", "ext4", BLOCK, 8 << 20).withWords("-J", "size=1");
    try (Mount mount = new Mount(Judge.load(judge().make(recipe)), MountOptions.readOnly())) {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
      int count = new FileContent(mount.inodes().get(JOURNAL), mount.volume()).readDirect(0, bytes);
      assertThat(count).isEqualTo(bytes.capacity());
      log = bytes.array();
    }
  }

  /** A log in memory that counts the blocks written. */
  private static final class Counted implements LogArea {
    private final MemoryBlockDevice device = new MemoryBlockDevice(log.length);
    private long written;

    Counted() throws IOException {
      device.writeFully(0, ByteBuffer.wrap(log));
    }

    @Override
    public long blockCount() {
      return log.length / BLOCK;
    }

    @Override
    public BlockDevice device() {
      return device;
    }

    @Override
    public long byteOffset(long i) {
      return i * BLOCK;
    }

    @Override
    public void write(long i, ByteBuffer blocks) throws IOException {
      written += blocks.remaining() / BLOCK;
      device.writeFully(byteOffset(i), blocks);
    }
  }

  private static LogWriter writer(Counted area) throws IOException {
    JournalSuperblock view = LogSuperblock.read(area, BLOCK).view();
    return new LogWriter(area, view, BLOCK);
  }

  @Test
  void transactionThatTheEmptyLogHasNoRoomFor_isRefusedBeforeAnythingIsWritten()
      throws IOException {
    Counted area = new Counted();
    LogWriter writer = writer(area);
    long free = writer.freeBlocks();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> writer.requireRoom((int) free))
        .withMessageContaining("does not fit");
    assertThatNoException().isThrownBy(() -> writer.requireRoom((int) (free - free / 8)));
    assertThat(area.written).isZero();
  }

  @Test
  void moreRevokesThanTheLogHasRoomFor_areRefusedBeforeTheFirstBlockIsOverwritten()
      throws IOException {
    Counted area = new Counted();
    LogWriter writer = writer(area);
    long free = writer.freeBlocks();
    writer.begin(7);
    List<Long> blocks = new ArrayList<>();
    for (long i = 0; i < 60_000; i++) {
      blocks.add(i);
    }
    writer.revoke(blocks);
    writer.drain();
    assertThat(area.written).isBetween(free / 2 - 300, free);
    writer.revoke(blocks);
    writer.drain();
    assertThat(area.written).isLessThanOrEqualTo(free);
    long before = area.written;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              for (int i = 0; i < 3; i++) {
                writer.revoke(blocks);
                writer.drain();
              }
            })
        .withMessageContaining("full");
    assertThat(area.written).isBetween(before, free);
  }
}
