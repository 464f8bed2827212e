package dev.ext4j.blockdev.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.partition.Partition;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of addresses with images whose "file systems" are only a magic word and a label. */
class DevicesTest {
  private static final String MAGIC = "fs:";
  private static final int SECTOR = 512;

  @TempDir Path folder;
  private String path = "";

  /** Recognises the magic word after the first sector, which is reserved for a partition table. */
  private static Optional<String> label(BlockDevice device) throws IOException {
    if (device.size() < 2 * SECTOR) {
      return Optional.empty();
    }
    byte[] bytes = new byte[20];
    device.readFully(SECTOR, ByteBuffer.wrap(bytes));
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith(MAGIC)
        ? Optional.of(text.substring(MAGIC.length()).replace("\0", ""))
        : Optional.empty();
  }

  @BeforeEach
  void createImage() throws IOException {
    path = folder.resolve("disk.img").toString();
    PosixBlockDevice.create(path, 1000 * SECTOR).close();
  }

  private void partition(int number, long start, long count) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    entry.put(4, (byte) 0x83).putInt(8, (int) start).putInt(12, (int) count);
    write(446 + 16L * (number - 1), entry.array());
    write(510, new byte[] {0x55, (byte) 0xaa});
  }

  private void fileSystem(long startSector, String label) throws IOException {
    write((startSector + 1) * SECTOR, (MAGIC + label).getBytes(StandardCharsets.UTF_8));
  }

  private void write(long at, byte[] bytes) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_WRITE)) {
      device.writeFully(at, ByteBuffer.wrap(bytes));
    }
  }

  private BlockDevice open(String suffix) throws IOException {
    return Devices.open(
        DeviceAddress.parse(path + suffix), AccessMode.READ_WRITE, DevicesTest::label);
  }

  private void assertOpens(String suffix, String name, long byteCount) throws IOException {
    try (BlockDevice device = open(suffix)) {
      assertThat(device.name()).isEqualTo(path + name);
      assertThat(device.size()).isEqualTo(byteCount);
    }
    // The image and all devices on it were closed, otherwise the lock would still be held.
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void wholeDeviceRecognised_isUsedWholeEvenWithAPartitionTable() throws IOException {
    fileSystem(0, "whole");
    partition(1, 100, 100);
    fileSystem(100, "root");
    assertOpens("", "", 1000 * SECTOR);
    assertOpens("@LABEL=whole", "", 1000 * SECTOR);
    assertOpens("@LABEL=root", "@p1", 100 * SECTOR);
  }

  @Test
  void oneRecognisedPartition_isFoundByItself() throws IOException {
    partition(1, 10, 10);
    partition(2, 100, 100);
    partition(3, 300, 1);
    fileSystem(100, "");
    assertOpens("", "@p2", 100 * SECTOR);
    assertOpens("@p1", "@p1", 10 * SECTOR);
    assertOpens("@p3", "@p3", SECTOR);
  }

  @Test
  void severalRecognisedPartitions_areListed() throws IOException {
    partition(1, 10, 10);
    partition(2, 100, 100);
    partition(4, 300, 50);
    fileSystem(100, "root");
    fileSystem(300, "home");
    assertThatThrownBy(() -> open(""))
        .isInstanceOfSatisfying(
            AmbiguousPartitionException.class,
            e ->
                assertThat(e.candidates())
                    .extracting(ListedVolume::label)
                    .containsExactly("root", "home"))
        .hasMessage(
            path
                + ": several partitions are meant, choose one by its number:"
                + " @p2 LABEL=root start 51200 size 51200;"
                + " @p4 LABEL=home start 153600 size 25600");
    assertOpens("@LABEL=home", "@p4", 50 * SECTOR);
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void sameLabelTwice_isAmbiguous() throws IOException {
    partition(1, 100, 100);
    partition(2, 300, 50);
    fileSystem(100, "root");
    fileSystem(300, "root");
    assertThatThrownBy(() -> open("@LABEL=root")).isInstanceOf(AmbiguousPartitionException.class);
  }

  @Test
  void nothingRecognised_isTheWholeDevice() throws IOException {
    assertOpens("", "", 1000 * SECTOR);
    partition(1, 100, 100);
    assertOpens("", "", 1000 * SECTOR);
  }

  @Test
  void missingPartition_namesThoseThatExist() throws IOException {
    partition(2, 100, 100);
    fileSystem(100, "root");
    assertThatThrownBy(() -> open("@p1"))
        .isInstanceOfSatisfying(
            NoSuchPartitionException.class, e -> assertThat(e.existing()).hasSize(1))
        .hasMessage(
            path + ": there is no partition 1; there are: @p2 LABEL=root start 51200 size 51200");
    assertThatThrownBy(() -> open("@LABEL=home"))
        .isInstanceOf(NoSuchPartitionException.class)
        .hasMessageContaining("there is no file system with the label home")
        .hasMessageContaining("@p2");
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void partitionOfAnUnpartitionedDevice_saysSo() {
    assertThatThrownBy(() -> open("@p1"))
        .isInstanceOf(NoSuchPartitionException.class)
        .hasMessage(path + ": there is no partition 1: the device has no partitions");
  }

  @Test
  void partitionBeyondTheEnd_isNotOpenedAndDoesNotHideOthers() throws IOException {
    partition(1, 100, 100);
    partition(2, 900, 200);
    fileSystem(100, "root");
    fileSystem(900, "cut");
    assertOpens("", "@p1", 100 * SECTOR);
    assertThatThrownBy(() -> open("@p2"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("truncated");
  }

  @Test
  void offset_givesTheRest() throws IOException {
    assertOpens("?offset=512", "?offset=512", 999 * SECTOR);
    assertOpens("?offset=1000s", "?offset=512000", 0);
    assertThatThrownBy(() -> open("?offset=512001"))
        .isInstanceOf(DeviceException.class)
        .hasMessage(path + ": cannot start at byte 512001: it is only 512000 bytes long");
    try (BlockDevice device = open("?offset=1K")) {
      device.writeFully(0, ByteBuffer.wrap(new byte[] {42}));
    }
    assertThat(Files.readAllBytes(Path.of(path))[1024]).isEqualTo((byte) 42);
  }

  @Test
  void probeThatFails_closesTheDevice() throws IOException {
    VolumeProbe failing =
        device -> {
          throw new DeviceException(device.name(), "read", 0, Errno.EIO.number(), "bad");
        };
    DeviceAddress address = DeviceAddress.of(path);
    assertThatThrownBy(() -> Devices.open(address, AccessMode.READ_WRITE, failing))
        .isInstanceOf(DeviceException.class);
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void describe_nameInAGpt_isShownWithoutControlCharacters() {
    Partition partition = new Partition(3, 10, 20, "t", "boot\n\u001b[2J");
    assertThat(new ListedVolume(partition, true, "root").describe())
        .isEqualTo("@p3 LABEL=root \"boot\\x0a\\x1b[2J\" start 10 size 20");
  }
}
