package dev.ext4j.blockdev.open;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignFormatTest {
  /** The magic numbers as the specifications write them: the offset, and the bytes as hex. */
  @ParameterizedTest
  @CsvSource({
    "QCOW2,           0,     514649fb",
    "VHD,             0,     636f6e6563746978",
    "VHD_FIXED,       130560, 636f6e6563746978",
    "VHDX,            0,     7668647866696c65",
    "VMDK,            0,     4b444d56",
    "VDI,             64,    7f10dabe",
    "ANDROID_SPARSE,  0,     3aff26ed",
    "SQUASHFS,        0,     68737173",
    "EROFS,           1024,  e2e1f5e0",
    "XFS,             0,     58465342",
    "BTRFS,           65600, 5f42485266535f4d",
    "NTFS,            3,     4e54465320202020",
    "LUKS,            0,     4c554b53babe",
    "LVM,             512,   4c4142454c4f4e45",
    "ISO9660,         32769, 4344303031",
    "GZIP,            0,     1f8b",
    "XZ,              0,     fd377a585a00",
    "ZSTD,            0,     28b52ffd",
    "BZIP2,           0,     425a68",
    "ZIP,             0,     504b0304"
  })
  void magicNumber_atItsOffset_isRecognised(ForeignFormat format, int byteOffset, String hex)
      throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(131_072, 512);
    byte[] magic = java.util.HexFormat.of().parseHex(hex);
    device.writeFully(byteOffset, ByteBuffer.wrap(magic));
    assertThat(ForeignFormat.of(device)).contains(format);
    assertThat(format.explanation()).matches("[a-zA-Z].*: .*");
    magic[magic.length - 1] ^= 1;
    device.writeFully(byteOffset, ByteBuffer.wrap(magic));
    assertThat(ForeignFormat.of(device)).isEmpty();
  }

  @Test
  void vmdkDescriptor_isText() throws IOException {
    MemoryBlockDevice device = new MemoryBlockDevice(1024, 512);
    device.writeFully(
        0, ByteBuffer.wrap("# Disk DescriptorFile\n".getBytes(StandardCharsets.US_ASCII)));
    assertThat(ForeignFormat.of(device)).contains(ForeignFormat.VMDK_DESCRIPTOR);
  }

  @Test
  void tinyAndEmptyDevices_areNothing() throws IOException {
    for (int size : new int[] {0, 512, 1024}) {
      assertThat(ForeignFormat.of(new MemoryBlockDevice(size, 512))).as("%d bytes", size).isEmpty();
    }
  }
}
