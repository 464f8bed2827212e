package dev.ext4j.fs.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the places of metadata, against the output of dumpe2fs for every group of every kind of
 * image.
 */
final class MetadataZonesTest {
  private static final Pattern GROUP =
      Pattern.compile("(?m)^Group (\\d+): \\(Blocks (\\d+)-(\\d+)");
  private static final Pattern RANGES =
      Pattern.compile(
          "(superblock|Group descriptors?|Reserved GDT blocks|Block bitmap|Inode bitmap|Inode"
              + " table) at (\\d+)(?:-(\\d+))?");

  static Stream<ImageRecipe> kinds() {
    List<ImageRecipe> kinds = new ArrayList<>(ImageKinds.ALL);
    kinds.add(ImageKinds.META_BG.named("meta_bg_4k_32").withFeatures("^64bit"));
    kinds.add(ImageKinds.SPARSE_SUPER2.named("one_backup").withExtended("num_backup_sb=1"));
    kinds.add(ImageKinds.SPARSE_SUPER2.named("no_backup").withExtended("num_backup_sb=0"));
    kinds.add(ImageKinds.EXT2_1K.named("no_sparse").withFeatures("^sparse_super", "^resize_inode"));
    kinds.add(ImageKinds.B1K.named("one_flex").withWords("-G", "64"));
    return kinds.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void everyKind_hasBackupsAndMetadataWhereDumpe2fsSays(ImageRecipe recipe) throws Exception {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      String dump = ExternalTool.named("dumpe2fs").run(image.toString()).orFail().stdout();
      try (PosixBlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
          Mount mount = new Mount(device, MountOptions.readOnly())) {
        compare(mount, dump);
      }
    }
  }

  private static void compare(Mount mount, String dump) throws Exception {
    Geometry geometry = mount.geometry();
    BitSet metadata = new BitSet();
    List<MatchResult> groups = GROUP.matcher(dump).results().toList();
    assertThat(groups).hasSize(geometry.groupCount());
    for (int group = 0; group < groups.size(); group++) {
      int end = group + 1 < groups.size() ? groups.get(group + 1).start() : dump.length();
      String text = dump.substring(groups.get(group).start(), end);
      assertThat(geometry.groupStart(group)).isEqualTo(number(groups.get(group), 2));
      assertThat(geometry.groupStart(group) + geometry.blocksIn(group) - 1)
          .isEqualTo(number(groups.get(group), 3));
      assertThat(geometry.hasSuperblock(group))
          .as("group %d has a superblock", group)
          .isEqualTo(text.contains("superblock at"));
      assertThat(geometry.baseMetadataBlocks(group))
          .as("blocks at the start of group %d", group)
          .isEqualTo(addRanges(text, metadata));
    }
    MetadataZones zones = MetadataZones.read(geometry, mount.groups());
    for (long block = geometry.firstDataBlock(); block < geometry.blockCount(); block++) {
      boolean bootSector = block == 0 && geometry.blockSizeBits() == 10;
      boolean wrong = zones.touches(block, 1) != metadata.get((int) block);
      assertThat(wrong && !bootSector).as("block %d", block).isFalse();
    }
    int first = metadata.nextSetBit(0);
    int after = metadata.nextClearBit(first);
    assertThat(zones.touches(after, 1)).isFalse();
    assertThat(zones.touches(after - 1L, 2)).isTrue();
    int next = metadata.nextSetBit(after);
    if (next > 0) {
      assertThat(zones.touches(after, next - after)).isFalse();
      assertThat(zones.touches(after, next - after + 1L)).isTrue();
    }
  }

  /**
   * Adds the ranges that the text of a group names. Returns how many of their blocks lie at the
   * start of the group.
   */
  private static long addRanges(String text, BitSet metadata) {
    long base = 0;
    Matcher range = RANGES.matcher(text);
    while (range.find()) {
      int first = Integer.parseInt(range.group(2));
      int last = range.group(3) == null ? first : Integer.parseInt(range.group(3));
      metadata.set(first, last + 1);
      if (!range.group(1).contains("node") && !range.group(1).contains("Block")) {
        base += last - first + 1;
      }
    }
    return base;
  }

  private static long number(MatchResult match, int group) {
    return Long.parseLong(match.group(group));
  }
}
