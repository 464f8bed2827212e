package dev.ext4j.fs.file;

import static dev.ext4j.testimages.RangeOperation.allocate;
import static dev.ext4j.testimages.RangeOperation.collapse;
import static dev.ext4j.testimages.RangeOperation.insert;
import static dev.ext4j.testimages.RangeOperation.punch;
import static dev.ext4j.testimages.RangeOperation.truncate;
import static dev.ext4j.testimages.RangeOperation.write;
import static dev.ext4j.testimages.RangeOperation.zero;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A series with every operation at least once. The files are a dense one, one with a hole at every
 * second block, and one that fits into an inode. They are so small that a test can interrupt the
 * series at each place.
 */
public final class OperationSeries {
  /** The names of the files. */
  public static final List<String> FILES = List.of("dense", "many", "small");

  private OperationSeries() {}

  /**
   * Makes an image with the files, an empty {@code filler}, and a pattern in its free blocks that
   * no reader may see.
   */
  public static MemoryBlockDevice image(Judge judge, ImageRecipe recipe) throws IOException {
    Path path = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, path);
    int block = recipe.blockSize();
    files.dense("dense", 100L * block + 77);
    files.everySecondBlock("many", block, 120);
    files.dense("small", 70);
    files.empty("filler");
    MemoryBlockDevice disk = Judge.load(path);
    judge.requireClean(disk, recipe.name());
    return disk;
  }

  /** Returns the operations for an image of this recipe. */
  public static List<RangeOperation> of(ImageRecipe recipe) {
    long block = recipe.blockSize();
    long unit = block * recipe.blocksPerCluster();
    List<RangeOperation> series =
        new ArrayList<>(
            List.of(
                write("dense", 5 * block + 100, (int) (9 * block), 1),
                write("many", 21 * block + 5, (int) (3 * block), 2),
                write("small", 60, 30, 3),
                write("dense", 130 * block + 9, (int) (7 * block), 4),
                truncate("dense", 60 * block + 11),
                punch("many", 30 * block + 3, 20 * block),
                write("small", 50, 4000, 5),
                truncate("dense", 90 * block + 1),
                truncate("many", 41 * block)));
    if (!recipe.type().equals("ext3")) {
      series.addAll(
          List.of(
              allocate("many", 35 * block + 1, 60 * block, false),
              write("many", 70 * block - 1, (int) (5 * block), 6),
              zero("many", 3 * block + 7, 70 * block, true),
              insert("dense", 2 * unit, 3 * unit),
              collapse("dense", 4 * unit, 2 * unit),
              insert("many", 0, unit),
              allocate("dense", 100 * block, 40 * block, true),
              zero("dense", 110 * block + 3, 20 * block, false),
              collapse("many", unit, 4 * unit)));
    }
    return series;
  }
}
