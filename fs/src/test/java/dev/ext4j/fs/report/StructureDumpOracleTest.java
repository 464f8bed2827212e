package dev.ext4j.fs.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.GroupInfo;
import dev.ext4j.fs.inspect.HashTreeDump;
import dev.ext4j.fs.inspect.StructureDump;
import dev.ext4j.fs.inspect.StructureDump.Kind;
import dev.ext4j.fs.inspect.SuperblockDetails;
import dev.ext4j.fs.model.FileSystemInfo;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.DebugfsStat;
import dev.ext4j.testimages.Dumpe2fs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of dumps and of the list of groups against debugfs and dumpe2fs. */
@Tag("oracle")
class StructureDumpOracleTest extends JudgedTest {
  private static final int NAMES = 1500;
  private static final Pattern LEAF =
      Pattern.compile("Reading directory block (\\d+), phys (\\d+)");
  private static final Pattern NAME =
      Pattern.compile("\\d+ 0x([0-9a-f]{8})-[0-9a-f]{8} \\(\\d+\\) ");
  private static final Pattern ENTRY =
      Pattern.compile("Entry #(\\d+): Hash 0x(\\w+), block (\\d+)");
  private static final Pattern HEX_LINE = Pattern.compile("^[0-7]+  ((?:[0-9a-f]{4} )+) .*$");

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        ImageKinds.B1K,
        ImageKinds.B4K,
        ImageKinds.EXT2_1K,
        ImageKinds.EXT3_2K,
        ImageKinds.REV0,
        ImageKinds.NO_CSUM_128,
        ImageKinds.INLINE_256,
        ImageKinds.BIGALLOC_16K,
        ImageKinds.SMALL_GROUPS);
  }

  static Stream<ImageRecipe> allKinds() {
    return ImageKinds.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void inodes_areThoseThatDebugfsShows(ImageRecipe recipe) throws IOException {
    Path image = populated(recipe);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      int compared = 0;
      for (long number : List.of(2L, 11L, 12L, 13L, 14L, 15L)) {
        StructureDump dump = fs.inspect().dumpInode(number);
        DebugfsStat theirs = Debugfs.reading(image).stat("<" + number + ">");
        DumpedStructure inode = dump.structures().get(0);
        assertThat(inode.problems()).as("inode %s", number).isEmpty();
        assertThat(number(inode, "i_mode") & 0xFFF).isEqualTo(theirs.mode());
        assertThat(number(inode, "i_flags")).isEqualTo(theirs.flags());
        assertThat(number(inode, "i_generation")).isEqualTo(theirs.generation());
        assertThat(number(inode, "i_links_count")).isEqualTo(theirs.links());
        assertThat(number(inode, "i_file_acl_lo")).isEqualTo(theirs.fileAcl());
        assertThat(meaning(inode, "i_size_lo")).isEqualTo(theirs.byteSize() + " bytes");
        assertThat(meaning(inode, "i_blocks_lo")).startsWith(theirs.sectors() + " ");
        assertThat(meaning(inode, "i_uid")).isEqualTo("" + theirs.uid());
        assertThat(meaning(inode, "i_mtime")).isEqualTo("" + theirs.time("mtime").orElseThrow());
        assertThat(meaning(inode, "i_mode")).contains(theirs.type().substring(0, 3));
        if (theirs.text().contains("EXTENTS:")) {
          assertThat(dump.structures()).extracting(DumpedStructure::name).contains("ext4_extent");
        }
        compared++;
      }
      assertThat(compared).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void blocks_areTheBytesThatDebugfsDumps(ImageRecipe recipe) throws IOException {
    Path image = populated(recipe);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      Map<Kind, StructureDump> byKind = new HashMap<>();
      for (long block = 0; block < fs.info().blockCount(); block += block < 700 ? 1 : 97) {
        StructureDump dump = fs.inspect().dumpBlock(block);
        byKind.putIfAbsent(dump.kind(), dump);
        assertThat(dump.structures())
            .as("block %s", block)
            .allSatisfy(structure -> assertThat(structure.problems()).isEmpty());
      }
      assertThat(byKind.keySet())
          .contains(Kind.BLOCK_BITMAP, Kind.INODE_BITMAP, Kind.INODE_TABLE, Kind.UNKNOWN);
      for (StructureDump dump : byKind.values()) {
        String theirs = Debugfs.reading(image).run("block_dump " + dump.block());
        byte[] first = firstBytes(theirs);
        byte[] ours = new byte[first.length];
        dump.bytes().get(ours);
        assertThat(ours).as("block %s", dump.block()).isEqualTo(first);
      }
    }
  }

  /** Returns the bytes of the first line of {@code block_dump}. */
  private static byte[] firstBytes(String text) {
    Matcher line = HEX_LINE.matcher(text.lines().findFirst().orElse(""));
    assertThat(line.matches()).as(text).isTrue();
    return HexFormat.of().parseHex(line.group(1).replace(" ", ""));
  }

  @ParameterizedTest
  @MethodSource("allKinds")
  void groups_areThoseThatDumpe2fsShows(ImageRecipe recipe) throws IOException {
    Path image = judge().make(recipe);
    List<String> ours = new ArrayList<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      fs.inspect().groups(group -> ours.addAll(lines(group, fs.info())));
    }
    List<String> theirs =
        ExternalTool.named("dumpe2fs").run(image.toString()).orFail().lines().stream()
            .dropWhile(line -> !line.startsWith("Group 0:"))
            .map(StructureDumpOracleTest::simplified)
            .filter(line -> !line.startsWith("Free ") && !line.isEmpty())
            .toList();
    assertThat(ours).isEqualTo(theirs);
  }

  private static List<String> lines(GroupInfo group, FileSystemInfo info) {
    boolean sums = !info.checksumAlgorithm().equals("none");
    List<String> lines = new ArrayList<>();
    String flags = String.join(", ", group.flags()).replace("INODE_ZEROED", "ITABLE_ZEROED");
    lines.add(
        String.format(
            "Group %d: (Blocks %d-%d)%s%s",
            group.group(),
            group.firstBlock(),
            group.lastBlock(),
            sums ? String.format(" csum 0x%04x", group.checksum()) : "",
            flags.isEmpty() ? "" : " [" + flags + "]"));
    String descriptors = range("Group descriptor", group.descriptors());
    if (group.superblock() >= 0) {
      lines.add(
          (group.group() == 0 ? "Primary" : "Backup")
              + " superblock at "
              + group.superblock()
              + (descriptors.isEmpty() ? "" : ", " + descriptors));
    } else if (!descriptors.isEmpty()) {
      lines.add(descriptors);
    }
    if (group.reserved().count() > 0) {
      lines.add(
          "Reserved GDT blocks at " + group.reserved().first() + "-" + group.reserved().last());
    }
    lines.add("Block bitmap at " + group.blockBitmap());
    lines.add("Inode bitmap at " + group.inodeBitmap());
    lines.add("Inode table at " + group.inodeTable().first() + "-" + group.inodeTable().last());
    long clusters = group.freeBlockCount() / (info.clusterSize() / info.blockSize());
    lines.add(
        clusters
            + " free, "
            + group.freeInodeCount()
            + " free inodes, "
            + group.directoryCount()
            + " directories"
            + (group.unusedInodeCount() == 0
                ? ""
                : ", " + group.unusedInodeCount() + " unused inodes"));
    return lines;
  }

  private static String range(String what, GroupInfo.Run run) {
    return run.count() == 0 ? "" : what + "s at " + run.first() + "-" + run.last();
  }

  /** Returns a line of dumpe2fs without what {@link GroupInfo} does not have. */
  private static String simplified(String line) {
    return line.strip()
        .replaceAll("Group descriptor at (\\d+)", "Group descriptors at $1-$1")
        .replaceAll(" \\((\\+|bg #)[^)]*\\)", "")
        .replaceAll("(bitmap at \\d+), csum 0x\\w+", "$1")
        .replaceAll(" free (blocks|clusters),", " free,");
  }

  @ParameterizedTest
  @MethodSource("allKinds")
  void details_areThoseThatDumpe2fsShows(ImageRecipe recipe) throws IOException {
    Path image = judge().make(recipe);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      SuperblockDetails ours = fs.inspect().superblock();
      Dumpe2fs theirs = Dumpe2fs.read(image);
      String options = String.join(" ", ours.defaultMountOptions());
      assertThat(options.isEmpty() ? "(none)" : options)
          .isEqualTo(theirs.field("Default mount options"));
      assertThat(theirs.field("Reserved blocks uid")).startsWith(ours.reservedUserId() + " ");
      assertThat(theirs.field("Reserved blocks gid")).startsWith(ours.reservedGroupId() + " ");
      assertThat(ours.errorsBehavior().replace("continue", "Continue"))
          .isEqualTo(theirs.field("Errors behavior"));
      if (!theirs.field("Directory Hash Seed").isEmpty()) {
        assertThat(ours.hashSeed()).hasToString(theirs.field("Directory Hash Seed"));
        assertThat(ours.hashVersion()).isEqualTo(theirs.field("Default directory hash"));
      }
      if (!theirs.field("Flex block group size").isEmpty()) {
        assertThat(ours.flexGroupSize()).isEqualTo(theirs.number("Flex block group size"));
      }
      if (!theirs.field("Required extra isize").isEmpty()) {
        assertThat(ours.requiredExtraSize()).isEqualTo((int) theirs.number("Required extra isize"));
        assertThat(ours.desiredExtraSize()).isEqualTo((int) theirs.number("Desired extra isize"));
      }
      assertThat(ours.maxMountCount()).isEqualTo((int) theirs.number("Maximum mount count"));
      assertThat(theirs.field("Check interval")).startsWith(ours.checkIntervalSeconds() + " ");
      assertThat(ours.features()).allMatch(feature -> !feature.explanation().isEmpty());
    }
  }

  static Stream<ImageRecipe> indexed() {
    return Stream.of(
        ImageKinds.B1K,
        ImageKinds.B4K,
        ImageKinds.EXT3_1K,
        ImageKinds.NO_CSUM,
        ImageKinds.LARGE_DIR);
  }

  @ParameterizedTest
  @MethodSource("indexed")
  void hashTree_isThatOfDebugfs(ImageRecipe recipe) throws IOException {
    Path image = indexedDirectory(recipe);
    // Without checksums in the image, debugfs complains that it finds none.
    String text =
        ExternalTool.named("debugfs").run("-R", "htree_dump /dir", image.toString()).stdout();
    Map<Long, List<Long>> theirs = leaves(text);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      long inode = fs.file("/dir").stat().id().inode();
      HashTreeDump tree = fs.inspect().dumpHashTree(inode);
      assertThat(tree.problems()).isEmpty();
      assertThat(tree.hashName()).isEqualTo("half_md4");
      Map<Long, List<Long>> ours = new TreeMap<>();
      for (HashTreeDump.Leaf leaf : tree.leaves()) {
        assertThat(leaf.problems()).as("%s", leaf).isEmpty();
        ours.put(
            leaf.logicalBlock(),
            List.of(leaf.block(), (long) leaf.entryCount(), leaf.firstHash(), leaf.lastHash()));
      }
      assertThat(ours).hasSizeGreaterThan(2).isEqualTo(theirs);
      List<HashTreeDump.Entry> entries = new ArrayList<>();
      for (HashTreeDump.Node node : tree.nodes()) {
        assertThat(node.problems()).as("%s", node).isEmpty();
        entries.addAll(node.entries());
      }
      assertThat(entries).containsExactlyInAnyOrderElementsOf(entries(text));
      assertThat(fs.inspect().dumpBlock(tree.nodes().get(0).block()).kind())
          .isEqualTo(Kind.HASH_TREE_ROOT);
      assertThat(fs.inspect().dumpBlock(tree.leaves().get(0).block()).kind())
          .isEqualTo(Kind.DIRECTORY_BLOCK);
    }
  }

  @Test
  void hashTree_ofTwoLevels_hasNodesThatAreRecognised() throws IOException {
    Path image = indexedDirectory(ImageKinds.B1K.named("two_levels"), 9000);
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      HashTreeDump tree = fs.inspect().dumpHashTree(fs.file("/dir").stat().id().inode());
      assertThat(tree.levels()).isEqualTo(1);
      assertThat(tree.nodes()).hasSizeGreaterThan(1).allMatch(n -> n.problems().isEmpty());
      assertThat(tree.leaves().stream().mapToLong(HashTreeDump.Leaf::entryCount).sum())
          .isEqualTo(9000);
      StructureDump node = fs.inspect().dumpBlock(tree.nodes().get(1).block());
      assertThat(node.kind()).isEqualTo(Kind.HASH_TREE_NODE);
      assertThat(node.structures()).allMatch(structure -> structure.problems().isEmpty());
    }
  }

  /** Returns for each leaf its physical block, its count of names, the lowest and highest hash. */
  private static Map<Long, List<Long>> leaves(String text) {
    Map<Long, List<Long>> leaves = new TreeMap<>();
    Matcher leaf = LEAF.matcher(text);
    while (leaf.find()) {
      int end = text.indexOf("Reading directory block", leaf.end());
      Matcher name = NAME.matcher(text.substring(leaf.end(), end < 0 ? text.length() : end));
      long count = 0;
      long first = Long.MAX_VALUE;
      long last = -1;
      while (name.find()) {
        long hash = Long.parseLong(name.group(1), 16);
        count++;
        first = Math.min(first, hash);
        last = Math.max(last, hash);
      }
      leaves.put(
          Long.parseLong(leaf.group(1)),
          List.of(Long.parseLong(leaf.group(2)), count, first, last));
    }
    return leaves;
  }

  private static List<HashTreeDump.Entry> entries(String text) {
    List<HashTreeDump.Entry> entries = new ArrayList<>();
    Matcher entry = ENTRY.matcher(text);
    while (entry.find()) {
      HashTreeDump.Entry found =
          new HashTreeDump.Entry(
              Long.parseLong(entry.group(2), 16), Long.parseLong(entry.group(3)));
      if (!entries.contains(found)) { // debugfs prints each one twice
        entries.add(found);
      }
    }
    return entries;
  }

  /** Makes an image with a file, a directory, links and an attribute as inodes 12 to 15. */
  private static Path populated(ImageRecipe recipe) throws IOException {
    Path image = judge().make(recipe);
    Path content = Files.writeString(judge().file("content"), "content".repeat(10_000));
    Path small = Files.writeString(judge().file("small"), "a small file");
    Debugfs.writing(image)
        .runAll(
            List.of(
                "write " + content + " large",
                "write " + small + " small",
                "mkdir dir",
                "symlink link /a/target/that/does/not/exist",
                "ea_set large user.comment value"));
    return image;
  }

  private static Path indexedDirectory(ImageRecipe recipe) throws IOException {
    return indexedDirectory(recipe, NAMES);
  }

  /** Makes an image whose directory {@code dir} has many names of one file, and a hash tree. */
  private static Path indexedDirectory(ImageRecipe recipe, int names) throws IOException {
    Path root = judge().file(recipe.name() + ".root");
    Path directory = Files.createDirectories(root.resolve("dir"));
    Path file = Files.write(root.resolve("f"), new byte[] {1});
    for (int i = 0; i < names; i++) {
      Files.createLink(directory.resolve("a-name-with-some-letters-" + i), file);
    }
    Path image = judge().make(recipe.withWords("-d", root.toString()));
    ExternalTool.named("e2fsck").run("-fyD", image.toString()).orFail(1);
    assertThat(E2fsck.check(image).clean()).isTrue();
    return image;
  }

  private static long number(DumpedStructure structure, String field) {
    return Long.decode(find(structure, field).value());
  }

  private static String meaning(DumpedStructure structure, String field) {
    return find(structure, field).meaning();
  }

  private static DumpedField find(DumpedStructure structure, String name) {
    return structure.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
