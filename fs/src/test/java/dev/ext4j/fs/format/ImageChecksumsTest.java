package dev.ext4j.fs.format;

import static dev.ext4j.testimages.ImageKinds.B1K;
import static dev.ext4j.testimages.ImageKinds.B4K;
import static dev.ext4j.testimages.ImageKinds.B64K;
import static dev.ext4j.testimages.ImageKinds.BIGALLOC_16K;
import static dev.ext4j.testimages.ImageKinds.CSUM_SEED;
import static dev.ext4j.testimages.ImageKinds.GDT_CSUM;
import static dev.ext4j.testimages.ImageKinds.INLINE_1024;
import static dev.ext4j.testimages.ImageKinds.INODE_128;
import static dev.ext4j.testimages.ImageKinds.NO_64BIT;
import static dev.ext4j.testimages.ImageKinds.SMALL_GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.FilePopulator;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreePopulator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of checksums against those of mke2fs and the kernel: they match, each flipped bit is
 * noticed, and sealing gives the same bytes.
 */
final class ImageChecksumsTest {
  private static final long SEED = 31;

  /** The number of structures of a kind in which bits are flipped. */
  private static final int SAMPLES = 3;

  private static final int MOST_FLIPS = 3000;

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        B4K,
        B1K,
        NO_64BIT,
        SMALL_GROUPS,
        CSUM_SEED,
        INODE_128,
        INLINE_1024,
        BIGALLOC_16K,
        B64K,
        GDT_CSUM,
        GDT_CSUM.named("gdt_csum_no_64bit").withFeatures("^64bit"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void imageOfMke2fsAndKernel_verifiesNoticesFlippedBitsAndSealsToTheSameBytes(ImageRecipe recipe)
      throws Exception {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      boolean filled = Oracles.mounts(recipe);
      if (filled) {
        fill(image);
      }
      Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
      try (PosixBlockDevice device =
          PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE)) {
        for (MetadataPiece piece : MetadataScan.of(device)) {
          ByteBuffer bytes = piece.read(device);
          assertThat(piece.isIntact(bytes)).as("%s verifies", piece).isTrue();
          if (seen.merge(piece.kind(), 1, Integer::sum) <= SAMPLES) {
            flipBits(piece, bytes, recipe);
          }
          reseal(piece, bytes, device, hasChecksum(piece, recipe));
        }
      }
      assertThat(seen).containsKeys(Kind.SUPERBLOCK, Kind.GROUP_DESCRIPTOR, Kind.INODE);
      if (filled) {
        assertThat(seen)
            .containsKeys(
                Kind.EXTENT_NODE, Kind.DIRECTORY_LEAF, Kind.HASH_TREE_BLOCK, Kind.XATTR_BLOCK);
      }
      assertThat(E2fsck.check(image)).asString().isEqualTo("clean");
    }
  }

  private static void fill(Path image) throws IOException {
    try (KernelMount mount = KernelMount.readWrite(image)) {
      TreePopulator.fill(mount);
      new FilePopulator(mount, SEED).makeFragmented("fragmented", 2, 400);
      UserDefinedFileAttributeView attributes =
          Files.getFileAttributeView(mount.path("fragmented"), UserDefinedFileAttributeView.class);
      attributes.write("large", ByteBuffer.allocate(mount.blockSize() / 2));
    }
  }

  private static void flipBits(MetadataPiece piece, ByteBuffer bytes, ImageRecipe recipe) {
    if (!hasChecksum(piece, recipe)) {
      return;
    }
    Random random = new Random(SEED);
    int covered = coveredBytes(piece, bytes);
    int flips = Math.min(MOST_FLIPS, covered * 8);
    for (int i = 0; i < flips; i++) {
      int bit = flips == covered * 8 ? i : random.nextInt(covered * 8);
      int at = bit / 8;
      boolean switchesChecksumsOff =
          piece.kind() == Kind.SUPERBLOCK && (at / 4 == 0x64 / 4 || at / 4 == 0x4C / 4);
      if (!switchesChecksumsOff) {
        bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
        assertThat(piece.isIntact(bytes)).as("%s, bit %d flipped", piece, bit).isFalse();
        bytes.put(at, (byte) (bytes.get(at) ^ 1 << bit % 8));
      }
    }
  }

  /**
   * Returns the number of bytes, from the start, that the checksum covers. In a hash tree block,
   * unused room is not covered.
   */
  private static int coveredBytes(MetadataPiece piece, ByteBuffer bytes) {
    if (piece.kind() != Kind.HASH_TREE_BLOCK) {
      return bytes.capacity();
    }
    int countOffset = Checksums.hashTreeCountOffset(bytes);
    return countOffset + (bytes.getShort(countOffset + 2) & 0xFFFF) * 8;
  }

  private static boolean hasChecksum(MetadataPiece piece, ImageRecipe recipe) {
    return switch (piece.kind()) {
      case INDIRECT_BLOCK -> false;
      case GROUP_DESCRIPTOR -> true;
      default -> !recipe.asksFor("^metadata_csum");
    };
  }

  private static void reseal(
      MetadataPiece piece, ByteBuffer bytes, PosixBlockDevice device, boolean hasChecksum)
      throws IOException {
    ByteBuffer before =
        ByteBuffer.allocate(bytes.capacity()).put(bytes.duplicate().rewind()).flip();
    if (hasChecksum) {
      spoilChecksum(piece, bytes);
    }
    piece.seal().seal(bytes, device);
    assertThat(bytes.rewind()).as("%s sealed", piece).isEqualTo(before);
    piece.write(device, bytes);
  }

  private static void spoilChecksum(MetadataPiece piece, ByteBuffer bytes) {
    switch (piece.kind()) {
      // Sealing keeps the checksum, and changes the end of a field to match it.
      case SUPERBLOCK -> bytes.putInt(SuperblockFields.S_LAST_MOUNTED.offset() + 60, 0xDEADBEEF);
      case GROUP_DESCRIPTOR -> GroupDescriptorFields.BG_CHECKSUM.set(bytes, 0xDEAD);
      case INODE -> InodeFields.I_CHECKSUM_LO.set(bytes, 0xDEAD);
      case EXTENT_NODE -> bytes.putInt(bytes.capacity() - 4, 0xDEADBEEF);
      default -> {}
    }
  }
}
