package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same tests as {@link SuperblockRulesTest} for the superblock of a journal, which has no
 * checksum here. The field {@code s_errno} is left out, because e2fsck -n tries to clear it and
 * fails.
 */
@Tag("oracle")
class JournalRulesTest {
  private static final int SIZE = 1024;
  private static final long JOURNAL = 8;

  /** The differences of journals that Linux does not mount and in which e2fsck finds no problem. */
  private static final Pattern FOR_LINUX =
      Pattern.compile("only here.*(starts outside itself|blocks, with room for)");

  /** The short form makes one change of seven. */
  private static final int SHORT_FORM = 7;

  private static final List<Field> FIELDS =
      List.of(
          new Field.U32("h_magic", 0x0),
          new Field.U32("h_blocktype", 0x4),
          new Field.U32("s_blocksize", 0xC),
          new Field.U32("s_maxlen", 0x10),
          new Field.U32("s_first", 0x14),
          new Field.U32("s_sequence", 0x18),
          new Field.U32("s_start", 0x1C),
          new Field.U32("s_feature_compat", 0x24),
          new Field.U32("s_feature_incompat", 0x28),
          new Field.U32("s_feature_ro_compat", 0x2C),
          new Field.Bytes("s_uuid", 0x30, 16),
          new Field.U32("s_nr_users", 0x40),
          new Field.U8("s_checksum_type", 0x50),
          new Field.U32("s_num_fc_blks", 0x54),
          new Field.Bytes("s_users", 0x100, 16));

  static Stream<ImageRecipe> recipes() {
    return Stream.of(
        ImageKinds.EXT3_1K.sized(12 << 20),
        ImageKinds.B4K.sized(12 << 20),
        ImageKinds.FAST_COMMIT.sized(12 << 20));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void someFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, SHORT_FORM);
  }

  @Tag("model")
  @ParameterizedTest
  @MethodSource("recipes")
  void allFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, 1);
  }

  private static void compare(ImageRecipe recipe, int step) throws IOException {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      FieldSweep sweep =
          new FieldSweep(
              image,
              placeOfJournal(image) * recipe.blockSize(),
              SIZE,
              ByteOrder.BIG_ENDIAN,
              bytes -> {});
      assertThat(sweep.differences(FIELDS, step))
          .as("%s", recipe)
          .allMatch(line -> FOR_LINUX.matcher(line).find());
    }
  }

  private static long placeOfJournal(Path image) throws IOException {
    long[] place = {0};
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
        Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
      fs.file(FileAddress.inode(JOURNAL))
          .inspect()
          .map(
              Holes.OMITTED,
              (logical, physical, count, state) -> {
                place[0] = physical;
                return false;
              });
    }
    return place[0];
  }
}
