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
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of a block bitmap that shows the nodes of a tree as free. The allocator must not give them
 * to the tree itself.
 */
class NodeCalledFreeTest {
  private static final int BLOCK = 1024;
  private static final int BLOCKS_PER_GROUP = 8192;
  private static final FileAddress FILE =
      FileAddress.path("/shallow.bin".getBytes(StandardCharsets.UTF_8));

  @TempDir Path folder;

  @Test
  void newNode_doesNotComeOverAnOldOne() throws IOException {
    MemoryBlockDevice disk =
        Judge.load(GoldenImage.EXTENT_DEPTH_2.unpackTo(folder.resolve("image")));
    List<Long> nodes = new ArrayList<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      fs.file(FILE).inspect().tree(new Nodes(nodes));
    }
    assertThat(nodes).hasSizeGreaterThan(2);
    clearBits(disk, nodes);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FILE);
      long hole = file.seekHole(0);
      assertThatThrownBy(() -> file.allocate(hole, BLOCK, Size.KEEP, ProgressListener.NONE))
          .isInstanceOfSatisfying(
              CorruptionException.class,
              e -> assertThat(e.kind()).isEqualTo(CorruptionException.Kind.BLOCK_BITMAP));
      List<Long> after = new ArrayList<>();
      file.inspect().tree(new Nodes(after));
      assertThat(after).isEqualTo(nodes);
    }
  }

  private static void clearBits(MemoryBlockDevice disk, List<Long> blocks) throws IOException {
    for (MetadataPiece piece : MetadataScan.of(disk)) {
      if (piece.kind() != Kind.BLOCK_BITMAP) {
        continue;
      }
      ByteBuffer bits = piece.read(disk);
      for (long block : blocks) {
        if (piece.what().endsWith("group " + (block - 1) / BLOCKS_PER_GROUP)) {
          int bit = (int) ((block - 1) % BLOCKS_PER_GROUP);
          bits.put(bit / 8, (byte) (bits.get(bit / 8) & ~(1 << bit % 8)));
        }
      }
      piece.seal().seal(bits, disk);
      piece.write(disk, bits);
    }
  }

  private record Nodes(List<Long> blocks) implements TreeVisitor {
    @Override
    public void node(int level, int depth, long block, int entryCount, int capacity) {
      if (level > 0) {
        blocks.add(block);
      }
    }

    @Override
    public void index(int level, long logicalBlock, long childPhysicalBlock) {}

    @Override
    public void extent(
        int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}
  }
}
