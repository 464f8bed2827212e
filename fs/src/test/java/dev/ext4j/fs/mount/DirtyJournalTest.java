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
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reader sees of a dirty journal, against what e2fsck makes of it. */
@Tag("oracle")
class DirtyJournalTest {
  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        ImageKinds.B1K,
        ImageKinds.B4K,
        ImageKinds.B4K.named("no-checksums").withFeatures("^metadata_csum", "^64bit"),
        ImageKinds.B1K.named("small-log").withWords("-J", "size=1"),
        ImageRecipe.of("ext3-dirty", "ext3", 1024, 48 << 20));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void crashedImage_readsBlockForBlockAsE2fsckReplaysIt(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path crashed = crash(Mke2fs.create(recipe, scratch.folder()), scratch.file("crashed.img"));
      Path replayed = Scratch.copySparse(crashed, scratch.file("replayed.img"));
      int recovered =
          ExternalTool.named("e2fsck")
              .run("-y", "-E", "journal_only", replayed.toString())
              .exitCode();
      assertThat(recovered).as("e2fsck").isLessThanOrEqualTo(1);
      try (BlockDevice before = PosixBlockDevice.open(crashed.toString(), AccessMode.READ_ONLY);
          BlockDevice after = PosixBlockDevice.open(replayed.toString(), AccessMode.READ_ONLY);
          Mount mount = new Mount(before, OpenOptions.readOnly())) {
        assertThat(mount.needsRecovery()).as("the image is dirty").isTrue();
        assertThat(mount.warnings()).singleElement().asString().contains("after its replay");
        assertThat(mount.device()).as("there is something to replay").isNotSameAs(before);
        compare(mount, after);
      }
    }
  }

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
        // The kernel may have put it in its place already: as if it had not.
        file.map(
            false,
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

  /** Files come, change and go, with commits between; the image is copied while it is mounted. */
  private static Path crash(Path image, Path target) throws IOException {
    Random random = new Random(5);
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 40; i++) {
          byte[] content = new byte[random.nextInt(20_000)];
          random.nextBytes(content);
          if (i == 7) {
            // A block that begins with the log's magic number must be escaped where it is logged.
            ByteBuffer.wrap(content.length < 4 ? new byte[4] : content).putInt(0xC03B3998);
          }
          Files.createDirectories(mount.path("d" + i % 5));
          Files.write(mount.path("d" + i % 5 + "/f" + random.nextInt(60)), content);
        }
        Files.deleteIfExists(mount.path("d1/f" + random.nextInt(60)));
        mount.sync();
      }
      return mount.copyAsCrashed(target);
    }
  }

  private static void compare(Mount mount, BlockDevice after) throws IOException {
    Geometry geometry = mount.geometry();
    Set<Long> own = journalBlocks(mount);
    own.add(mount.superblock().block().number()); // e2fsck notes the recovery there
    ByteBuffer ours = ByteBuffer.allocate(geometry.blockSize());
    ByteBuffer theirs = ByteBuffer.allocate(geometry.blockSize());
    int changed = 0;
    for (long block = geometry.firstDataBlock(); block < geometry.blockCount(); block++) {
      if (own.contains(block)) {
        continue;
      }
      mount.device().readFully(block * geometry.blockSize(), ours.clear());
      after.readFully(block * geometry.blockSize(), theirs.clear());
      assertThat(ours.array()).as("block %d", block).isEqualTo(theirs.array());
      changed++;
    }
    assertThat(changed).isPositive();
  }

  private static Set<Long> journalBlocks(Mount mount) throws IOException {
    long number = mount.superblock().view().journalInode();
    LogArea log =
        new JournalInode(
            mount.device(), mount.geometry(), mount.context().cache(), mount.inodes().get(number));
    Set<Long> blocks = new HashSet<>();
    for (long i = 0; i < log.blockCount(); i++) {
      blocks.add(log.byteOffset(i) >>> mount.geometry().blockSizeBits());
    }
    return blocks;
  }
}
