package dev.ext4j.fs.extent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.format.MetadataScan;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of an extent that maps the leaf in which it lies. Content written to the extent overwrites
 * the leaf, which is then no valid node.
 */
class ContentOverNodeTest {
  private static final int BLOCK = 1024;
  private static final int FIRST_EXTENT = 12;
  private static final FileAddress FILE =
      FileAddress.path("/shallow.bin".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;

  @Test
  void nodeThatContentWasWrittenOver_isDamageByItsType() throws IOException {
    MemoryBlockDevice disk =
        Judge.load(GoldenImage.EXTENT_DEPTH_2.unpackTo(folder.resolve("image")));
    long number;
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      number = fs.file(FILE).stat().id().inode();
    }
    pointLeafToItself(disk, number);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FILE);
      file.inspect().precache();
      byte[] content = new byte[BLOCK];
      Arrays.fill(content, (byte) 0xEE);
      assertThatThrownBy(
              () -> {
                file.writeDirect(0, ByteBuffer.wrap(content));
                file.writeDirect(BLOCK, ByteBuffer.wrap(content));
                file.writeDirect(3 * BLOCK, ByteBuffer.wrap(content));
              })
          .isInstanceOf(CorruptionException.class);
    }
  }

  private static void pointLeafToItself(MemoryBlockDevice disk, long number) throws IOException {
    for (MetadataPiece piece : MetadataScan.of(disk)) {
      if (piece.kind() == Kind.EXTENT_NODE
          && piece.what().matches(".* inode " + number + "\\b.*")) {
        ByteBuffer leaf = piece.read(disk);
        assertThat(leaf.getInt(FIRST_EXTENT)).as("first logical block").isZero();
        leaf.putInt(FIRST_EXTENT + 8, (int) (piece.byteOffset() / BLOCK));
        piece.seal().seal(leaf, disk);
        piece.write(disk, leaf);
        return;
      }
    }
    throw new AssertionError("no leaf");
  }
}
