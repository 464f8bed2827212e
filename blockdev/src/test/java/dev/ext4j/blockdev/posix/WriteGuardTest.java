package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.LoopDevices;
import dev.ext4j.blockdev.Skips;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of the checks with the kernel's real loop devices and mounts. */
@Tag("oracle")
class WriteGuardTest {
  @TempDir Path folder;
  private LoopDevices loops = new LoopDevices();
  private Path image = Path.of("");

  @BeforeEach
  void createImage() throws Exception {
    image = folder.resolve("image file");
    PosixBlockDevice.create(image.toString(), 8 << 20).close();
  }

  @AfterEach
  void undo() throws Exception {
    loops.close();
  }

  private void makeFileSystem(String path) throws Exception {
    LoopDevices.assumeTool("mke2fs");
    LoopDevices.run("mke2fs", "-q", "-F", "-t", "ext4", path);
  }

  private static void assertRefused(String path, String reason) {
    assertThatThrownBy(() -> PosixBlockDevice.open(path, AccessMode.READ_WRITE))
        .isInstanceOfSatisfying(
            DeviceBusyException.class,
            e -> {
              assertThat(e.device()).isEqualTo(path);
              assertThat(e.reason()).isEqualTo(reason);
            });
    assertReadable(path);
  }

  private static void assertReadable(String path) {
    try (BlockDevice device = PosixBlockDevice.open(path, AccessMode.READ_ONLY)) {
      device.readFully(0, ByteBuffer.allocate(512));
    } catch (IOException e) {
      throw new AssertionError("reading needs no guard", e);
    }
  }

  private static void assertWritable(String path) throws IOException {
    PosixBlockDevice.open(path, AccessMode.READ_WRITE).close();
  }

  @Test
  void mountedDeviceAndItsImage_areRefusedByTheNameOfTheMountPoint() throws Exception {
    makeFileSystem(image.toString());
    String loop = loops.attach(image);
    Path mountPoint = folder.resolve("mount point\twith\\blanks");
    loops.mount(loop, mountPoint);
    assertRefused(loop, "it is mounted on " + mountPoint);
    assertRefused(image.toString(), "loop device " + loop + " over it is mounted on " + mountPoint);
  }

  @Test
  void imageMountedReadOnly_isRefused() throws Exception {
    makeFileSystem(image.toString());
    String loop = loops.attach(image, "--read-only");
    Path mountPoint = folder.resolve("mnt");
    loops.mount(loop, mountPoint, "-o", "ro");
    assertRefused(image.toString(), "loop device " + loop + " over it is mounted on " + mountPoint);
  }

  @Test
  void imageAttachedForWriting_isRefused() throws Exception {
    String loop = loops.attach(image);
    assertRefused(
        image.toString(), "it is attached to " + loop + " for writing (losetup -d " + loop + ")");
    assertWritable(loop);
  }

  @Test
  void imageAttachedAtAnOffset_isRefused() throws Exception {
    String loop = loops.attach(image, "--offset", "4096", "--sizelimit", "8192");
    assertRefused(
        image.toString(), "it is attached to " + loop + " for writing (losetup -d " + loop + ")");
  }

  @Test
  void imageAttachedReadOnlyAndUnused_isOpened() throws Exception {
    loops.attach(image, "--read-only");
    assertWritable(image.toString());
  }

  @Test
  void imageRemovedOrRenamed_isKnownByItsInode() throws Exception {
    String loop = loops.attach(image);
    Path link = Files.createLink(folder.resolve("link"), image);
    Files.delete(image);
    assertRefused(
        link.toString(), "it is attached to " + loop + " for writing (losetup -d " + loop + ")");
    Files.writeString(image, "another file by the same name");
    assertWritable(image.toString());
  }

  @Test
  void fileNamedDeleted_isNotTakenForARemovedOne() throws Exception {
    Path other = folder.resolve("image file (deleted)");
    PosixBlockDevice.create(other.toString(), 8 << 20).close();
    String loop = loops.attach(other);
    assertWritable(image.toString());
    assertRefused(
        other.toString(), "it is attached to " + loop + " for writing (losetup -d " + loop + ")");
  }

  @Test
  void loopDeviceOverAnImageThatIsLocked_isRefusedAsTheImageIs() throws Exception {
    String loop;
    try (BlockDevice holder = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE)) {
      loop = loops.attach(image, "--partscan");
      assertThat(holder.readOnly()).isFalse();
      String reason = "another program has locked " + image + ", which lies below it";
      assertRefused(loop, reason);
      LoopDevices.assumeTool("addpart");
      LoopDevices.run("addpart", loop, "1", "2048", "14336");
      loops.atEnd("delpart", loop, "1");
      assertRefused(loop + "p1", reason);
    }
    assertWritable(loop);
  }

  @Test
  void loopDevicesOverTheSameBytes_excludeEachOther() throws Exception {
    String first = loops.attach(image, "--sizelimit", "4194304");
    String second = loops.attach(image, "--offset", "4194304");
    assertWritable(first);
    assertWritable(second);
    String third = loops.attach(image, "--offset", "4190208", "--sizelimit", "8192");
    assertRefused(second, "it is attached to " + third + " for writing (losetup -d " + third + ")");
  }

  @Test
  void partitionMounted_isRefusedForWholeDiskAndImage() throws Exception {
    // The partition is added by a command, because not every kernel reads partition tables.
    LoopDevices.assumeTool("addpart");
    String loop = loops.attach(image, "--partscan");
    LoopDevices.run("addpart", loop, "1", "2048", "14336");
    loops.atEnd("delpart", loop, "1");
    Path partition = Path.of(loop + "p1");
    makeFileSystem(partition.toString());
    assertWritable(partition.toString());
    Path mountPoint = folder.resolve("mnt");
    loops.mount(partition.toString(), mountPoint);
    assertRefused(partition.toString(), "it is mounted on " + mountPoint);
    assertRefused(loop, partition + " on it is mounted on " + mountPoint);
    assertRefused(
        image.toString(),
        partition + " on loop device " + loop + " over it is mounted on " + mountPoint);
  }

  @Test
  void deviceHeldByAnotherOpen_isRefusedOnce() throws Exception {
    String loop = loops.attach(image);
    try (BlockDevice holder = PosixBlockDevice.open(loop, AccessMode.READ_WRITE)) {
      assertRefused(holder.name(), "the kernel or another program holds it");
    }
    assertWritable(loop);
  }

  @Test
  void mountInAnotherNamespace_isFeltThroughTheReadOnlyLoopDevice() throws Exception {
    LoopDevices.assumeTool("unshare");
    makeFileSystem(image.toString());
    String loop = loops.attach(image, "--read-only");
    Path mountPoint = Files.createDirectories(folder.resolve("mnt"));
    Process other =
        new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount -o ro \"$0\" \"$1\" && echo ready && read end",
                loop,
                mountPoint.toString())
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('r');
      assertRefused(
          image.toString(), "the kernel or another program holds loop device " + loop + " over it");
    } finally {
      other.getOutputStream().close();
      other.waitFor();
    }
  }

  @Test
  void imageUsedAsSwap_isRefused() throws Exception {
    LoopDevices.assumeTool("mkswap");
    LoopDevices.assumeTool("swapon");
    Path swap = Files.write(folder.resolve("swap"), new byte[1 << 20]);
    LoopDevices.run("chmod", "600", swap.toString());
    LoopDevices.run("mkswap", swap.toString());
    try {
      LoopDevices.run("swapon", swap.toString());
    } catch (IOException e) {
      Skips.requireKind(false, "no swap here: " + e.getMessage());
    }
    loops.atEnd("swapoff", swap.toString());
    assertRefused(swap.toString(), "the kernel swaps to it");
  }
}
