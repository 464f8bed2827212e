package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreeEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Tests of streams on a fresh image. A stream must lie in no more runs than one that the kernel
 * writes. Tree nodes and other streams must not lie between its blocks, for each layout of the
 * groups.
 */
@Tag("oracle")
class StreamLayoutTest {
  private static final int PIECE = 1 << 20;
  private static final int PIECES = 150;

  static final List<ImageRecipe> KINDS =
      List.of(
          ImageRecipe.of("b4k", "ext4", 4096, 600L << 20),
          ImageRecipe.of("b1k", "ext4", 1024, 400L << 20),
          ImageRecipe.of("unpacked", "ext4", 4096, 600L << 20).withFeatures("^flex_bg"),
          ImageRecipe.of("bigalloc", "ext4", 4096, 600L << 20).withClusters(64 << 10));

  @ParameterizedTest
  @FieldSource("KINDS")
  void oneStream_liesInAsFewRunsAsTheKernels(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        mount.file("f").write(0, new byte[0]);
      }
      Path kernels = Scratch.copySparse(base, judge.file("kernel.img"));
      try (KernelMount mount = KernelMount.readWrite(kernels)) {
        for (int i = 0; i < PIECES; i++) {
          mount.file("f").write((long) i * PIECE, piece());
        }
      }
      write(base, List.of("f"));
      assertThat(runs(base, "f")).isLessThanOrEqualTo(runs(kernels, "f"));
    }
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void twoStreamsInTurns_doNotInterleave(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        mount.file("f").write(0, new byte[0]);
        mount.file("g").write(0, new byte[0]);
      }
      write(base, List.of("f", "g"));
      for (String file : List.of("f", "g")) {
        assertThat(runs(base, file)).as("runs of %s", file).isLessThan(PIECES / 3);
      }
    }
  }

  private static void write(Path image, List<String> names) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_WRITE);
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
      for (int i = 0; i < PIECES; i++) {
        for (String name : names) {
          byte[] path = ("/" + name).getBytes(StandardCharsets.UTF_8);
          Ext4File file = fs.file(FileAddress.path(path));
          file.writeDirect((long) i * PIECE, ByteBuffer.wrap(piece()));
        }
      }
    }
  }

  private static byte[] piece() {
    byte[] piece = new byte[PIECE];
    java.util.Arrays.fill(piece, (byte) 'x');
    return piece;
  }

  /** Returns the number of runs. Extents that continue each other on the disk are one run. */
  private static int runs(Path image, String file) throws IOException {
    int runs = 0;
    long next = -1;
    for (TreeEntry entry : Debugfs.reading(image).extents("/" + file)) {
      if (entry.isLeaf()) {
        runs += entry.physicalBlock() == next ? 0 : 1;
        next = entry.physicalBlock() + entry.blockCount();
      }
    }
    return runs;
  }
}
