package dev.ext4j.fs.file;

import static dev.ext4j.testimages.RangeOperation.punch;
import static dev.ext4j.testimages.RangeOperation.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.ImageSnapshot;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreeEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of the reason why {@code i_blocks} may differ from the kernel's after the same operations.
 * The kernel allocates blocks at writeback. A hole punched before that saves extents, and so a
 * node. If each operation is synced, the trees and block maps are the same. A tree keeps its depth
 * when extents are removed, in the kernel and in ext4j.
 */
@Tag("oracle")
class TreeShapeTest {
  private static final ImageRecipe KIND = ImageKinds.B1K;
  private static final int BLOCK = 1024;

  /** Operations of which only the written blocks 22 to 25 remain after the last hole. */
  private static final List<RangeOperation> OPERATIONS =
      List.of(
          punch("f", 12 * BLOCK - 21, 2 * BLOCK),
          write("f", 12 * BLOCK + 416, 13369, 1),
          punch("f", 5989, 17 * BLOCK));

  @Test
  void writeAndHole_treeAsTheKernelsIfItIsGivenTime() throws IOException {
    Oracles.requireMount(KIND);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(KIND);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        mount.file("f").write(0, new byte[13 * BLOCK]);
        mount.sync();
        mount.file("f").punch(BLOCK, BLOCK);
        mount.file("f").allocateKeepingSize(13L * BLOCK, 39L * BLOCK);
      }
      List<TreeEntry> start = Debugfs.reading(base).extents("/f");
      assertThat(start).hasSize(3);
      Path hurried = byKernel(judge, base, "hurried.img", OPERATIONS, false);
      Path synced = byKernel(judge, base, "synced.img", OPERATIONS, true);
      Path ours = byExt4j(judge, base, OPERATIONS);
      List<String> files = List.of("f");
      ImageSnapshot found = ImageSnapshot.of(ours, files);
      assertThat(found.shapeDifferences(ImageSnapshot.of(synced, files))).isEmpty();
      assertThat(found.differences(ImageSnapshot.of(hurried, files))).isEmpty();
      assertThat(nodeSectors(ours, "f", KIND)).isEqualTo(BLOCK / 512);
      assertThat(nodeSectors(hurried, "f", KIND)).isZero();
    }
  }

  /** An indirect block stays when the last block that it maps is punched. */
  @Test
  void writeAndHoleInABlockMap_indirectBlockAsTheKernelsIfItIsGivenTime() throws IOException {
    ImageRecipe kind = ImageKinds.EXT2_4K;
    List<RangeOperation> operations = List.of(write("f", 49152, 2962, 1), punch("f", 20481, 69632));
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        mount.file("f").write(0, new byte[100]);
      }
      Path hurried = byKernel(judge, base, "hurried.img", operations, false);
      Path synced = byKernel(judge, base, "synced.img", operations, true);
      Path ours = byExt4j(judge, base, operations);
      List<String> files = List.of("f");
      ImageSnapshot found = ImageSnapshot.of(ours, files);
      assertThat(found.shapeDifferences(ImageSnapshot.of(synced, files))).isEmpty();
      assertThat(found.file("f").sectors()).isEqualTo(2 * 4096 / 512);
      assertThat(ImageSnapshot.of(hurried, files).file("f").sectors()).isEqualTo(4096 / 512);
    }
  }

  private static Path byExt4j(Judge judge, Path base, List<RangeOperation> operations)
      throws IOException {
    Path image = Scratch.copySparse(base, judge.file("ours.img"));
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      for (RangeOperation operation : operations) {
        FileRanges.apply(fs, operation);
      }
    }
    return image;
  }

  private static Path byKernel(
      Judge judge, Path base, String name, List<RangeOperation> operations, boolean syncing)
      throws IOException {
    Path image = Scratch.copySparse(base, judge.file(name));
    try (KernelMount mount = KernelMount.readWrite(image)) {
      for (RangeOperation operation : operations) {
        operation.applyTo(mount);
        if (syncing) {
          mount.sync();
        }
      }
    }
    return image;
  }

  /**
   * Returns the part of {@code i_blocks} that the nodes of an extent tree take, in sectors of 512
   * bytes.
   */
  static long nodeSectors(Path image, String file, ImageRecipe kind) throws IOException {
    long nodes =
        Debugfs.reading(image).extents("/" + file).stream()
            .filter(entry -> !entry.isLeaf())
            .mapToLong(TreeEntry::physicalBlock)
            .distinct()
            .count();
    return nodes * kind.clusterSize() / 512;
  }
}
