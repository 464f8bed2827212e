package dev.ext4j.blockdev.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.LoopDevices;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test with tables that another program wrote. */
@Tag("oracle")
class SfdiskTest {
  @TempDir Path folder;

  @BeforeEach
  void needSfdisk() {
    LoopDevices.assumeTool("sfdisk");
  }

  private Path image() throws Exception {
    Path image = folder.resolve("image");
    PosixBlockDevice.create(image.toString(), 64 << 20).close();
    return image;
  }

  private void partition(String device, String script) throws Exception {
    Path input = Files.writeString(folder.resolve("script"), script);
    LoopDevices.run(
        "sh",
        "-c",
        "sfdisk --quiet --no-reread --no-tell-kernel \"$0\" < \"$1\"",
        device,
        input.toString());
  }

  private static List<Partition> read(String path, PartitionTable.Scheme scheme) throws Exception {
    try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_ONLY)) {
      PartitionTable table = PartitionTable.read(device).orElseThrow();
      assertThat(table.scheme()).isEqualTo(scheme);
      assertThat(table.remarks()).isEmpty();
      return table.partitions();
    }
  }

  @Test
  void gpt() throws Exception {
    Path image = image();
    partition(
        image.toString(),
        """
        label: gpt
        start=2048, size=20480, type=linux, name="boot disk"
        4: start=40960, size=2048, type=swap
        """);
    assertThat(read(image.toString(), PartitionTable.Scheme.GPT))
        .containsExactly(
            new Partition(1, 1 << 20, 10 << 20, GptImage.LINUX_DATA, "boot disk"),
            new Partition(4, 20 << 20, 1 << 20, "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", ""));
  }

  @Test
  void gptWithFewEntries() throws Exception {
    Path image = image();
    partition(image.toString(), "label: gpt\ntable-length: 4\nstart=2048, size=20480\n");
    assertThat(read(image.toString(), PartitionTable.Scheme.GPT)).hasSize(1);
  }

  @Test
  void mbrWithLogicalPartitions() throws Exception {
    Path image = image();
    partition(
        image.toString(),
        """
        label: dos
        1: start=2048, size=2048, type=83
        2: start=8192, size=90000, type=5
        5: start=10240, size=2048, type=83
        6: start=20480, size=4096, type=82
        7: start=30720, size=1, type=83
        """);
    assertThat(read(image.toString(), PartitionTable.Scheme.MBR))
        .containsExactly(
            new Partition(1, 2048 * 512, 2048 * 512, "0x83", ""),
            new Partition(5, 10240 * 512, 2048 * 512, "0x83", ""),
            new Partition(6, 20480 * 512, 4096 * 512, "0x82", ""),
            new Partition(7, 30720 * 512, 512, "0x83", ""));
  }

  @Test
  void sectorsOf4096_onTheDeviceAndInItsImage() throws Exception {
    Path image = image();
    List<Partition> expected =
        List.of(new Partition(1, 256 * 4096, 100 * 4096, GptImage.LINUX_DATA, "x"));
    try (LoopDevices loops = new LoopDevices()) {
      String loop = loops.attach(image, "--sector-size", "4096");
      partition(loop, "label: gpt\nstart=256, size=100, type=linux, name=x\n");
      assertThat(read(loop, PartitionTable.Scheme.GPT)).isEqualTo(expected);
    }
    try (BlockDevice file = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
      assertThat(PartitionTable.read(file).orElseThrow().partitions()).isEqualTo(expected);
    }
  }
}
