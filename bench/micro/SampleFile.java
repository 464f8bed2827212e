package dev.ext4j.bench;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/**
 * A written file of 3 MiB in a copy of the program's sample image. The copy is in memory if
 * possible.
 */
final class SampleFile implements AutoCloseable {
  static final int BLOCK = 4096;
  static final int BLOCKS = 768;

  final Ext4FileSystem fileSystem;
  private final Path path;
  private final BlockDevice device;
  final Ext4File file;

  SampleFile() throws IOException {
    byte[] image;
    try (InputStream in =
        new GZIPInputStream(
            SampleFile.class.getResourceAsStream("/dev/ext4j/cli/command/sample/image.gz"))) {
      image = in.readAllBytes();
    }
    Path memory = Path.of("/dev/shm");
    path =
        Files.isWritable(memory)
            ? Files.createTempFile(memory, "ext4j-jmh-", ".img")
            : Files.createTempFile("ext4j-jmh-", ".img");
    Files.write(path, image);
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
  }
}
