package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of impossible orphan lists and orphan files. They are refused with their type, without a
 * single write.
 */
class BadOrphansTest {
  private static final int BLOCK = 1024;
  private static final int DTIME = 0x14;
  private static final int LAST_ORPHAN = 0xE8;
  private static final int GROUP_AND_LINKS = 0x18;
  private static final int RO_COMPAT = 0x64;
  private static final int PRESENT = 0x10000;

  private static Judge judge;
  private static MemoryBlockDevice list;
  private static MemoryBlockDevice file;
  private static long first;
  private static long second;
  private static long linked;
  private static long nested;
  private static long fifo;

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
    ImageRecipe recipe =
        ImageRecipe.of("bad", "ext4", BLOCK, 6 << 20)
            .withFeatures("^resize_inode", "orphan_file")
            .withWords("-N", "60");
    Path image = judge.make(recipe);
    new DebugfsFiles(judge, image).dense("first", 20 * BLOCK);
    new DebugfsFiles(judge, image).dense("second", 20 * BLOCK);
    new DebugfsFiles(judge, image).dense("linked", 20 * BLOCK);
    new DebugfsFiles(judge, image).dense("nested", 20 * BLOCK);
    Debugfs.writing(image)
        .runAll(
            List.of(
                "mknod fifo p", "mkdir a", "mkdir a/b", "ln nested a/b/nested", "unlink nested"));
    nested = Debugfs.reading(image).stat("a/b/nested").inode();
    linked = Debugfs.reading(image).stat("linked").inode();
    fifo = Debugfs.reading(image).stat("fifo").inode();
    OrphanCraft craft = new OrphanCraft(image);
    second = craft.delete("second");
    first = craft.delete("first");
    list = Judge.load(image);
    file = list.copy();
    OrphanPatch.moveToFile(file, List.of(first, second));
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
    void apply(OrphanPatch patch) throws IOException;
  }

  private record Case(String name, boolean inFile, Damage damage) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case onList(String name, Damage damage) {
    return new Case("list, " + name, false, damage);
  }

  private static Case inFile(String name, Damage damage) {
    return new Case("file, " + name, true, damage);
  }

  static Stream<Case> cases() {
    return Stream.of(
        onList("two in a circle", p -> p.inode(second, DTIME, (int) first)),
        onList("one that follows itself", p -> p.inode(second, DTIME, (int) second)),
        onList("head out of range", p -> p.superblock(LAST_ORPHAN, 61)),
        onList("head far out of range", p -> p.superblock(LAST_ORPHAN, -1)),
        onList("head is reserved", p -> p.superblock(LAST_ORPHAN, 8)),
        onList("head is the root", p -> p.superblock(LAST_ORPHAN, 2)),
        onList("head is the orphan file", p -> p.superblock(LAST_ORPHAN, (int) p.fileInode())),
        onList("head is free", p -> p.superblock(LAST_ORPHAN, 50)),
        onList("next out of range", p -> p.inode(second, DTIME, 61)),
        onList("next is a time", p -> p.inode(second, DTIME, 1_700_000_000)),
        onList("next is reserved", p -> p.inode(second, DTIME, 7)),
        onList("next is free", p -> p.inode(second, DTIME, 50)),
        onList("a FIFO with links", p -> p.inode(second, DTIME, (int) fifo)),
        onList("impossible mode", p -> p.inode(second, 0, 0x91A4)),
        onList("no mode", p -> p.inode(second, 0, 0)),
        onList(
            "verity with links",
            p -> {
              p.inode(linked, 0x20, 0x180000);
              p.inode(second, DTIME, (int) linked);
            }),
        onList(
            "a file that a directory names",
            p -> {
              p.inode(linked, GROUP_AND_LINKS, 0);
              p.superblock(LAST_ORPHAN, (int) linked);
            }),
        onList(
            "a file that a directory below others names",
            p -> {
              p.inode(nested, GROUP_AND_LINKS, 0);
              p.superblock(LAST_ORPHAN, (int) nested);
            }),
        inFile(
            "a file that a directory names",
            p -> {
              p.inode(linked, GROUP_AND_LINKS, 0);
              p.entry(100, linked);
            }),
        inFile("named twice", p -> p.entry(100, first)),
        inFile("in both forms", p -> p.superblock(LAST_ORPHAN, (int) first)),
        inFile("out of range", p -> p.entry(100, 61)),
        inFile("far out of range", p -> p.entry(100, 0xFFFFFFFFL)),
        inFile("reserved", p -> p.entry(100, 1)),
        inFile("itself", p -> p.entry(100, p.fileInode())),
        inFile("free", p -> p.entry(100, 50)),
        inFile("a FIFO with links", p -> p.entry(100, fifo)),
        inFile("wrong magic number", p -> p.unsealed(BLOCK - 8, 0x0B10CA05)),
        inFile("wrong checksum", p -> p.unsealed(BLOCK - 4, 1)),
        inFile("changed without checksum", p -> p.unsealed(400, (int) linked)),
        inFile("no such inode", p -> p.superblock(0x280, 0)),
        inFile("inode out of range", p -> p.superblock(0x280, 61)),
        inFile("free inode", p -> p.superblock(0x280, 50)),
        inFile("a FIFO", p -> p.superblock(0x280, (int) fifo)),
        inFile("another file", p -> p.superblock(0x280, (int) linked)),
        inFile("odd size", p -> p.inode(p.fileInode(), 4, 32 * BLOCK - 1)),
        inFile("no size", p -> p.inode(p.fileInode(), 4, 0)),
        inFile("huge", p -> p.inode(p.fileInode(), 4, 1 << 30)),
        inFile("with a hole", p -> p.inode(p.fileInode(), 4, 34 * BLOCK)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void orphansThatCannotBe_areRefusedBeforeTheFirstWrite(Case test) throws IOException {
    MemoryBlockDevice disk = (test.inFile ? file : list).copy();
    test.damage.apply(new OrphanPatch(disk));
    RecordingDevice recording = RecordingDevice.sharing(disk);
    assertThatThrownBy(() -> openAndClose(recording))
        .isInstanceOfSatisfying(
            CorruptionException.class, e -> assertThat(e.kind()).isEqualTo(Kind.ORPHAN));
    requireNoWrite(recording);
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      assertThat(mount.needsRecovery()).isFalse(); // it can still be opened for reading
    }
  }

  @Test
  void orphanThatADirectoryNames_isAProblemInBothViews() throws IOException {
    MemoryBlockDevice disk = list.copy();
    OrphanPatch patch = new OrphanPatch(disk);
    patch.inode(linked, GROUP_AND_LINKS, 0);
    patch.inode(linked, DTIME, (int) first);
    patch.superblock(LAST_ORPHAN, (int) linked);
    FsckOptions options = FsckOptions.at(1L << 33);
    for (FsckOptions view : List.of(options, options.asAfterRecovery(null))) {
      FsckReport report = new Checker(disk, view, ProgressListener.NONE).run();
      assertThat(report.counts()).containsKey(ProblemCode.ENTRY_UNUSED_INODE);
      assertThat(report.isClean()).isFalse();
    }
    FsckReport sound =
        new Checker(list, options.asAfterRecovery(null), ProgressListener.NONE).run();
    assertThat(sound.counts()).doesNotContainKey(ProblemCode.ENTRY_UNUSED_INODE);
  }

  @Test
  void orphanPresentWithoutAnOrphanInTheFile_isAProblem() throws IOException {
    FsckOptions options = FsckOptions.at(1L << 33);
    MemoryBlockDevice disk = list.copy();
    new OrphanPatch(disk)
        .superblock(RO_COMPAT, new OrphanPatch(disk).superblock(RO_COMPAT) | PRESENT);
    for (FsckOptions view : List.of(options, options.asAfterRecovery(null))) {
      assertThat(new Checker(disk, view, ProgressListener.NONE).run().counts())
          .containsKey(ProblemCode.ORPHAN_PRESENT);
      assertThat(new Checker(file, view, ProgressListener.NONE).run().counts())
          .doesNotContainKey(ProblemCode.ORPHAN_PRESENT);
    }
  }

  @Test
  void soundImages_areCleaned() throws IOException {
    for (MemoryBlockDevice image : List.of(list, file)) {
      MemoryBlockDevice disk = image.copy();
      openAndClose(disk);
      judge.requireClean(disk, "cleaned");
    }
  }

  @Test
  void valueInAnInodeOfItsOwn_isRefusedByName() throws IOException {
    ImageRecipe recipe = ImageRecipe.of("ea", "ext4", 4096, 32 << 20).withFeatures("ea_inode");
    Oracles.requireMount(recipe);
    Path image = judge.make(recipe);
    try (KernelMount mount = KernelMount.readWrite(image)) {
      mount.file("f").write(0, new byte[100]);
      Files.getFileAttributeView(mount.path("f"), UserDefinedFileAttributeView.class)
          .write("big", ByteBuffer.wrap(new byte[9000]));
    }
    new OrphanCraft(image).delete("f");
    RecordingDevice recording = RecordingDevice.sharing(Judge.load(image));
    assertThatThrownBy(() -> openAndClose(recording))
        .isInstanceOfSatisfying(
            UnsupportedFeatureException.class, e -> assertThat(e.feature()).isEqualTo("ea_inode"));
    requireNoWrite(recording);
  }

  @Test
  void fileSystemWithErrors_keepsItsOrphansForFsck() throws IOException {
    MemoryBlockDevice disk = list.copy();
    int magicAndState = 0xEF53 | 3 << 16;
    new OrphanPatch(disk).superblock(0x38, magicAndState);
    RecordingDevice recording = RecordingDevice.sharing(disk);
    try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
      assertThat(mount.warnings()).anyMatch(warning -> warning.contains("left for e2fsck"));
    }
    requireNoWrite(recording);
    judge.requireClean(judge.repaired(disk, "errors"), "errors, after e2fsck");
  }

  private static void openAndClose(dev.ext4j.blockdev.BlockDevice disk) throws IOException {
    try (Mount mount = new Mount(disk, MountOptions.readWrite())) {
      mount.sync();
    }
  }

  private static void requireNoWrite(RecordingDevice recording) {
    assertThat(recording.events()).noneMatch(DeviceEvent.Write.class::isInstance);
  }
}
