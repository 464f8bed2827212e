package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class Mke2fsTest {
  @BeforeEach
  void tools() {
    Oracles.requireE2fsprogs();
  }

  @ParameterizedTest
  @FieldSource("dev.ext4j.testimages.ImageKinds#ALL")
  void create_everyKind_isWhatTheRecipeSays(ImageRecipe recipe) throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      Dumpe2fs superblock = Dumpe2fs.read(image);
      assertThat(Files.size(image)).isEqualTo(recipe.byteCount());
      assertThat(superblock.number("Block size")).isEqualTo(recipe.blockSize());
      if (recipe.equals(ImageKinds.REV0)) {
        assertThat(superblock.field("Filesystem revision #")).isEqualTo("0 (original)");
      } else {
        assertThat(superblock.number("Inode size")).isEqualTo(recipe.inodeSize());
      }
      if (recipe.blocksPerCluster() > 1) {
        assertThat(superblock.number("Cluster size")).isEqualTo(recipe.clusterSize());
      }
      for (String feature : recipe.features()) {
        if (feature.startsWith("^")) {
          assertThat(superblock.features()).doesNotContain(feature.substring(1));
        } else {
          assertThat(superblock.features()).contains(feature);
        }
      }
      assertThat(E2fsck.check(image)).matches(E2fsck.Verdict::clean);
    }
  }

  @ParameterizedTest
  @FieldSource("dev.ext4j.testimages.ImageKinds#ALL")
  void mounts_everyKind_isMountedOrSaysThatNotEveryKernelDoes(ImageRecipe recipe)
      throws IOException {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      try (KernelMount mount = KernelMount.readWrite(image)) {
        assertThat(mount.blockSize()).isEqualTo(recipe.blockSize());
        mount.file("f").write(0, new byte[recipe.blockSize() + 1]);
      }
      assertThat(E2fsck.check(image)).matches(E2fsck.Verdict::clean);
    }
  }

  @Test
  void create_twice_givesEqualBytes() throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Path one = Mke2fs.createFile(ImageKinds.CSUM_SEED, scratch.file("one"));
      Path two = Mke2fs.createFile(ImageKinds.CSUM_SEED, scratch.file("two"));
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    }
  }

  @Test
  void all_names_areDistinct() {
    assertThat(ImageKinds.ALL).extracting(ImageRecipe::name).doesNotHaveDuplicates();
  }

  @Test
  void create_smallGroups_hasManyGroups() throws IOException {
    try (Scratch scratch = Scratch.open()) {
      Dumpe2fs superblock = Dumpe2fs.read(Mke2fs.create(ImageKinds.SMALL_GROUPS, scratch.folder()));
      assertThat(superblock.number("Block count") / superblock.number("Blocks per group"))
          .isEqualTo(16);
    }
  }
}
