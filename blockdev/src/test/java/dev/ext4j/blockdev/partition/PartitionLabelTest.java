package dev.ext4j.blockdev.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.AmbiguousPartitionException;
import dev.ext4j.blockdev.open.DeviceAddress.Place;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.blockdev.open.NoSuchPartitionException;
import dev.ext4j.blockdev.open.VolumeProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests of addresses by the name of a partition and by the UUID of its file system. */
class PartitionLabelTest {
  private static final int SECTOR = 512;

  /** A probe for which the first byte of a device is its UUID, and 0 is no file system. */
  private static final VolumeProbe FIRST_BYTE =
      new VolumeProbe() {
        @Override
        public Optional<String> label(BlockDevice device) throws IOException {
          return uuid(device).map(text -> "");
        }

        @Override
        public Optional<String> uuid(BlockDevice device) throws IOException {
          ByteBuffer first = ByteBuffer.allocate(1);
          device.readFully(0, first);
          return first.get(0) == 0 ? Optional.empty() : Optional.of("id" + first.get(0));
        }
      };

  private static BlockDevice disk() throws IOException {
    GptImage image = new GptImage(1 << 20, SECTOR);
    image.entry(1, 100, 199, "boot").entry(2, 200, 299, "root").entry(3, 300, 399, "root");
    BlockDevice disk = image.write();
    disk.writeFully(100 * SECTOR, ByteBuffer.wrap(new byte[] {7}));
    disk.writeFully(200 * SECTOR, ByteBuffer.wrap(new byte[] {8}));
    return disk;
  }

  @Test
  void partitionLabel_meansTheOnlyPartitionWithThatName() throws IOException {
    assertThat(Devices.locate(disk(), new Place.PartitionLabel("boot"), FIRST_BYTE).name())
        .endsWith("@p1");
    assertThatThrownBy(() -> Devices.locate(disk(), new Place.PartitionLabel("root"), FIRST_BYTE))
        .isInstanceOf(AmbiguousPartitionException.class);
    assertThatThrownBy(() -> Devices.locate(disk(), new Place.PartitionLabel("home"), FIRST_BYTE))
        .isInstanceOf(NoSuchPartitionException.class)
        .hasMessageContaining("no partition with the name home");
  }

  @Test
  void uuid_meansTheOnlyFileSystemThatHasIt() throws IOException {
    assertThat(Devices.locate(disk(), new Place.Uuid("ID8"), FIRST_BYTE).name()).endsWith("@p2");
    assertThatThrownBy(() -> Devices.locate(disk(), new Place.Uuid("id9"), FIRST_BYTE))
        .isInstanceOf(NoSuchPartitionException.class)
        .hasMessageContaining("no file system with the UUID id9");
  }
}
