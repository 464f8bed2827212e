package dev.ext4j.fs.fsck.inode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.Seeds;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeTable;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.check.SuperblockSearch;
import dev.ext4j.fs.fsck.dir.Directories;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.Groups;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.table.Memory;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the short check of plain files. It must accept only files in which the full check finds
 * no problem.
 */
class PlainFilesTest {
  private static final int MUTANTS = 1500;
  private static final int INODE = 12; // the second one that is not reserved

  @TempDir Path folder;

  static Stream<Arguments> images() {
    return Stream.of(GoldenImage.SAMPLE, GoldenImage.GDT_CRC16, GoldenImage.EXTENT_DEPTH_2)
        .flatMap(image -> Seeds.of(2).mapToObj(seed -> Arguments.of(image, seed)));
  }

  private static FsckState state(MemoryBlockDevice disk) throws IOException {
    ProblemLog log = new ProblemLog(10);
    CheckedImage image = new SuperblockSearch(disk, log).find(FsckOptions.at(0));
    return FsckState.of(
        image, new Memory(1 << 20), Groups.read(image, image.superblockBlock()), log);
  }

  @ParameterizedTest
  @MethodSource("images")
  void fileTakenForPlain_isFoundRightByTheLongWay(GoldenImage golden, long seed)
      throws IOException {
    Path file = folder.resolve("image");
    MemoryBlockDevice disk = Judge.load(golden.unpackTo(file));
    Files.delete(file);
    Geometry geometry = state(disk).image().geometry();
    byte[] original = plainInode(disk, geometry);
    Random random = new Random(seed);
    int accepted = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] inode = original.clone();
      int changes = random.nextInt(3);
      for (int j = 0; j < changes; j++) {
        inode[random.nextInt(inode.length)] = (byte) (random.nextBoolean() ? random.nextInt() : 0);
      }
      ByteBuffer bytes = ByteBuffer.wrap(inode).order(ByteOrder.LITTLE_ENDIAN);
      if (random.nextBoolean()) {
        new InodeView(geometry, INODE, bytes, 0).seal();
      }
      FsckState fast = state(disk);
      PlainFiles plain = new PlainFiles(fast);
      InodeTable table = new InodeTable(inode.length);
      table.fill(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).clear());
      if (plain.skip(table, 0, inode.length, INODE) == inode.length) {
        accepted++;
        plain.finish();
        FsckState slow = state(disk);
        InodeRecord record = new InodeRecord(geometry);
        record.moveTo(bytes, 0, INODE);
        Directories.Found none = new Directories.Found(slow.memory(), new HashMap<>());
        new InodeCheck(slow, none).check(record);
        assertThat(slow.log().problems()).as("mutant %d", i).isEmpty();
        assertThat(slow.notes().get(INODE)).isEqualTo(fast.notes().get(INODE));
        for (int group = 0; group < geometry.groupCount(); group++) {
          assertThat(clusters(slow, group)).isEqualTo(clusters(fast, group));
        }
      }
    }
    assertThat(accepted).isBetween(MUTANTS / 10, MUTANTS - 1);
  }

  private static long[] clusters(FsckState state, int group) {
    long[] words = new long[state.image().geometry().blockSize() / Long.BYTES];
    state.claims().used().copyTo(group, words);
    return words;
  }

  /** Returns the inode of a regular file with one extent, whose block no other file has. */
  private static byte[] plainInode(MemoryBlockDevice disk, Geometry geometry) throws IOException {
    FsckState state = state(disk);
    byte[] inode = new byte[geometry.inodeSize()];
    ByteBuffer bytes = ByteBuffer.wrap(inode).order(ByteOrder.LITTLE_ENDIAN);
    long block = geometry.blockCount() - 2;
    assertThat(state.claims().used().contains(block)).isFalse();
    bytes.putShort(0x0, (short) 0x81A4).putShort(0x1A, (short) 1).putInt(0x4, 100);
    bytes.putInt(0x1C, geometry.blockSize() / 512).putInt(0x20, 0x80000);
    List<Integer> extent = List.of(0x0001F30A, 4, 0, 0, 1, (int) block);
    for (int i = 0; i < extent.size(); i++) {
      bytes.putInt(0x28 + 4 * i, extent.get(i));
    }
    if (inode.length > 128) {
      bytes.putShort(0x80, (short) 32);
    }
    new InodeView(geometry, INODE, bytes, 0).seal();
    return inode;
  }
}
