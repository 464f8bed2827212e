package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.RawImage;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of values that are wrong by a little. Both e2fsck and ext4j must find them. */
class SmallDamageTest extends JudgedTest {
  private static final int SIZE = 0x4;
  private static final int ORPHAN_FILE_INODE = 0x280;
  private static final int EXTRA_SIZE = 0x80;
  private static final int MAGIC = 4;
  private static final int VALUE_OFFSET = 2;

  private static ImageRecipe plain(ImageRecipe recipe) {
    return recipe.named("plain-" + recipe.name()).sized(16 << 20).withFeatures("^metadata_csum");
  }

  @ParameterizedTest
  @ValueSource(ints = {-60, -1, 1})
  void sizeOfAnInlineLink_isThatOfItsContent(int by) throws IOException {
    Path image = judge().make(plain(ImageKinds.INLINE_256));
    Debugfs.writing(image).run("symlink link " + "x".repeat(100));
    long inode = Debugfs.reading(image).stat("link").inode();
    MemoryBlockDevice disk = Judge.load(image);
    judge().requireClean(disk, "before");
    put(disk, inode, SIZE, 100 + by);
    assertThat(judge().check(disk).clean()).isFalse();
  }

  @Test
  void valueInAnInode_isPaddedInsideIt() throws IOException {
    Path image = judge().make(plain(ImageKinds.B4K));
    new DebugfsFiles(judge(), image).empty("file");
    Debugfs.writing(image).run("ea_set file user.short value");
    long inode = Debugfs.reading(image).stat("file").inode();
    MemoryBlockDevice disk = Judge.load(image);
    judge().requireClean(disk, "before");
    ByteBuffer bytes = new RawImage(disk).inode(inode);
    int entry = 128 + bytes.getShort(EXTRA_SIZE) + MAGIC;
    put(disk, inode, entry + VALUE_OFFSET, bytes.getShort(entry + VALUE_OFFSET) + 1);
    assertThat(judge().check(disk).clean()).isFalse();
  }

  /** Checks that a wrong inode number of the orphan file is found, with or without the feature. */
  @Test
  void nameOfTheOrphanFile_isWrong() throws IOException {
    Path image = judge().make(plain(ImageKinds.B4K.named("named-orphan-file")));
    new DebugfsFiles(judge(), image).empty("file");
    long inode = Debugfs.reading(image).stat("file").inode();
    MemoryBlockDevice disk = Judge.load(image);
    judge().requireClean(disk, "before");
    disk.writeFully(1024 + ORPHAN_FILE_INODE, ByteBuffer.wrap(new byte[] {(byte) inode}));
    assertThat(judge().check(disk).clean()).isFalse();
  }

  private static void put(MemoryBlockDevice disk, long inode, int offset, int value)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2);
    bytes.put((byte) value).put((byte) (value >>> 8));
    disk.writeFully(new RawImage(disk).inodeOffset(inode) + offset, bytes.flip());
  }
}
