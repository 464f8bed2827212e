package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of holes in files whose content lies in the inode, against the kernel. The kernel is given
 * time before the hole that counts: a hole beyond the end moves the content to a block, and an
 * unmount writes the block out.
 *
 * <p>Without the unmount, Linux 6.18 moves the content and then loses the zeros that it writes to
 * the new block. The old bytes are back after a remount. A comparison of unmounted images would
 * show that as a difference.
 */
@Tag("oracle")
class InlinePunchTest {
  private static final int[] SIZES = {1, 59, 60, 61, 100, 148};

  private record Hole(long byteOffset, long byteCount) {}

  private static final List<Hole> HOLES =
      List.of(
          new Hole(0, 1),
          new Hole(0, 4096),
          new Hole(10, 40),
          new Hole(55, 20),
          new Hole(0, 100),
          new Hole(5000, 10));

  static Stream<ImageRecipe> kinds() {
    return Stream.of(ImageKinds.INLINE_256, ImageKinds.INLINE_1024);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void punch_ofInlineFile_leavesWhatTheKernelLeaves(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path base = judge.make(kind);
      try (KernelMount mount = KernelMount.readWrite(base)) {
        for (int size : SIZES) {
          for (int i = 0; i < HOLES.size(); i++) {
            byte[] content = new byte[size];
            new Random(size).nextBytes(content);
            mount.file(name(size, i)).write(0, content);
          }
        }
      }
      Path kernels = Scratch.copySparse(base, judge.file("kernel.img"));
      punchByKernel(kernels, Collections.nCopies(HOLES.size(), new Hole(1 << 20, 1)));
      punchByKernel(kernels, HOLES);
      MemoryBlockDevice ours = Judge.load(base);
      try (Ext4FileSystem fs = Ext4FileSystem.open(ours, OpenOptions.readWrite());
          KernelMount mount = KernelMount.readOnly(kernels)) {
        for (int size : SIZES) {
          for (int i = 0; i < HOLES.size(); i++) {
            String name = name(size, i);
            Hole hole = HOLES.get(i);
            Ext4File file =
                fs.file(FileAddress.path(("/" + name).getBytes(StandardCharsets.UTF_8)));
            file.punch(hole.byteOffset, hole.byteCount, ProgressListener.NONE);
            assertThat(read(file)).as("%s, %s", name, hole).isEqualTo(mount.file(name).read());
            assertThat(file.stat().sectors())
                .as("space of %s, %s", name, hole)
                .isEqualTo(mount.file(name).stat().sectors());
          }
        }
      }
      judge.requireClean(ours, "after holes in inline files");
    }
  }

  private static void punchByKernel(Path image, List<Hole> holes) throws IOException {
    try (KernelMount mount = KernelMount.readWrite(image)) {
      for (int size : SIZES) {
        for (int i = 0; i < HOLES.size(); i++) {
          Hole hole = holes.get(i);
          mount.file(name(size, i)).punch(hole.byteOffset, hole.byteCount);
        }
      }
    }
  }

  private static String name(int size, int hole) {
    return "inline-" + size + "-" + hole;
  }

  private static byte[] read(Ext4File file) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) file.stat().size());
    while (content.hasRemaining()) {
      assertThat(file.read(content.position(), content)).isPositive();
    }
    return content.array();
  }
}
