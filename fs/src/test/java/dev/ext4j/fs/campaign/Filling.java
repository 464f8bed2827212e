package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A maker of images with files, without a mount. {@code mke2fs -d} makes the files, and ext4j ages
 * some of them.
 */
final class Filling {
  private static final int NAMES = 220;
  private static final int PIECES = 50;

  private final Path folder;
  private final int blockSize;

  private Filling(Path folder, int blockSize) {
    this.folder = folder;
    this.blockSize = blockSize;
  }

  /** Makes a new, sound image with files. */
  static Path of(Judge judge, ImageRecipe recipe) throws IOException {
    Path folder = Files.createDirectory(judge.file("tree-" + recipe.name()));
    new Filling(folder, recipe.blockSize()).tree();
    Path image = Mke2fs.create(recipe.withWords("-d", folder.toString()), judge.file("."));
    attributes(judge, image);
    ToolResult indexed = ExternalTool.named("e2fsck").run("-fyD", image.toString());
    E2fsck.Verdict verdict = E2fsck.check(image);
    if (!verdict.clean()) {
      throw new IOException(recipe + ": " + indexed + verdict);
    }
    MemoryBlockDevice disk = Judge.loadExactly(image);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      age(fs, recipe.blockSize());
    } catch (UnsupportedFeatureException e) {
      return image; // ext4j can only read such an image
    }
    return judge.saveExactly(disk, recipe.name() + "-aged.img");
  }

  private void tree() throws IOException {
    Files.writeString(folder.resolve("small"), "some words");
    Files.writeString(folder.resolve("hundred"), "0123456789".repeat(10));
    Files.createFile(folder.resolve("empty"));
    pieces("dense", 1, 40);
    pieces("many", 2, PIECES);
    pieces("far", 5000, 3);
    pieces("prealloc", 1, 4);
    Path sub = Files.createDirectories(folder.resolve("dir/sub"));
    Files.writeString(sub.resolve("file"), "deep");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("dir/sub"));
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(folder.resolve("long"), Path.of("x".repeat(120)));
    Path big = Files.createDirectory(folder.resolve("big"));
    Path first = Files.writeString(big.resolve("first"), "of many names");
    for (int i = 0; i < NAMES; i++) {
      Files.createLink(big.resolve("a name that takes some room in its block " + i), first);
    }
    Path few = Files.createDirectory(folder.resolve("few"));
    Files.createLink(few.resolve("one"), first);
  }

  /** Makes a file of single blocks at a distance of {@code distance} blocks. */
  private void pieces(String name, long distance, int count) throws IOException {
    byte[] content = new byte[blockSize];
    Random random = new Random(name.hashCode());
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      for (int i = 0; i < count; i++) {
        random.nextBytes(content);
        file.seek(i * distance * blockSize);
        file.write(content);
      }
    }
  }

  private static void attributes(Judge judge, Path image) throws IOException {
    Path value = Files.writeString(judge.file("value"), "v".repeat(600));
    Debugfs.writing(image)
        .runAll(
            List.of(
                "ea_set small user.short value",
                "ea_set dense user.short other",
                "ea_set -f " + Debugfs.quoted(value.toString()) + " dense user.long",
                "ea_set dir user.short value"));
  }

  private static void age(Ext4FileSystem fs, int blockSize) throws IOException {
    ProgressListener none = ProgressListener.NONE;
    allowed(() -> file(fs, "/prealloc").allocate(0, 30L * blockSize, Size.KEEP, none));
    allowed(() -> file(fs, "/many").allocate(20L * blockSize, 20L * blockSize, Size.KEEP, none));
    allowed(() -> file(fs, "/dense").punch(7L * blockSize + 5, 9L * blockSize, none));
    allowed(() -> file(fs, "/empty").write(3L * blockSize, ByteBuffer.allocate(2000)));
  }

  /** Makes a call that some kinds of file systems do not support, and ignores a refusal. */
  private static void allowed(Calls.Call call) throws IOException {
    try {
      call.run();
    } catch (Ext4Exception e) {
      return;
    }
  }

  static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(path.getBytes(StandardCharsets.UTF_8)));
  }
}
