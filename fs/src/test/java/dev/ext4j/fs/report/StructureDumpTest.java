package dev.ext4j.fs.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Feature;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.inspect.StructureDump;
import dev.ext4j.fs.inspect.StructureDump.Kind;
import dev.ext4j.testimages.DamageSites;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of dumps of blocks and inodes on golden images, sound and damaged. */
class StructureDumpTest {
  private static final int BLOCK_SIZE = 4096; // of the sample
  private static final byte[] DAMAGES = {0, -1, 0x7F};

  @TempDir private Path folder;

  @Test
  void block_ofEveryKindInTheSample_isRecognised() throws IOException {
    Map<Kind, List<Long>> found = new EnumMap<>(Kind.class);
    try (Ext4FileSystem fs = open(GoldenImage.SAMPLE.bytes())) {
      for (long block = 0; block < fs.info().blockCount(); block++) {
        StructureDump dump = fs.inspect().dumpBlock(block);
        found.computeIfAbsent(dump.kind(), kind -> new ArrayList<>()).add(block);
        assertThat(dump.structures()).as("block %s", block).allMatch(s -> s.problems().isEmpty());
        assertThat(dump.bytes().remaining()).isEqualTo(BLOCK_SIZE);
      }
    }
    // dumpe2fs, debugfs stat <8>, debugfs dump_extents /data.bin
    assertThat(found.get(Kind.SUPERBLOCK)).containsExactly(0L);
    assertThat(found.get(Kind.GROUP_DESCRIPTORS)).containsExactly(1L);
    assertThat(found.get(Kind.RESERVED_GROUP_DESCRIPTORS)).containsExactly(2L);
    assertThat(found.get(Kind.BLOCK_BITMAP)).containsExactly(3L);
    assertThat(found.get(Kind.INODE_BITMAP)).containsExactly(19L);
    assertThat(found.get(Kind.INODE_TABLE)).hasSize(256).startsWith(35L).endsWith(290L);
    assertThat(found.get(Kind.EXTENT_NODE)).containsExactly(2411L);
    assertThat(found.get(Kind.DIRECTORY_BLOCK)).contains(2442L);
    assertThat(found.get(Kind.JOURNAL_SUPERBLOCK)).hasSize(1);
    assertThat(found.get(Kind.CONTENT)).contains(1803L, 2571L);
    assertThat(found.get(Kind.UNKNOWN)).contains(1292L, 4095L).hasSizeGreaterThan(1900);
  }

  @Test
  void kinds_thatOtherGoldenImagesHave_areRecognised() throws IOException {
    assertThat(kinds(GoldenImage.INDIRECT_TRIPLE)).contains(Kind.INDIRECT_BLOCK);
    assertThat(kinds(GoldenImage.GDT_CRC16))
        .contains(Kind.BACKUP_SUPERBLOCK, Kind.BACKUP_GROUP_DESCRIPTORS);
    assertThat(kinds(GoldenImage.DIRTY_JOURNAL))
        .contains(Kind.JOURNAL_DESCRIPTOR, Kind.JOURNAL_COMMIT, Kind.JOURNAL_DATA);
  }

  private static List<Kind> kinds(GoldenImage image) throws IOException {
    List<Kind> kinds = new ArrayList<>();
    try (Ext4FileSystem fs = open(image.bytes())) {
      long journal = fs.info().journalInode();
      List<Long> blocks = new ArrayList<>();
      fs.inspect()
          .groups(
              group -> {
                if (group.superblock() > 0) {
                  blocks.add(group.superblock());
                  blocks.add(group.descriptors().first());
                }
              });
      for (long inode = journal; inode < journal + 40; inode++) {
        addBlocksOf(fs, inode, blocks);
      }
      for (long block : blocks) {
        kinds.add(fs.inspect().dumpBlock(block).kind());
      }
    }
    return kinds;
  }

  /** Adds the blocks that the fields of an inode point to, and the first blocks of its runs. */
  private static void addBlocksOf(Ext4FileSystem fs, long inode, List<Long> blocks)
      throws IOException {
    for (DumpedStructure structure : fs.inspect().dumpInode(inode).structures()) {
      Optional<DumpedField> start = field(structure, "ee_start_lo");
      if (start.isPresent()) {
        long first = Long.decode(start.get().value());
        for (long i = 0; i < 40; i++) {
          blocks.add(first + i);
        }
      }
      if (structure.label().equals("block map")) {
        for (DumpedField pointer : structure.fields()) {
          long block = Long.decode(pointer.value());
          if (block != 0) {
            blocks.add(block);
          }
        }
      }
    }
  }

  @Test
  void fields_ofTheSample_areThoseAtTheirPlacesInTheFile() throws IOException {
    byte[] image = GoldenImage.SAMPLE.bytes();
    List<DamageSites.Site> sites =
        DamageSites.of(GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")));
    int compared = 0;
    try (Ext4FileSystem fs = open(image)) {
      for (DamageSites.Site site : sites) {
        Optional<DumpedField> field = at(fs.inspect(), site);
        if (field.isPresent()) {
          assertThat(field.get().value()).as("%s", site).isEqualTo(value(image, site));
          compared++;
        }
      }
    }
    // The parts of i_block and of names are not fields of their own.
    assertThat(compared).isGreaterThan(sites.size() / 2);
  }

  /** Returns the number that begins at a site and has its name and its width. */
  private static Optional<DumpedField> at(Inspection inspection, DamageSites.Site site)
      throws IOException {
    StructureDump dump = inspection.dumpBlock(site.byteOffset() / BLOCK_SIZE);
    for (DumpedStructure structure : dump.structures()) {
      for (DumpedField field : structure.fields()) {
        long start = structure.block() * BLOCK_SIZE + structure.byteOffset() + field.byteOffset();
        if (start == site.byteOffset()
            && field.name().equals(site.field())
            && field.byteCount() == site.width()
            && field.value().startsWith("0x")) {
          return Optional.of(field);
        }
      }
    }
    return Optional.empty();
  }

  private static String value(byte[] image, DamageSites.Site site) {
    int at = (int) site.byteOffset();
    StringBuilder digits = new StringBuilder("0x");
    for (int i = site.width() - 1; i >= 0; i--) {
      digits.append(HexFormat.of().toHexDigits(image[at + i]));
    }
    return digits.toString();
  }

  @ParameterizedTest
  @EnumSource(
      value = GoldenImage.class,
      names = {"SAMPLE", "INLINE", "GDT_CRC16"})
  void dump_ofADamagedBlock_showsItAsItIs(GoldenImage golden) throws IOException {
    byte[] image = golden.bytes();
    MemoryBlockDevice disk = disk(image);
    int blockSize = 1024 << ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).getInt(1048);
    int opened = 0;
    for (DamageSites.Site site : DamageSites.of(golden.unpackTo(folder.resolve("image.img")))) {
      int at = (int) site.byteOffset();
      byte[] sound = Arrays.copyOfRange(image, at, at + site.width());
      for (byte damage : DAMAGES) {
        Arrays.fill(image, at, at + site.width(), damage);
        disk.writeFully(at, ByteBuffer.wrap(image, at, site.width()));
        try (Ext4FileSystem fs = Ext4FileSystem.open(disk.reopened(), OpenOptions.readOnly())) {
          opened++;
          int block = at / blockSize;
          StructureDump dump = fs.inspect().dumpBlock(block);
          ByteBuffer expected = ByteBuffer.wrap(image, block * blockSize, blockSize);
          assertThat(dump.bytes().compareTo(expected)).as("%s", site).isZero();
          assertNothingIsThrown(fs);
        } catch (CorruptionException | UnsupportedFeatureException e) {
          assertThat(site.structure()).as("%s: %s", site, e).isEqualTo("superblock");
        }
      }
      System.arraycopy(sound, 0, image, at, sound.length);
      disk.writeFully(at, ByteBuffer.wrap(sound));
    }
    assertThat(opened).isGreaterThan(100);
  }

  private static void assertNothingIsThrown(Ext4FileSystem fs) throws IOException {
    Inspection inspection = fs.inspect();
    assertThat(inspection.dumpSuperblock().structures()).hasSize(1);
    assertThat(inspection.dumpGroup(0).structures()).hasSize(1);
    assertThat(inspection.superblock().features()).isNotNull();
    inspection.groups(group -> assertThat(group.firstBlock()).isNotNegative());
    for (long inode = 1; inode < 16; inode++) {
      try {
        assertThat(inspection.dumpInode(inode).structures()).isNotEmpty();
      } catch (CorruptionException e) {
        assertThat(e.kind()).isEqualTo(CorruptionException.Kind.GROUP_DESCRIPTOR);
      }
      try {
        inspection.dumpHashTree(inode);
      } catch (Ext4Exception e) {
        assertThat(e.errno()).isIn(Errno.ENODATA, Errno.ENOTDIR, Errno.ENOENT, Errno.EUCLEAN);
      }
    }
  }

  @Test
  void badChecksum_ofAnInode_isSaid() throws IOException {
    byte[] image = GoldenImage.SAMPLE.bytes();
    int inode12 = 35 * BLOCK_SIZE + 11 * 256;
    image[inode12 + 4] ^= 1; // i_size_lo
    try (Ext4FileSystem fs = open(image)) {
      DumpedStructure inode = fs.inspect().dumpInode(12).structures().get(0);
      assertThat(inode.problems()).containsExactly("the checksum does not match");
      assertThat(field(inode, "i_checksum_lo").orElseThrow().meaning()).isEqualTo("does not match");
      assertThat(field(inode, "i_size_lo").orElseThrow().meaning()).isEqualTo("39 bytes");
    }
  }

  @Test
  void overwrittenNode_ofATree_isShownByItsOwner() throws IOException {
    byte[] image = GoldenImage.SAMPLE.bytes();
    Arrays.fill(image, 2411 * BLOCK_SIZE, 2412 * BLOCK_SIZE, (byte) 0xEE);
    try (Ext4FileSystem fs = open(image)) {
      StructureDump dump = fs.inspect().dumpBlock(2411);
      assertThat(dump.kind()).isEqualTo(Kind.EXTENT_NODE);
      assertThat(dump.description()).isEqualTo("tree node of inode 13");
      assertThat(dump.structures().get(0).problems())
          .containsExactly("the header is not that of a node");
    }
  }

  @Test
  void contentOfADamagedInode_isShownByItsOwner() throws IOException {
    byte[] image = GoldenImage.SAMPLE.bytes();
    image[35 * BLOCK_SIZE + 11 * 256 + 100] ^= 1; // i_generation of inode 12
    try (Ext4FileSystem fs = open(image)) {
      assertThat(fs.inspect().dumpBlock(1291).description())
          .isEqualTo("content of inode 12, block 0");
    }
  }

  /** Damages all inodes, and then finds the same owner for each block as before. */
  @ParameterizedTest
  @EnumSource(
      value = GoldenImage.class,
      names = {"SAMPLE", "INDIRECT_TRIPLE", "BIGALLOC"})
  void owners_ofDamagedInodes_areThoseOfSoundOnes(GoldenImage golden) throws IOException {
    byte[] image = golden.bytes();
    Map<Long, String> before = new TreeMap<>();
    int inodeSize;
    List<Long> tables = new ArrayList<>();
    try (Ext4FileSystem fs = open(image)) {
      inodeSize = fs.info().inodeSize();
      for (long block = 0; block < fs.info().blockCount(); block += 7) {
        before.put(block, fs.inspect().dumpBlock(block).description());
      }
      fs.inspect().groups(group -> tables.add(group.inodeTable().first() * fs.info().blockSize()));
    }
    int damaged = 0;
    for (long inode = 11; inode < 40; inode++) { // the journal must stay
      int links = (int) (tables.get(0) + (inode - 1) * inodeSize) + 26;
      image[links + 1] |= 0x40; // i_links_count: the checksum does not match any more
      damaged++;
    }
    assertThat(damaged).isPositive();
    try (Ext4FileSystem fs = open(image)) {
      for (Map.Entry<Long, String> entry : before.entrySet()) {
        assertThat(fs.inspect().dumpBlock(entry.getKey()).description())
            .as("block %s", entry.getKey())
            .isEqualTo(entry.getValue());
      }
    }
  }

  @Test
  void numbers_outsideTheFileSystem_areRefused() throws IOException {
    try (Ext4FileSystem fs = open(GoldenImage.SAMPLE.bytes())) {
      Inspection inspection = fs.inspect();
      for (long block : new long[] {-1, 4096, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> inspection.dumpBlock(block))
            .isInstanceOf(FileOperationException.class)
            .hasMessageContaining("the last one is 4095");
      }
      assertThatThrownBy(() -> inspection.dumpInode(4097)).hasMessageContaining("4096");
      assertThatThrownBy(() -> inspection.dumpGroup(1)).hasMessageContaining("the last one is 0");
      assertThatThrownBy(() -> inspection.dumpHashTree(12)).hasMessageContaining("directory");
      assertThatThrownBy(() -> inspection.dumpHashTree(2)).hasMessageContaining("no hash tree");
    }
  }

  @Test
  void features_allHaveAnExplanation() {
    List<Feature> features = new ArrayList<>();
    Stream.of(CompatFeature.values(), IncompatFeature.values(), RoCompatFeature.values())
        .forEach(word -> features.addAll(List.of(word)));
    assertThat(features).allSatisfy(f -> assertThat(FeatureWords.explain(f.label())).isNotEmpty());
    assertThat(FeatureWords.explain("FEATURE_I27")).isEmpty();
  }

  private static Optional<DumpedField> field(DumpedStructure structure, String name) {
    return structure.fields().stream().filter(field -> field.name().equals(name)).findFirst();
  }

  @MustBeClosed
  private static Ext4FileSystem open(byte[] image) throws IOException {
    return Ext4FileSystem.open(disk(image), OpenOptions.readOnly());
  }

  private static MemoryBlockDevice disk(byte[] image) throws IOException {
    MemoryBlockDevice disk = new MemoryBlockDevice(image.length);
    disk.writeFully(0, ByteBuffer.wrap(image));
    return disk;
  }
}
