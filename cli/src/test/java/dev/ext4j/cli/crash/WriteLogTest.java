package dev.ext4j.cli.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteLogTest {
  @TempDir Path folder;

  @Test
  void file_holdsTheRecordsAsOtherToolsReadThem() throws IOException {
    Path path = folder.resolve("log");
    try (WriteLog log = WriteLog.create(path)) {
      log.write(0x1234, ByteBuffer.wrap(new byte[] {7, 8, 9}));
      log.flush();
      log.zero(512, 1024);
      log.mark("done");
    }
    String expected =
        hex("X4WLOG01")
            + "01000000"
            + "03000000"
            + "3412000000000000"
            + "0300000000000000"
            + "070809"
            + "02000000"
            + "00000000"
            + "0000000000000000"
            + "0000000000000000"
            + "03000000"
            + "00000000"
            + "0002000000000000"
            + "0004000000000000"
            + "05000000"
            + "04000000"
            + "0000000000000000"
            + "0400000000000000"
            + hex("done");
    assertThat(HexFormat.of().formatHex(Files.readAllBytes(path))).isEqualTo(expected);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void read_whatWasWritten_doesTheSame() throws IOException {
    Path path = folder.resolve("log");
    byte[] data = new byte[200_000];
    Arrays.fill(data, (byte) 5);
    try (WriteLog log = WriteLog.create(path)) {
      log.write(1000, ByteBuffer.wrap(data));
      log.flush();
      log.mark("half");
      log.zero(2000, 3000);
    }
    MemoryBlockDevice disk = new MemoryBlockDevice(1 << 20);
    try (WriteLog log = WriteLog.read(path)) {
      assertThat(log.size()).isEqualTo(4);
      assertThat(log.type(1)).isEqualTo(WriteLog.Type.FLUSH);
      assertThat(log.isChange(1)).isFalse();
      assertThat(log.byteCount(2)).isZero();
      assertThat(log.text(2)).isEqualTo("half");
      log.apply(0, disk);
      log.apply(3, disk);
    }
    assertThat(at(disk, 999)).isZero();
    assertThat(at(disk, 1000)).isEqualTo((byte) 5);
    assertThat(at(disk, 2000)).isZero();
    assertThat(at(disk, 5000)).isEqualTo((byte) 5);
    assertThat(at(disk, 200_999)).isEqualTo((byte) 5);
    assertThat(at(disk, 201_000)).isZero();
  }

  private static byte at(BlockDevice disk, long byteOffset) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    disk.readFully(byteOffset, one);
    return one.get(0);
  }

  @Test
  void read_damagedFile_saysWhere() throws IOException {
    Path path = folder.resolve("log");
    try (WriteLog log = WriteLog.create(path)) {
      log.flush();
      log.write(0, ByteBuffer.wrap(new byte[10]));
    }
    byte[] bytes = Files.readAllBytes(path);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(path, Arrays.copyOf(bytes, length));
      if (length != 8 && length != 32) {
        assertThatThrownBy(() -> WriteLog.read(path))
            .as("%d bytes", length)
            .isInstanceOf(IOException.class);
      }
    }
    bytes[8] = 99;
    Files.write(path, bytes);
    assertThatThrownBy(() -> WriteLog.read(path)).hasMessageContaining("the record at byte 8");
  }
}
