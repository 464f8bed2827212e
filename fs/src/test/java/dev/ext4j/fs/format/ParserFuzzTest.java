package dev.ext4j.fs.format;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Tag;

/**
 * The fuzz targets for Jazzer, one target a run: {@code JAZZER_FUZZ=1 mvn verify -P fuzz
 * -Dtest=ParserFuzzTest#inode} and so on. Useful inputs are saved in {@code ParserFuzzTestInputs};
 * {@link FuzzMutationTest} runs them in every build.
 */
@Tag("fuzz")
final class ParserFuzzTest {

  /** Returns the name of a target's method in this class. */
  static String methodOf(FuzzTarget target) {
    String[] words = target.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
    }
    return name.toString();
  }

  @FuzzTest
  void superblock(byte[] input) throws IOException {
    FuzzTarget.SUPERBLOCK.run(input);
  }

  @FuzzTest
  void groupDescriptor(byte[] input) throws IOException {
    FuzzTarget.GROUP_DESCRIPTOR.run(input);
  }

  @FuzzTest
  void inode(byte[] input) throws IOException {
    FuzzTarget.INODE.run(input);
  }

  @FuzzTest
  void extentNode(byte[] input) throws IOException {
    FuzzTarget.EXTENT_NODE.run(input);
  }

  @FuzzTest
  void directoryBlock(byte[] input) throws IOException {
    FuzzTarget.DIRECTORY_BLOCK.run(input);
  }

  @FuzzTest
  void xattrs(byte[] input) throws IOException {
    FuzzTarget.XATTRS.run(input);
  }

  @FuzzTest
  void xattrRemoval(byte[] input) throws IOException {
    FuzzTarget.XATTR_REMOVAL.run(input);
  }

  @FuzzTest
  void partitionTable(byte[] input) throws IOException {
    FuzzTarget.PARTITION_TABLE.run(input);
  }

  @FuzzTest
  void fastCommits(byte[] input) throws IOException {
    FuzzTarget.FAST_COMMITS.run(input);
  }

  @FuzzTest
  void log(byte[] input) throws IOException {
    FuzzTarget.LOG.run(input);
  }

  @FuzzTest
  void imageSample(byte[] input) throws IOException {
    FuzzTarget.IMAGE_SAMPLE.run(input);
  }

  @FuzzTest
  void imageExtentTree(byte[] input) throws IOException {
    FuzzTarget.IMAGE_EXTENT_TREE.run(input);
  }

  @FuzzTest
  void imageIndirect(byte[] input) throws IOException {
    FuzzTarget.IMAGE_INDIRECT.run(input);
  }

  @FuzzTest
  void imageInline(byte[] input) throws IOException {
    FuzzTarget.IMAGE_INLINE.run(input);
  }

  @FuzzTest
  void imageBigalloc(byte[] input) throws IOException {
    FuzzTarget.IMAGE_BIGALLOC.run(input);
  }

  @FuzzTest
  void imageCrc16(byte[] input) throws IOException {
    FuzzTarget.IMAGE_CRC16.run(input);
  }

  @FuzzTest
  void imageDirtyJournal(byte[] input) throws IOException {
    FuzzTarget.IMAGE_DIRTY_JOURNAL.run(input);
  }

  @FuzzTest
  void punchExtentTree(byte[] input) throws IOException {
    FuzzTarget.PUNCH_EXTENT_TREE.run(input);
  }

  @FuzzTest
  void punchIndirect(byte[] input) throws IOException {
    FuzzTarget.PUNCH_INDIRECT.run(input);
  }

  @FuzzTest
  void punchInline(byte[] input) throws IOException {
    FuzzTarget.PUNCH_INLINE.run(input);
  }

  @FuzzTest
  void punchBigalloc(byte[] input) throws IOException {
    FuzzTarget.PUNCH_BIGALLOC.run(input);
  }
}
