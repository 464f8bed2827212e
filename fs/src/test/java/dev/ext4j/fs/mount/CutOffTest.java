package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests of an image that ends before its file system does, as after an incomplete download. */
class CutOffTest {
  private static final int BLOCK = 4096;
  private static final int SUPERBLOCK = 1024;
  private static final int BLOCK_COUNT = 4;

  /** Returns the sample image up to the block where the last of its files begins. */
  private static MemoryBlockDevice cutOff() throws IOException {
    long end = GoldenImage.SAMPLE.map("/dir/readme.txt").get(0).physicalBlock();
    return device(GoldenImage.SAMPLE.bytes(), end * BLOCK);
  }

  private static MemoryBlockDevice device(byte[] image, long byteCount) throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(byteCount);
    device.writeFully(0, ByteBuffer.wrap(image, 0, (int) byteCount));
    return device;
  }

  private static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] content(Ext4File file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
    file.read(0, bytes);
    return bytes.array();
  }

  @Test
  void filesBeforeTheEnd_areReadAndOthersAreReadErrors() throws IOException {
    try (BlockDevice whole = device(GoldenImage.SAMPLE.bytes(), 16 << 20);
        Ext4FileSystem all = Ext4FileSystem.open(whole, OpenOptions.readOnly());
        BlockDevice device = cutOff();
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
      assertThat(fs.warnings()).singleElement().asString().contains("the image is cut off");
      for (String path : new String[] {"/hello.txt", "/data.bin"}) {
        assertThat(content(file(fs, path))).as(path).isEqualTo(content(file(all, path)));
      }
      Ext4File lost = file(fs, "/dir/readme.txt");
      assertThatThrownBy(() -> content(lost))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("cut off");
    }
  }

  @Test
  void writer_isRefused() throws IOException {
    BlockDevice device = cutOff();
    assertThatThrownBy(() -> Ext4FileSystem.open(device, OpenOptions.readWrite()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("the image is cut off");
  }

  @Test
  void check_saysSo() throws IOException {
    assertThat(check(cutOff()).report().counts())
        .containsKey(ProblemCode.SIZE_EXCEEDS_DEVICE)
        .doesNotContainKey(ProblemCode.JOURNAL_UNREPLAYABLE);
  }

  @Test
  void journalThatIsCutOff_isNotReplayedAndThatIsSaid() throws IOException {
    byte[] image = GoldenImage.DIRTY_JOURNAL.bytes();
    long[] log = {0};
    try (Ext4FileSystem fs =
        Ext4FileSystem.open(device(image, image.length), OpenOptions.readOnly())) {
      fs.file(FileAddress.inode(8))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                log[0] = physical;
                return false;
              });
      assertThat(fs.warnings()).anyMatch(line -> line.contains("after its replay"));
    }
    int blockSize = 1024 << little(image).getInt(SUPERBLOCK + 0x18);
    MemoryBlockDevice device = device(image, (log[0] + 3) * blockSize);
    try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
      assertThat(fs.warnings())
          .anyMatch(line -> line.contains("the image is cut off"))
          .anyMatch(line -> line.contains("before its replay"));
    }
    Fsck.Outcome outcome = check(device);
    assertThat(outcome.report().counts()).containsKey(ProblemCode.JOURNAL_UNREPLAYABLE);
    assertThat(outcome.warnings()).anyMatch(line -> line.contains("before its replay"));
  }

  /**
   * Checks that a reader does not use memory for all the groups that only the superblock claims.
   */
  @Test
  void moreGroupsThanTheRestCanDescribe_areRefused() throws IOException {
    byte[] image = GoldenImage.GDT_CRC16.bytes();
    ByteBuffer bytes = little(image);
    int perGroup = bytes.getInt(SUPERBLOCK + 0x20);
    int groups = (int) (0xFFFFFFFFL / perGroup);
    bytes.putInt(SUPERBLOCK + BLOCK_COUNT, groups * perGroup);
    bytes.putInt(SUPERBLOCK, groups * bytes.getInt(SUPERBLOCK + 0x28));
    MemoryBlockDevice device = device(image, 1 << 20);
    assertThatThrownBy(() -> Ext4FileSystem.open(device, OpenOptions.readOnly()))
        .isInstanceOf(CorruptionException.class)
        .hasMessageContaining("the image is cut off");
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Fsck.Outcome check(BlockDevice device) throws IOException {
    return Fsck.check(device, FsckOptions.at(1L << 33), Fsck.View.REPLAYED, ProgressListener.NONE);
  }
}
