package dev.ext4j.fs.dir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Tests of hash trees of the largest height, and of those that the kernel and ext4j change in turn.
 */
final class DirectoryTreeTest {
  private static final int LONG = 245;

  @Test
  void treeOfTwoLevelsThatIsFull_refusesAndStaysSound() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice disk = withDirectory(judge, ImageKinds.B1K);
      Set<String> names = new TreeSet<>();
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        FileOperationException e =
            catchThrowableOfType(
                FileOperationException.class,
                () -> {
                  for (int i = 0; i < 60_000; i++) {
                    bench.add(name(i));
                    names.add(name(i));
                  }
                });
        assertThat(e).as("%d names", names.size()).isNotNull();
        assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
        assertThat(e).hasMessageContaining("hash tree");
        assertThat(bench.names()).isEqualTo(names);
        bench.remove(name(0));
        assertThat(bench.add(name(0))).as("in the place that it left").isTrue();
      }
      judge.requireClean(disk, "full");
    }
  }

  @Test
  void treeWithLargeDir_growsToThreeLevels() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice disk = withDirectory(judge, ImageKinds.LARGE_DIR);
      Set<String> names = new TreeSet<>();
      long target;
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        target = bench.target().inodeNumber();
        for (int i = 0; i < 48_000; i++) {
          assertThat(bench.add(name(i))).isTrue();
          names.add(name(i));
        }
        for (int i = 0; i < 48_000; i += 7) {
          assertThat(bench.remove(name(i))).isEqualTo(target);
          names.remove(name(i));
        }
        assertThat(bench.names()).isEqualTo(names);
      }
      judge.requireClean(disk, "three levels");
      String htree = Debugfs.reading(judge.save(disk, "htree.img")).run("htree_dump /d");
      assertThat(htree).contains("Indirect levels: 2");
      DirectoryWriterKernelTest.requireFound(judge, disk, ImageKinds.LARGE_DIR, names, target);
    }
  }

  /** Returns a name so long that few fit in a block. */
  private static String name(int i) {
    return "x".repeat(LONG) + i;
  }

  @Test
  void directoryOfTheKernel_isExtendedAndShrunkInTurn() throws IOException {
    for (ImageRecipe recipe :
        new ImageRecipe[] {
          ImageKinds.B1K, ImageKinds.EXT3_1K, ImageKinds.INLINE_256, ImageKinds.BIGALLOC_8K
        }) {
      Oracles.requireMount(recipe);
      try (Judge judge = Judge.open()) {
        MemoryBlockDevice disk = withDirectory(judge, recipe);
        Set<String> names = new TreeSet<>();
        for (int turn = 0; turn < 6; turn++) {
          disk = kernelTurn(judge, disk, turn, names);
          ourTurn(disk, turn, names);
          judge.requireClean(disk, recipe + ", turn " + turn);
        }
        long target;
        try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
          target = bench.target().inodeNumber();
          assertThat(bench.directory().has(FileFlag.INDEX)).isTrue();
        }
        DirectoryWriterKernelTest.requireFound(judge, disk, recipe, names, target);
      }
    }
  }

  private static MemoryBlockDevice kernelTurn(
      Judge judge, MemoryBlockDevice disk, int turn, Set<String> names) throws IOException {
    Path image = judge.save(disk, "turn.img");
    int count = 3 << (2 * turn);
    try (KernelMount mount = KernelMount.readWrite(image)) {
      Path directory = mount.path("d");
      Path target = mount.path("target");
      for (int i = 0; i < count; i++) {
        Files.createLink(directory.resolve("kernel-" + turn + "-" + i), target);
      }
      try (DirectoryStream<Path> gone =
          Files.newDirectoryStream(directory, "{ours-*-*5,kernel-*-*7}")) {
        for (Path file : gone) {
          Files.delete(file);
        }
      }
    }
    for (int i = 0; i < count; i++) {
      names.add("kernel-" + turn + "-" + i);
    }
    names.removeIf(name -> name.matches("ours-.*-.*5|kernel-.*-.*7"));
    return Judge.load(image);
  }

  private static void ourTurn(MemoryBlockDevice disk, int turn, Set<String> names)
      throws IOException {
    try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
      assertThat(bench.names()).isEqualTo(names);
      for (int i = 0; i < 3 << (2 * turn); i++) {
        String name = "ours-" + turn + "-" + i;
        assertThat(bench.add(name)).isTrue();
        names.add(name);
      }
      for (String name : Set.copyOf(names)) {
        assertThat(bench.find(name.getBytes(ISO_8859_1))).isNotZero();
        if (name.endsWith("3")) {
          bench.remove(name);
          names.remove(name);
        }
      }
      assertThat(bench.names()).isEqualTo(names);
    }
  }

  @Test
  void namesOfOneHashInManyLeaves_areAllFoundByTheKernel() throws IOException {
    ImageRecipe recipe = ImageKinds.B1K.named("one_hash").tuned("-E", "hash_alg=legacy");
    Oracles.requireMount(recipe);
    try (Judge judge = Judge.open()) {
      MemoryBlockDevice disk = withDirectory(judge, recipe);
      Set<String> names = new TreeSet<>(LegacyCollisions.names(24));
      long target;
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        target = bench.target().inodeNumber();
        for (int i = 0; i < 30; i++) {
          assertThat(bench.add("other-" + "o".repeat(100) + i)).isTrue();
        }
        for (String name : names) {
          assertThat(bench.add(name)).isTrue();
          assertThat(bench.add(name)).isFalse();
        }
        for (int i = 0; i < 30; i++) {
          names.add("other-" + "o".repeat(100) + i);
        }
        assertThat(bench.names()).isEqualTo(names);
      }
      judge.requireClean(disk, "names of one hash");
      DirectoryWriterKernelTest.requireFound(judge, disk, recipe, names, target);
      try (DirectoryBench bench = new DirectoryBench(disk, "/d", "/target")) {
        for (String name : names) {
          assertThat(bench.remove(name)).isEqualTo(target);
        }
        assertThat(bench.names()).isEmpty();
      }
      judge.requireClean(disk, "empty again");
    }
  }

  private static MemoryBlockDevice withDirectory(Judge judge, ImageRecipe recipe)
      throws IOException {
    Path image = judge.make(recipe);
    Debugfs.writing(image).run("mkdir d");
    new DebugfsFiles(judge, image).empty("target");
    return Judge.load(image);
  }
}
