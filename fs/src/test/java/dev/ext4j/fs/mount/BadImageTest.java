package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RawImage;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of images that are damaged or not supported. Each is refused with its type, and stays the
 * same byte for byte.
 */
class BadImageTest {
  private static final int BLOCK = 1024;
  private static final int ROOT = 0x28;
  private static final int FIRST = ROOT + 12;
  private static final long ALL = 1L << 40;

  private static Judge judge;

  /** An image without checksums, so that damage reaches the checks of the structures themselves. */
  private static MemoryBlockDevice plain;

  private static MemoryBlockDevice checksummed;
  private static MemoryBlockDevice indirect;

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    plain = make("plain", "ext4", "^metadata_csum", "^uninit_bg");
    checksummed = make("checksummed", "ext4");
    indirect = make("indirect", "ext2");
  }

  private static MemoryBlockDevice make(String name, String type, String... features)
      throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of(name, type, BLOCK, 4 << 20)
            .withFeatures("^resize_inode")
            .withFeatures(type.equals("ext4") ? "^has_journal" : "filetype")
            .withFeatures(features)
            .withWords("-g", "1024", "-N", "40");
    Path image = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, image);
    files.dense("dense", 300 * BLOCK + 5);
    files.everySecondBlock("many", BLOCK, 300);
    files.dense("other", 5 * BLOCK);
    Debugfs.writing(image).run("mkdir dir");
    return Judge.load(image);
  }

  @AfterAll
  static void removeImages() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  /** A change that damages an image. */
  @FunctionalInterface
  private interface Damage {
    void apply(Patch patch) throws IOException;
  }

  /** Little-endian writes to an image. */
  private static final class Patch {
    private final MemoryBlockDevice disk;
    private final RawImage image;

    Patch(MemoryBlockDevice disk) throws IOException {
      this.disk = disk;
      this.image = new RawImage(disk);
    }

    void bytes(long byteOffset, int... values) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(values.length);
      for (int value : values) {
        bytes.put((byte) value);
      }
      disk.writeFully(byteOffset, bytes.flip());
    }

    void u16(long byteOffset, int value) throws IOException {
      bytes(byteOffset, value, value >>> 8);
    }

    void u32(long byteOffset, long value) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      disk.writeFully(byteOffset, bytes.putInt((int) value).flip());
    }

    void flip(long byteOffset) throws IOException {
      bytes(byteOffset, image.bytes(byteOffset, 1).get(0) ^ 0x40);
    }

    long inode(String path) throws IOException {
      return image.inodeOffset(inodeNumber(disk, path));
    }

    /** Returns the block to which the first index entry in a file's root points. */
    long firstChild(String path) throws IOException {
      return image.bytes(inode(path) + FIRST + 4, 4).getInt() & 0xFFFFFFFFL;
    }
  }

  private static long inodeNumber(BlockDevice disk, String path) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      return fs.file(address(path)).stat().id().inode();
    }
  }

  /** Damage, and the kind of corruption that a punch of a file reports. */
  private record Case(
      String name, String file, long byteOffset, long byteCount, Kind kind, Damage damage) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case many(String name, Kind kind, Damage damage) {
    return new Case(name, "/many", 0, ALL, kind, damage);
  }

  private static Case dense(String name, Kind kind, Damage damage) {
    return new Case(name, "/dense", 0, ALL, kind, damage);
  }

  static Stream<Case> damagedStructures() {
    return Stream.of(
        many("root without magic", Kind.EXTENT_NODE, p -> p.u16(p.inode("/many") + ROOT, 0x1234)),
        many("root too deep", Kind.EXTENT_DEPTH, p -> p.u16(p.inode("/many") + ROOT + 6, 9)),
        many(
            "root with too many entries",
            Kind.EXTENT_NODE,
            p -> p.u16(p.inode("/many") + ROOT + 2, 5)),
        many(
            "root of absurd capacity",
            Kind.EXTENT_NODE,
            p -> p.u16(p.inode("/many") + ROOT + 4, 5000)),
        many(
            "index node without entries",
            Kind.EXTENT_NODE,
            p -> p.u16(p.inode("/many") + ROOT + 2, 0)),
        many(
            "leaf with too many entries",
            Kind.EXTENT_NODE,
            p -> p.u16(p.firstChild("/many") * BLOCK + 2, 5000)),
        many(
            "leaf without entries",
            Kind.EXTENT_NODE,
            p -> p.u16(p.firstChild("/many") * BLOCK + 2, 0)),
        many("leaf without magic", Kind.EXTENT_NODE, p -> p.u16(p.firstChild("/many") * BLOCK, 0)),
        many("loop: a node is its own child", Kind.EXTENT_DEPTH, BadImageTest::makeLoop),
        many(
            "child outside",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u32(p.inode("/many") + FIRST + 4, 0x7FFFFFFF)),
        many(
            "child is block 0",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u32(p.inode("/many") + FIRST + 4, 0)),
        many(
            "two extents overlap",
            Kind.EXTENT_ORDER,
            p -> p.u32(p.firstChild("/many") * BLOCK + 24, 0)),
        many(
            "extent before its parent's key",
            Kind.EXTENT_ORDER,
            p -> p.u32(p.inode("/many") + FIRST, 5)),
        many(
            "extent of length 0",
            Kind.EXTENT_NODE,
            p -> p.u16(p.firstChild("/many") * BLOCK + 16, 0)),
        many(
            "extent of absurd length",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u16(p.firstChild("/many") * BLOCK + 16, 0x8000)),
        dense(
            "extent outside",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u32(p.inode("/dense") + FIRST + 8, 4000)),
        dense(
            "extent far outside",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u16(p.inode("/dense") + FIRST + 6, 0xFFFF)),
        dense(
            "extent is the inode table",
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + FIRST + 8, p.image.inodeTable(0))),
        new Case(
            "edge in the inode table",
            "/dense",
            10,
            20,
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + FIRST + 8, p.image.inodeTable(0))),
        new Case(
            "edge in the superblock",
            "/dense",
            10,
            20,
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + FIRST + 8, 1)),
        dense("blocks free already", Kind.BLOCK_ALREADY_FREE, BadImageTest::markFree),
        many("block used twice", Kind.BLOCK_ALREADY_FREE, BadImageTest::useTwice),
        dense(
            "inode of impossible size",
            Kind.INODE,
            p -> p.u32(p.inode("/dense") + 0x6C, 0x80000000L)),
        dense(
            "inode of impossible extra size",
            Kind.INODE,
            p -> p.u16(p.inode("/dense") + 0x80, 0x7001)),
        dense(
            "bitmap outside",
            Kind.GROUP_DESCRIPTOR,
            p -> p.u32(p.image.descriptorOffset(0), 0x7FFFFFFF)),
        dense(
            "inode table outside",
            Kind.GROUP_DESCRIPTOR,
            p -> p.u32(p.image.descriptorOffset(0) + 8, 4095)));
  }

  private static void makeLoop(Patch patch) throws IOException {
    long leaf = patch.firstChild("/many");
    patch.u16(leaf * BLOCK + 2, 1);
    patch.u16(leaf * BLOCK + 6, 1);
    patch.u32(leaf * BLOCK + 12 + 4, leaf);
    patch.u16(leaf * BLOCK + 12 + 8, 0);
  }

  /** Marks some blocks of a file as free. */
  private static void markFree(Patch patch) throws IOException {
    long index = patch.image.bytes(patch.inode("/dense") + FIRST + 8, 4).getInt() - 1L;
    long bitmap = patch.image.blockBitmap((int) (index / 1024));
    patch.bytes(bitmap * BLOCK + index % 1024 / 8 + 2, 0);
  }

  private static void useTwice(Patch patch) throws IOException {
    long leaf = patch.firstChild("/many") * BLOCK;
    patch.u32(leaf + 12 + 8, patch.image.bytes(leaf + 24 + 8, 4).getInt());
  }

  @ParameterizedTest
  @MethodSource
  void damagedStructures(Case test) throws IOException {
    requireRefused(plain, test);
  }

  static Stream<Case> damagedChecksums() {
    return Stream.of(
        dense("superblock", Kind.SUPERBLOCK_CHECKSUM, p -> p.flip(1024 + 0x78)),
        dense(
            "group descriptor",
            Kind.GROUP_DESCRIPTOR_CHECKSUM,
            p -> p.flip(p.image.descriptorOffset(0) + 0x10)),
        dense(
            "block bitmap",
            Kind.BLOCK_BITMAP_CHECKSUM,
            p -> p.flip(p.image.blockBitmap(0) * BLOCK + 100)),
        dense("inode", Kind.INODE_CHECKSUM, p -> p.flip(p.inode("/dense") + 0x08)),
        many(
            "extent node",
            Kind.EXTENT_NODE_CHECKSUM,
            p -> p.flip(p.firstChild("/many") * BLOCK + 32)));
  }

  @ParameterizedTest
  @MethodSource
  void damagedChecksums(Case test) throws IOException {
    requireRefused(checksummed, test);
  }

  static Stream<Case> damagedBlockMaps() {
    return Stream.of(
        dense(
            "direct pointer outside",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u32(p.inode("/dense") + ROOT, 5000)),
        dense(
            "direct pointer to metadata",
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + ROOT, 1)),
        dense(
            "indirect block outside",
            Kind.BLOCK_OUT_OF_RANGE,
            p -> p.u32(p.inode("/dense") + ROOT + 48, 5000)),
        new Case(
            "indirect block is metadata",
            "/dense",
            20L * BLOCK,
            100L * BLOCK,
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + ROOT + 48, p.image.inodeTable(0))),
        new Case(
            "edge in metadata",
            "/dense",
            10,
            20,
            Kind.BLOCK_IS_METADATA,
            p -> p.u32(p.inode("/dense") + ROOT, p.image.inodeTable(0))),
        many(
            "double indirect block is its own child",
            Kind.BLOCK_ALREADY_FREE,
            BadImageTest::circle));
  }

  private static void circle(Patch patch) throws IOException {
    long top = patch.image.bytes(patch.inode("/many") + ROOT + 52, 4).getInt();
    patch.u32(top * BLOCK, top);
  }

  @ParameterizedTest
  @MethodSource
  void damagedBlockMaps(Case test) throws IOException {
    requireRefused(indirect, test);
  }

  private static void requireRefused(MemoryBlockDevice image, Case test) throws IOException {
    MemoryBlockDevice disk = image.copy();
    test.damage().apply(new Patch(disk));
    MemoryBlockDevice before = disk.copy();
    Throwable failure =
        catchThrowable(() -> punch(disk, test.file(), test.byteOffset(), test.byteCount()));
    assertThat(failure)
        .as(test.name())
        .isInstanceOfSatisfying(
            CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(test.kind()));
    requireSameBytes(disk, before);
  }

  @ParameterizedTest
  @ValueSource(longs = {0x0C, 0x0E, 0x2C, 0x2E})
  void absurdFreeCountOfAGroup_isRefusedOrCarriedOn_neverHalfWritten(long field)
      throws IOException {
    MemoryBlockDevice disk = plain.copy();
    Patch patch = new Patch(disk);
    patch.u16(patch.image.descriptorOffset(0) + field, 0xFFFF);
    requireUnharmed(disk);
  }

  @Test
  void absurdFreeCountOfTheSuperblock_isRefusedOrCarriedOn_neverHalfWritten() throws IOException {
    MemoryBlockDevice disk = plain.copy();
    Patch patch = new Patch(disk);
    patch.u32(1024 + 0x0C, 0xFFFFFFFFL);
    patch.u32(1024 + 0x158, 0xFFFFFFFFL);
    requireUnharmed(disk);
  }

  private static void requireUnharmed(MemoryBlockDevice disk) throws IOException {
    MemoryBlockDevice before = disk.copy();
    Throwable failure = catchThrowable(() -> punch(disk, "/dense", 0, ALL));
    if (failure != null) {
      assertThat(failure).isInstanceOf(Ext4Exception.class);
      requireSameBytes(disk, before);
    }
  }

  @Test
  void notInUseInodes_areMissing() throws IOException {
    for (long number : new long[] {30, 40, 41, 4_000_000_000L}) {
      MemoryBlockDevice disk = checksummed.copy();
      assertThatThrownBy(() -> punch(disk, FileAddress.inode(number), 0, 1))
          .as("inode %d", number)
          .isInstanceOfSatisfying(
              FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
      requireSameBytes(disk, checksummed.copy());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1023, 1024, 2047, 2048})
  void imageTooShortForASuperblock_isNotExt4(int size) throws IOException {
    requireKind(Kind.NOT_EXT4, new MemoryBlockDevice(size));
  }

  @Test
  void truncatedImage_isRefusedForWriting() throws IOException {
    for (int bytes : new int[] {4096, 100_000, (4 << 20) - 1}) {
      MemoryBlockDevice disk = new MemoryBlockDevice(bytes);
      ByteBuffer content = ByteBuffer.allocate(bytes);
      plain.copy().readFully(0, content);
      disk.writeFully(0, content.flip());
      assertThatThrownBy(() -> Ext4FileSystem.open(disk, OpenOptions.readWrite()))
          .isInstanceOfSatisfying(
              CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.SUPERBLOCK));
    }
  }

  @Test
  void wrongMagic_isNotExt4() throws IOException {
    MemoryBlockDevice disk = plain.copy();
    new Patch(disk).u16(1024 + 0x38, 0xEF54);
    requireKind(Kind.NOT_EXT4, disk);
  }

  static Stream<Case> absurdSuperblocks() {
    return Stream.of(
        dense("block size", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x18, 40)),
        dense("blocks per group 0", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x20, 0)),
        dense("blocks per group", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x20, 0xFFFFFFFFL)),
        dense("inodes per group 0", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x28, 0)),
        dense("inode count", Kind.SUPERBLOCK, p -> p.u32(1024, 0xFFFFFFFFL)),
        dense("block count 0", Kind.SUPERBLOCK, p -> p.u32(1024 + 4, 0)),
        dense("block count", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x150, 0xFFFFFFFFL)),
        dense("first data block", Kind.SUPERBLOCK, p -> p.u32(1024 + 0x14, 77)),
        dense("inode size", Kind.SUPERBLOCK, p -> p.u16(1024 + 0x58, 77)),
        dense("descriptor size", Kind.SUPERBLOCK, p -> p.u16(1024 + 0xFE, 3)));
  }

  @ParameterizedTest
  @MethodSource
  void absurdSuperblocks(Case test) throws IOException {
    MemoryBlockDevice disk = plain.copy();
    test.damage().apply(new Patch(disk));
    requireKind(test.kind(), disk);
  }

  private static void requireKind(Kind kind, MemoryBlockDevice disk) throws IOException {
    MemoryBlockDevice before = disk.copy();
    for (OpenOptions options : List.of(OpenOptions.readOnly(), OpenOptions.readWrite())) {
      assertThatThrownBy(() -> openAndClose(disk, options))
          .isInstanceOfSatisfying(
              CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(kind));
    }
    requireSameBytes(disk, before);
  }

  @Test
  void unknownIncompatFeature_isNotEvenRead() throws IOException {
    MemoryBlockDevice disk = plain.copy();
    new Patch(disk).bytes(1024 + 0x63, 0x40);
    for (OpenOptions options : List.of(OpenOptions.readOnly(), OpenOptions.readWrite())) {
      assertThatThrownBy(() -> openAndClose(disk, options))
          .isInstanceOf(UnsupportedFeatureException.class);
    }
  }

  @Test
  void unknownRoCompatFeature_isReadButNotWritten() throws IOException {
    MemoryBlockDevice disk = plain.copy();
    new Patch(disk).bytes(1024 + 0x67, 0x40);
    openAndClose(disk, OpenOptions.readOnly());
    assertThatThrownBy(() -> openAndClose(disk, OpenOptions.readWrite()))
        .isInstanceOf(UnsupportedFeatureException.class);
  }

  /** A bit of a feature word, and the name that a refusal must give. */
  private record Refused(int word, int bit, String feature) {
    @Override
    public String toString() {
      return feature;
    }
  }

  static Stream<Refused> featuresRefusedForWriting() {
    return Stream.of(
        new Refused(0x64, 0x100, "quota"),
        new Refused(0x64, 0x2000, "project"),
        new Refused(0x64, 0x1000, "read-only"),
        new Refused(0x64, 0x4000, "shared_blocks"),
        new Refused(0x60, 0x100, "mmp"));
  }

  @ParameterizedTest
  @MethodSource
  void featuresRefusedForWriting(Refused refused) throws IOException {
    MemoryBlockDevice disk = plain.copy();
    int old = new RawImage(disk).bytes(1024 + refused.word(), 4).getInt();
    new Patch(disk).u32(1024 + refused.word(), old | refused.bit());
    MemoryBlockDevice before = disk.copy();
    openAndClose(disk, OpenOptions.readOnly());
    assertThatThrownBy(() -> openAndClose(disk, OpenOptions.readWrite()))
        .isInstanceOfSatisfying(
            UnsupportedFeatureException.class,
            e -> {
              assertThat(e.feature()).isEqualTo(refused.feature());
              assertThat(e).hasMessageContaining(refused.feature());
            });
    requireSameBytes(disk, before);
  }

  @Test
  void needsRecovery_logIsEmpty_writerFindsNothingToReplay() throws IOException {
    Path image = judge.make(ImageKinds.B4K.sized(16 << 20));
    Debugfs.writing(image).run("feature needs_recovery");
    MemoryBlockDevice disk = Judge.load(image);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      assertThat(fs.info().needsRecovery()).isTrue();
    }
    requireSameBytes(disk, Judge.load(image));
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      assertThat(fs.info().needsRecovery()).isFalse();
      assertThat(fs.warnings())
          .singleElement()
          .asString()
          .contains("replayed: 0 transactions, 0 blocks");
    }
    judge.requireClean(disk, "after a recovery with nothing to do");
  }

  @Test
  void readOnlyDevice_isRefusedForWriting() throws IOException {
    MemoryBlockDevice disk = plain.copy();
    BlockDevice readOnly = new ReadOnly(disk);
    openAndClose(readOnly, OpenOptions.readOnly());
    assertThatThrownBy(() -> openAndClose(readOnly, OpenOptions.readWrite()))
        .isInstanceOfSatisfying(
            FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
  }

  private static final class ReadOnly extends ForwardingDevice {
    ReadOnly(BlockDevice inner) {
      super(inner);
    }

    @Override
    public boolean readOnly() {
      return true;
    }
  }

  private static FileAddress address(String path) {
    return FileAddress.path(path.getBytes(StandardCharsets.UTF_8));
  }

  private static void openAndClose(BlockDevice disk, OpenOptions options) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, options)) {
      fs.sync();
    }
  }

  private static void punch(BlockDevice disk, String path, long byteOffset, long byteCount)
      throws IOException {
    punch(disk, address(path), byteOffset, byteCount);
  }

  private static void punch(BlockDevice disk, FileAddress address, long byteOffset, long byteCount)
      throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      fs.file(address).punch(byteOffset, byteCount, ProgressListener.NONE);
    }
  }

  private static void requireSameBytes(MemoryBlockDevice disk, MemoryBlockDevice expected)
      throws IOException {
    List<Long> different = new ArrayList<>();
    for (long at = 0; at < disk.size(); at += BLOCK) {
      int count = (int) Math.min(BLOCK, disk.size() - at);
      ByteBuffer found = ByteBuffer.allocate(count);
      ByteBuffer wanted = ByteBuffer.allocate(count);
      disk.reopened().readFully(at, found);
      expected.reopened().readFully(at, wanted);
      if (!found.equals(wanted)) {
        different.add(at / BLOCK);
      }
    }
    assertThat(different).as("changed blocks").isEmpty();
  }
}
