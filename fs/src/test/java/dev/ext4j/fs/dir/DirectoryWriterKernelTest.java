package dev.ext4j.fs.dir;

import static dev.ext4j.testimages.ImageKinds.*;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that add thousands of names to directories of every kind and remove them again. The judges
 * are e2fsck and the kernel, which looks up each name by its hash.
 */
final class DirectoryWriterKernelTest {
  private static final int MANY = 4000;

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(B1K, MANY),
        Arguments.of(B2K, MANY),
        Arguments.of(B4K, 4 * MANY),
        Arguments.of(B64K, 5 * MANY),
        Arguments.of(b64kWithoutChecksums(), 5 * MANY),
        Arguments.of(EXT2_1K, MANY),
        Arguments.of(EXT3_1K, 4 * MANY),
        Arguments.of(EXT3_4K, MANY),
        Arguments.of(REV0, 1000),
        Arguments.of(NO_FILETYPE, 1000),
        Arguments.of(NO_CSUM, MANY),
        Arguments.of(NO_CSUM_128, MANY),
        Arguments.of(CSUM_SEED, MANY),
        Arguments.of(SMALL_GROUPS, MANY),
        Arguments.of(BIGALLOC_8K, MANY),
        Arguments.of(BIGALLOC_16K, MANY),
        Arguments.of(BIGALLOC_64K, MANY),
        Arguments.of(INLINE_256, MANY),
        Arguments.of(INLINE_1024, MANY),
        Arguments.of(LARGE_DIR, MANY));
  }

  private static ImageRecipe b64kWithoutChecksums() {
    return B64K.named("b64k_no_csum").withFeatures("^metadata_csum");
  }

  @ParameterizedTest(name = "{0}, {1} names")
  @MethodSource("kinds")
  void namesAddedAndRemoved_areSoundAndFoundByTheKernel(ImageRecipe recipe, int count)
      throws IOException {
    exercise(recipe, count, names(count, 24, 1));
  }

  static Stream<ImageRecipe> hashes() {
    List<ImageRecipe> recipes = new ArrayList<>();
    for (String function : List.of("legacy", "half_md4", "tea")) {
      for (ImageRecipe base : List.of(B1K, EXT3_1K)) {
        recipes.add(base.named(base.name() + "_" + function).tuned("-E", "hash_alg=" + function));
      }
    }
    return recipes.stream();
  }

  @ParameterizedTest
  @MethodSource("hashes")
  void namesOfAnyBytesSigned_areFoundByTheKernel(ImageRecipe recipe) throws IOException {
    exercise(recipe, 2000, names(2000, 120, 2));
  }

  @ParameterizedTest
  @MethodSource("hashes")
  void namesOfAnyBytesUnsigned_areFoundByTheKernel(ImageRecipe recipe) throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = withDirectory(judge, recipe);
      Debugfs.writing(image).setSuperValue("flags", "2");
      exercise(judge, image, recipe, names(2000, 120, 3));
    }
  }

  private static void exercise(ImageRecipe recipe, int count, List<String> names)
      throws IOException {
    Oracles.requireE2fsprogs();
    assertThat(names).hasSize(count);
    try (Judge judge = Judge.open()) {
      exercise(judge, withDirectory(judge, recipe), recipe, names);
    }
  }

  private static Path withDirectory(Judge judge, ImageRecipe recipe) throws IOException {
    Path image = judge.make(recipe);
    Debugfs.writing(image).run("mkdir d");
    new DebugfsFiles(judge, image).empty("target");
    return image;
  }

  private static void exercise(Judge judge, Path image, ImageRecipe recipe, List<String> names)
      throws IOException {
    MemoryBlockDevice disk = Judge.load(image);
    Set<String> expected = new TreeSet<>(names);
    long target;
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      target = bench.target().inodeNumber();
      for (String name : names) {
        assertThat(bench.add(name)).isTrue();
      }
      assertThat(bench.add(names.get(0))).isFalse();
      boolean indexes = bench.engine().mount().geometry().features().has(CompatFeature.DIR_INDEX);
      assertThat(bench.directory().has(FileFlag.INDEX)).isEqualTo(indexes);
      assertThat(bench.names()).isEqualTo(expected);
    }
    judge.requireClean(disk, "all names added");
    requireFound(judge, disk, recipe, expected, target);

    List<String> leaving = new ArrayList<>(names);
    Collections.shuffle(leaving, new Random(5));
    leaving = leaving.subList(0, names.size() * 2 / 3);
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      for (String name : leaving) {
        assertThat(bench.remove(name)).isEqualTo(target);
        expected.remove(name);
      }
      for (int i = 0; i < leaving.size(); i += 2) {
        assertThat(bench.add(leaving.get(i))).isTrue();
        expected.add(leaving.get(i));
      }
      assertThat(bench.names()).isEqualTo(expected);
    }
    judge.requireClean(disk, "some names removed and added again");
    requireFound(judge, disk, recipe, expected, target);
  }

  /** Fails unless the kernel lists exactly these names and finds each one by its path. */
  static void requireFound(
      Judge judge, MemoryBlockDevice disk, ImageRecipe recipe, Set<String> names, long target)
      throws IOException {
    if (!Oracles.mounts(recipe)) {
      return; // for such an image, e2fsck has compared names and hashes
    }
    Path image = judge.save(disk, "mounted.img");
    try (KernelMount mount = KernelMount.readOnly(image)) {
      String folder = mount.path("d").toString();
      byte[] found = shell("cd " + folder + " && xargs -0 stat -c %i --", joined(names));
      assertThat(new String(found, ISO_8859_1).lines().distinct())
          .containsExactly(Long.toString(target));
      assertThat(new String(found, ISO_8859_1).lines().count()).isEqualTo(names.size());
      byte[] listed = shell("cd " + folder + " && find . -mindepth 1 -printf '%P\\0'", new byte[0]);
      assertThat(new TreeSet<>(List.of(new String(listed, ISO_8859_1).split("\0"))))
          .isEqualTo(names);
    }
  }

  private static byte[] joined(Collection<String> names) {
    return ("./" + String.join("\0./", names) + "\0").getBytes(ISO_8859_1);
  }

  private static byte[] shell(String command, byte[] input) throws IOException {
    return ExternalTool.named("sh").withInput(input).run("-c", command).orFail().stdoutBytes();
  }

  /** Returns different names of up to {@code longest} bytes, of any values except NUL and slash. */
  static List<String> names(int count, int longest, long seed) {
    Random random = new Random(seed);
    Set<String> names = new TreeSet<>();
    while (names.size() < count) {
      byte[] name = new byte[1 + random.nextInt(longest)];
      for (int i = 0; i < name.length; i++) {
        do {
          name[i] = (byte) random.nextInt(256);
        } while (name[i] == 0 || name[i] == '/');
      }
      String text = new String(name, ISO_8859_1);
      if (!text.equals(".") && !text.equals("..")) {
        names.add(text);
      }
    }
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }
}
