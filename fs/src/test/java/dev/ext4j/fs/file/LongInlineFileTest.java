package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of files that are longer than their content in the inode. Before it moved the content to a
 * block, the kernel left such a file when it grew by truncate(2), and e2fsck accepts it. The bytes
 * after the content are zeros.
 */
@Tag("oracle")
class LongInlineFileTest {
  private static final int[] SIZES = {1, 59, 60, 61, 100};
  private static final int LONGER = 100_000;

  static Stream<ImageRecipe> kinds() {
    return Stream.of(ImageKinds.INLINE_256, ImageKinds.INLINE_1024);
  }

  private static List<RangeOperation> operations(String file) {
    return List.of(
        RangeOperation.write(file, 10, 20, 1),
        RangeOperation.write(file, 58, 4, 2),
        RangeOperation.write(file, 5000, 100, 3),
        RangeOperation.write(file, LONGER - 10, 100, 4),
        RangeOperation.punch(file, 5, 20),
        RangeOperation.punch(file, 0, LONGER),
        RangeOperation.zero(file, 50, 30_000, true),
        RangeOperation.allocate(file, 0, LONGER, true),
        RangeOperation.truncate(file, 40),
        RangeOperation.truncate(file, 5000),
        RangeOperation.truncate(file, 2L * LONGER));
  }

  private static byte[] model(int size) {
    byte[] content = new byte[LONGER];
    byte[] start = new byte[size];
    new Random(size).nextBytes(start);
    System.arraycopy(start, 0, content, 0, size);
    return content;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void fileLongerThanItsContent_isReadAndChanged(ImageRecipe kind) throws IOException {
    Oracles.requireMount(kind);
    try (Judge judge = Judge.open()) {
      Path image = judge.make(kind);
      int operations = operations("").size();
      List<String> longer = new ArrayList<>();
      try (KernelMount mount = KernelMount.readWrite(image)) {
        for (int size : SIZES) {
          for (int i = 0; i < operations; i++) {
            mount.file(name(size, i)).write(0, Arrays.copyOf(model(size), size));
            longer.add("set_inode_field /" + name(size, i) + " size " + LONGER);
          }
        }
      }
      assertThat(Debugfs.writing(image).runAll(longer)).hasSize(longer.size());
      MemoryBlockDevice disk = Judge.load(image);
      judge.requireClean(disk, "longer than its content");
      try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
        for (int size : SIZES) {
          for (int i = 0; i < operations; i++) {
            Ext4File file = fs.file("/" + name(size, i));
            assertThat(file.stat().flags()).as("%s", file).contains(FileFlag.INLINE_DATA);
            FileModel model = new FileModel();
            model.reset(model(size));
            requireContent(file, model, "longer than its content");
            RangeOperation operation = operations(name(size, i)).get(i);
            FileRanges.apply(fs, operation);
            model.apply(operation);
            requireContent(file, model, operation.toString());
          }
        }
      }
      judge.requireClean(disk, "after the operations");
    }
  }

  private static void requireContent(Ext4File file, FileModel model, String situation)
      throws IOException {
    ByteBuffer read = ByteBuffer.allocate((int) file.stat().size());
    while (read.hasRemaining()) {
      assertThat(file.read(read.position(), read)).isPositive();
    }
    assertThat(read.array()).as(situation).isEqualTo(model.content());
    ByteBuffer end = ByteBuffer.allocate(30);
    int count = file.readDirect(model.content().length - 20, end);
    assertThat(count).as(situation).isEqualTo(20);
  }

  private static String name(int size, int operation) {
    return "inline-" + size + "-" + operation;
  }
}
