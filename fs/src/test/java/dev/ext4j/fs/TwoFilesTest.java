package dev.ext4j.fs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;

/** Tests on a used disk with two empty files, {@code /f} and {@code /g}. */
abstract class TwoFilesTest extends JudgedTest {
  static final int BLOCK = 4096;

  /** The disk. Each test works on a copy. */
  static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    image = make(ImageRecipe.of("two-files", "ext4", BLOCK, 64L << 20));
  }

  /** Makes a disk with the two files from another recipe. */
  static MemoryBlockDevice make(ImageRecipe recipe) throws IOException {
    Path path = judge().make(recipe);
    new DebugfsFiles(judge(), path).empty("f");
    new DebugfsFiles(judge(), path).empty("g");
    return Judge.load(path);
  }

  static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(UTF_8)));
  }

  /** Returns {@code count} bytes of one value. */
  static ByteBuffer bytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }
}
