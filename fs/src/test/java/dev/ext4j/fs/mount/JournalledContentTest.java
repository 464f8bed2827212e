package dev.ext4j.fs.mount;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A test of file content that is in the journal, as with data=journal. */
@Tag("oracle")
class JournalledContentTest {
  @Test
  void journalledContent_notYetInItsPlace_isReadFromTheLog() throws Exception {
    Oracles.requireMount(ImageKinds.B4K);
    byte[] content = new byte[10_000];
    new Random(3).nextBytes(content);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(ImageKinds.B4K, scratch.folder());
      Path crashed = scratch.file("crashed.img");
      try (KernelMount mount = KernelMount.readWrite(image, "commit=300", "data=journal")) {
        mount.file("file").write(0, content);
        mount.file("file").fsync();
        mount.copyAsItLies(crashed);
      }
      try (BlockDevice device = PosixBlockDevice.open(crashed.toString(), AccessMode.READ_WRITE);
          Ext4FileSystem fileSystem = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
        Ext4File file = fileSystem.file(FileAddress.path("/file".getBytes(UTF_8)));
        // The kernel may have written the content home already. Zeros there make it as if it had
        // not.
        file.inspect()
            .map(
                Holes.OMITTED,
                (logical, physical, count, state) -> {
                  device.writeFully(physical * 4096, ByteBuffer.allocate((int) count * 4096));
                  return true;
                });
        ByteBuffer read = ByteBuffer.allocate(content.length);
        while (read.hasRemaining() && file.read(read.position(), read) > 0) {
          // to the end
        }
        assertThat(read.array()).isEqualTo(content);
      }
    }
  }
}
