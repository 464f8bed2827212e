package dev.ext4j.testimages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A maker of images with {@code mke2fs}. Small image files are filled with a pattern first. Blocks
 * that mke2fs does not write then look like the blocks of a used disk, and no fresh block reads as
 * zeros by accident.
 */
public final class Mke2fs {
  private static final String DEFAULTS = "mke2fs.conf";

  /** The limit for the pattern. Larger files stay sparse, which saves memory. */
  private static final long LARGEST_FILLED = 32L << 20;

  private Mke2fs() {}

  /** Creates {@code NAME.img} in {@code folder}, and replaces an existing file. */
  public static Path create(ImageRecipe recipe, Path folder) throws IOException {
    return createFile(recipe, folder.resolve(recipe.name() + ".img"));
  }

  /** Creates the image {@code image}, and replaces an existing file. */
  public static Path createFile(ImageRecipe recipe, Path image) throws IOException {
    Scratch.createSparse(image, recipe.byteCount());
    if (recipe.byteCount() <= LARGEST_FILLED) {
      UsedDisk.fill(image);
    }
    format(recipe, image);
    return image;
  }

  /** Formats an existing device or file. */
  public static void format(ImageRecipe recipe, Path device) throws IOException {
    List<String> words = words(recipe);
    words.add(device.toString());
    run(words);
    if (!recipe.tuning().isEmpty()) {
      List<String> tuning = new ArrayList<>(recipe.tuning());
      tuning.add(device.toString());
      ExternalTool.named("tune2fs")
          .withEnvironment("E2FSPROGS_FAKE_TIME", Long.toString(ImageRecipe.MADE_AT))
          .run(tuning)
          .orFail();
    }
  }

  /**
   * Runs {@code mke2fs} with the fixed time and the project's defaults. The caller gives all words.
   */
  static ToolResult run(List<String> words) throws IOException {
    Path defaults = Files.createTempFile(Scratch.root(), "ext4j-", ".conf");
    try (InputStream ours =
        Objects.requireNonNull(Mke2fs.class.getResourceAsStream(DEFAULTS), DEFAULTS)) {
      Files.write(defaults, ours.readAllBytes());
      return ExternalTool.named("mke2fs")
          .withEnvironment("MKE2FS_CONFIG", defaults.toString())
          .withEnvironment("E2FSPROGS_FAKE_TIME", Long.toString(ImageRecipe.MADE_AT))
          .run(words)
          .orFail();
    } finally {
      Files.deleteIfExists(defaults);
    }
  }

  private static List<String> words(ImageRecipe recipe) {
    List<String> extended = new ArrayList<>(recipe.extended());
    extended.add("hash_seed=" + ImageRecipe.HASH_SEED);
    extended.add("nodiscard");
    List<String> words = new ArrayList<>(List.of("-q", "-F", "-t", recipe.type()));
    words.addAll(List.of("-b", Integer.toString(recipe.blockSize())));
    words.addAll(List.of("-I", Integer.toString(recipe.inodeSize())));
    words.addAll(List.of("-U", ImageRecipe.UUID, "-E", String.join(",", extended)));
    if (!recipe.features().isEmpty()) {
      words.addAll(List.of("-O", String.join(",", recipe.features())));
    }
    if (recipe.blocksPerCluster() > 1) {
      words.addAll(List.of("-C", Integer.toString(recipe.clusterSize())));
    }
    words.addAll(recipe.words());
    return words;
  }
}
