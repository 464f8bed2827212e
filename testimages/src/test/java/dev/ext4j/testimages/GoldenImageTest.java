package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GoldenImageTest {
  private static final long HASH_LIMIT = 64 << 20;

  @ParameterizedTest
  @EnumSource
  void unpackTo_everyImage_passesFsckOrNeedsRecovery(GoldenImage golden) throws IOException {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = golden.unpackTo(scratch.file("image"));
      assertThat(Arrays.equals(Files.readAllBytes(image), golden.bytes())).isTrue();
      assertThat(Dumpe2fs.read(image).features().contains("needs_recovery"))
          .isEqualTo(golden.needsRecovery());
      if (golden.needsRecovery()) {
        assertThat(E2fsck.repair(image)).matches(E2fsck.Verdict::mended);
      }
      assertThat(E2fsck.check(image)).matches(E2fsck.Verdict::clean);
    }
  }

  @ParameterizedTest
  @EnumSource
  void expectations_everyImage_areWhatThisKernelSays(GoldenImage golden)
      throws IOException, NoSuchAlgorithmException {
    Oracles.requireKernel();
    try (Scratch scratch = Scratch.open();
        KernelMount mount = KernelMount.readWrite(golden.unpackTo(scratch.file("image")))) {
      Map<String, List<KernelExtent>> maps = golden.maps();
      for (GoldenFile file : golden.files().values()) {
        KernelStat stat = KernelStat.of(mount.path(file.path()));
        assertThat(stat.byteSize()).as(file.path()).isEqualTo(file.byteSize());
        assertThat(stat.links()).as(file.path()).isEqualTo(file.links());
        assertThat(stat.sectors()).as(file.path()).isEqualTo(file.sectors());
        assertThat(stat.mode() & 07777).as(file.path()).isEqualTo(file.mode());
        if (file.isRegular()) {
          List<KernelExtent> map = maps.getOrDefault(file.path(), List.of());
          assertThat(runs(mount.file(file.path()).extents())).as(file.path()).isEqualTo(runs(map));
          if (file.byteSize() < HASH_LIMIT) {
            assertThat(sha256(mount.file(file.path()).read())).isEqualTo(file.content());
          }
        }
      }
    }
  }

  @Test
  void values_folders_areAllThereAre() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("src/main/resources/images"))) {
      assertThat(
              folders
                  .filter(Files::isDirectory)
                  .map(folder -> String.valueOf(folder.getFileName())))
          .containsExactlyInAnyOrderElementsOf(
              Arrays.stream(GoldenImage.values()).map(GoldenImage::folder).toList());
    }
  }

  @Test
  void sample_whatTheDemoShows_isThere() throws IOException {
    assertThat(GoldenImage.SAMPLE.files())
        .containsKeys("/hello.txt", "/data.bin", "/dir/readme.txt", "/dir/all-hole.bin");
    List<KernelExtent> map = GoldenImage.SAMPLE.map("/data.bin");
    assertThat(map).hasSizeGreaterThanOrEqualTo(5);
    assertThat(map.get(map.size() - 1).unwritten()).isTrue();
    assertThat(GoldenImage.SAMPLE.readme()).contains("data.bin");
  }

  @Test
  void extentDepth2_trees_haveTheirDepths() throws IOException {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = GoldenImage.EXTENT_DEPTH_2.unpackTo(scratch.file("image"));
      assertThat(Debugfs.reading(image).extents("/deep.bin"))
          .allMatch(entry -> entry.depth() == 2)
          .filteredOn(TreeEntry::isLeaf)
          .hasSize(700);
      assertThat(Debugfs.reading(image).extents("/shallow.bin"))
          .allMatch(entry -> entry.depth() == 1);
      assertThat(Debugfs.reading(image).extents("/mixed.bin"))
          .filteredOn(TreeEntry::isLeaf)
          .filteredOn(TreeEntry::unwritten)
          .hasSize(128);
    }
  }

  private static List<String> runs(List<KernelExtent> map) {
    return FiemapReader.merged(map).stream()
        .map(e -> e.logicalBlock() + " " + e.physicalBlock() + " " + e.blockCount() + e.unwritten())
        .toList();
  }

  private static String sha256(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
