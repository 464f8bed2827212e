package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FilePopulatorTest {
  private Scratch scratch;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void open() throws IOException {
    Oracles.requireKernel();
    scratch = Scratch.open();
  }

  @AfterEach
  void close() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }

  @ParameterizedTest
  @FieldSource("dev.ext4j.testimages.ImageKinds#RANGE_OPERATIONS")
  void makeEach_everyKind_isClean(ImageRecipe recipe) throws IOException {
    Path image = Mke2fs.create(recipe, scratch.folder());
    List<String> names;
    try (KernelMount mount = KernelMount.readWrite(image)) {
      names = new FilePopulator(mount, 1).makeEach();
      TreePopulator.fill(mount);
    }
    assertThat(E2fsck.check(image)).matches(E2fsck.Verdict::clean);
    ImageSnapshot files = ImageSnapshot.of(image, names);
    assertThat(files.file("far").byteSize()).isEqualTo((6L << 30) + 100);
    assertThat(files.file("many_extents").runs())
        .hasSizeGreaterThan(recipe.blockSize() == 1024 ? 4000 : 900);
    if (recipe.type().equals("ext4")) {
      assertThat(files.file("tail").runs()).anyMatch(KernelExtent::unwritten);
      assertThat(files.file("unwritten").runs()).anyMatch(KernelExtent::unwritten);
    }
  }

  @Test
  void makeAny_sameSeed_givesTheSameFiles() throws IOException {
    assertThat(snapshots(7)).isEqualTo(snapshots(7)).isNotEqualTo(snapshots(8));
  }

  @Test
  void makeFragmented_thousandsOfExtents_haveDepthTwo() throws IOException {
    Path image = Mke2fs.create(ImageKinds.B1K, scratch.folder());
    try (KernelMount mount = KernelMount.readWrite(image)) {
      new FilePopulator(mount, 1).makeFragmented("frag", 2, 5000);
    }
    assertThat(Debugfs.reading(image).extents("/frag"))
        .allMatch(entry -> entry.depth() == 2)
        .filteredOn(TreeEntry::isLeaf)
        .hasSize(5000);
  }

  @Test
  void fill_tree_holdsEverything() throws IOException {
    Path image = Mke2fs.create(ImageKinds.B4K, scratch.folder());
    try (KernelMount mount = KernelMount.readWrite(image)) {
      TreePopulator.fill(mount);
      assertThat(mount.path("tree/deep")).isDirectory();
      assertThat(Files.isSymbolicLink(mount.path("tree/links/to-4095"))).isTrue();
      assertThat(KernelStat.of(mount.path("tree/hard/one")).links()).isEqualTo(3);
      assertThat(KernelStat.of(mount.path("tree/nodes/block")).mode() >> 12).isEqualTo(6);
      assertThat(KernelStat.of(mount.path("tree/attributes/owner-4000000000:0")).uid())
          .isEqualTo(4000000000L);
      assertThat(KernelStat.of(mount.path("tree/attributes/time-15032385535")).modified())
          .isEqualTo(Instant.ofEpochSecond(15032385535L, 0));
      assertThat(KernelStat.of(mount.path("tree/attributes/mode-4755")).mode() & 07777)
          .isEqualTo(04755);
    }
    assertThat(Debugfs.reading(image).run("htree_dump /tree/htree")).contains("Number of entries");
    assertThat(Debugfs.reading(image).run("ls -p /tree/names").lines())
        .hasSizeGreaterThanOrEqualTo(15);
  }

  private ImageSnapshot snapshots(long seed) throws IOException {
    Path image = Mke2fs.create(ImageKinds.B1K, scratch.folder());
    List<String> names;
    try (KernelMount mount = KernelMount.readWrite(image)) {
      names = new FilePopulator(mount, seed).makeAny(6);
    }
    return ImageSnapshot.of(image, names);
  }
}
