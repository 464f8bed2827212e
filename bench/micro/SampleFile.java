package dev.ext4j.bench;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.charset.StandardCharsets;

/**
 * A written file of 3 MiB in a copy of the program's sample image. The copy is in memory if
 * possible.
 */
final class SampleFile implements AutoCloseable {
  static final int BLOCK = 4096;
  static final int BLOCKS = 768;

  final Ext4FileSystem fileSystem;
  private final Path folder;
  private final Path path;
  private final BlockDevice device;
  final Ext4File file;

  SampleFile() throws IOException {
    Path memory = Path.of("/dev/shm");
    folder =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "ext4j-jmh-")
            : Files.createTempDirectory("ext4j-jmh-");
    path = folder.resolve("sample.img");
    SampleImage.unpack(path);
    device = PosixBlockDevice.open(path.toString(), AccessMode.READ_WRITE);
    fileSystem = Ext4FileSystem.open(device, OpenOptions.readWrite());
    file = fileSystem.file(FileAddress.path("/data.bin".getBytes(StandardCharsets.UTF_8)));
    byte[] bytes = new byte[BLOCK * BLOCKS];
    java.util.Arrays.fill(bytes, (byte) 7);
    file.writeDirect(0, ByteBuffer.wrap(bytes));
    fileSystem.sync();
  }

  @Override
  public void close() throws IOException {
    fileSystem.close();
    device.close();
    Files.delete(path);
    Files.delete(folder);
  }
}
