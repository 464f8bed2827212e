package dev.ext4j.blockdev.open;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A format of images, archives or file systems that ext4j does not read. It is recognised by its
 * magic number, so that a message can name it. Sources: the specifications of the formats, and
 * file(1).
 */
public enum ForeignFormat {
  /** The copy-on-write format of QEMU. */
  QCOW2("a qcow2 image", Advice.CONVERT, 0, "514649fb"),
  /** Virtual PC, with its footer copied to the start (dynamic disks). */
  VHD("a VHD image", Advice.CONVERT, 0, "636f6e6563746978"),
  /** Virtual PC, with its footer in the last sector only (fixed disks). */
  VHD_FIXED("a VHD image", Advice.CONVERT, -512, "636f6e6563746978"),
  /** Hyper-V and WSL 2. */
  VHDX("a VHDX image", Advice.CONVERT, 0, "7668647866696c65"),
  /** VMware, one file with all extents. */
  VMDK("a VMDK image", Advice.CONVERT, 0, "4b444d56"),
  /** VMware, the text that names the extents. */
  VMDK_DESCRIPTOR(
      "a VMDK descriptor", Advice.CONVERT, 0, "23204469736b2044657363726970746f7246696c65"),
  /** VirtualBox. */
  VDI("a VDI image", Advice.CONVERT, 0x40, "7f10dabe"),
  /** The sparse format of Android's fastboot. */
  ANDROID_SPARSE("an Android sparse image", Advice.UNSPARSE, 0, "3aff26ed"),
  /** A compressed read-only file system. */
  SQUASHFS("a squashfs file system", Advice.OTHER, 0, "68737173"),
  /** The enhanced read-only file system of Android and containers. */
  EROFS("an EROFS file system", Advice.OTHER, 0x400, "e2e1f5e0"),
  /** XFS. */
  XFS("an XFS file system", Advice.OTHER, 0, "58465342"),
  /** Btrfs. */
  BTRFS("a Btrfs file system", Advice.OTHER, 0x10040, "5f42485266535f4d"),
  /** NTFS. */
  NTFS("an NTFS file system", Advice.OTHER, 3, "4e54465320202020"),
  /** An encrypted volume. */
  LUKS("a LUKS volume, which is encrypted", Advice.UNLOCK, 0, "4c554b53babe"),
  /** A physical volume of LVM, with its label in the second sector. */
  LVM("a physical volume of LVM", Advice.OTHER, 512, "4c4142454c4f4e45"),
  /** A CD or DVD. */
  ISO9660("an ISO 9660 file system", Advice.OTHER, 0x8001, "4344303031"),
  /** The format of gzip(1). */
  GZIP("compressed with gzip", Advice.UNPACK, 0, "1f8b"),
  /** The format of xz(1). */
  XZ("compressed with xz", Advice.UNPACK, 0, "fd377a585a00"),
  /** The format of zstd(1). */
  ZSTD("compressed with zstd", Advice.UNPACK, 0, "28b52ffd"),
  /** The format of bzip2(1). */
  BZIP2("compressed with bzip2", Advice.UNPACK, 0, "425a68"),
  /** The format of zip(1), which other formats are based on. */
  ZIP("a zip archive", Advice.UNPACK, 0, "504b0304");

  private enum Advice {
    CONVERT("'qemu-img convert -O raw' makes a raw image of it"),
    UNSPARSE("'simg2img' makes a raw image of it"),
    UNPACK("unpack it first"),
    UNLOCK("open it with cryptsetup first"),
    OTHER("ext4j does not read it");

    private final String text;

    Advice(String text) {
      this.text = text;
    }
  }

  private final String description;
  private final Advice advice;
  private final long byteOffset;
  private final String magic;

  /**
   * Creates a format.
   *
   * @param byteOffset the offset of the magic number, relative to the end if it is negative
   * @param magic the magic number in hexadecimal
   */
  ForeignFormat(String description, Advice advice, long byteOffset, String magic) {
    this.description = description;
    this.advice = advice;
    this.byteOffset = byteOffset;
    this.magic = magic;
  }

  /** Returns the format of the content of a device, or empty if it is none of these. */
  public static Optional<ForeignFormat> of(BlockDevice device) throws IOException {
    for (ForeignFormat format : values()) {
      if (format.fits(device)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private boolean fits(BlockDevice device) throws IOException {
    byte[] wanted = HexFormat.of().parseHex(magic);
    long start = byteOffset < 0 ? device.size() + byteOffset : byteOffset;
    if (start < 0 || start > device.size() - wanted.length) {
      return false;
    }
    ByteBuffer found = ByteBuffer.allocate(wanted.length);
    device.readFully(start, found);
    return found.flip().equals(ByteBuffer.wrap(wanted));
  }

  /** Returns what the content is and what a user can do, for a message that begins with "it is". */
  public String explanation() {
    return description + ": " + advice.text;
  }
}
