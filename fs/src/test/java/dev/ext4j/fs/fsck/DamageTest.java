package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Damage;
import dev.ext4j.testimages.DamageSites;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.FilePopulator;
import dev.ext4j.testimages.FileShape;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreePopulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of images with one wrong value in one field of one structure, judged by both checkers. For
 * each problem that e2fsck finds, ext4j must find a problem of the same kind. What only ext4j finds
 * must be one of a few kinds that docs/FSCK.md explains.
 */
@Tag("oracle")
class DamageTest {
  private static final long PLENTY = 1 << 26; // bytes for tables; their place makes no difference
  private static final long NOW = 1L << 33; // later than any time in an image
  private static final int FEW = 25;
  private static final int MANY = 3000;

  /**
   * The problems that e2fsck -n also sees without counting them as errors, or does not look for.
   * See docs/FSCK.md.
   */
  private static final Set<ProblemCode> OURS_ALONE =
      Set.of(
          ProblemCode.DESCRIPTOR_CHECKSUM,
          ProblemCode.UNUSED_INODES_WRONG,
          ProblemCode.DESCRIPTOR_FLAGS,
          ProblemCode.RESIZE_INODE_INVALID,
          ProblemCode.RESERVED_DESCRIPTORS_UNUSED,
          ProblemCode.META_GROUP_TOO_BIG,
          ProblemCode.INODE_COUNT_WRONG,
          ProblemCode.SIZE_EXCEEDS_DEVICE,
          ProblemCode.ORPHAN_LIST,
          ProblemCode.ORPHAN_FILE,
          ProblemCode.RECOVERY_WITHOUT_JOURNAL);

  /**
   * The same for reserved inodes. Some problems of an inode are reported by e2fsck only when it
   * meets a name of the inode, which reserved inodes do not have. It also accepts more in the inode
   * of bad blocks and in the size of the journal.
   */
  private static final Set<ProblemCode> OURS_ALONE_OF_RESERVED_INODES =
      Set.of(
          ProblemCode.XATTR_BLOCK_PLACE,
          ProblemCode.XATTR_BLOCK,
          ProblemCode.EXTRA_SIZE,
          ProblemCode.ENCRYPT_FLAG,
          ProblemCode.EXTENTS_FLAG,
          ProblemCode.INLINE_FLAG,
          ProblemCode.INDEX_FLAG,
          ProblemCode.MODE_INVALID,
          ProblemCode.RESERVED_MODE,
          ProblemCode.JOURNAL_INODE_INVALID,
          ProblemCode.METADATA_ON_BAD_BLOCK);

  /**
   * Returns the recipes, with zeroed inode tables. A wrong descriptor may make unused inodes look
   * used, and e2fsck does not look at these.
   */
  static Stream<ImageRecipe> recipes() {
    long size = 16 << 20;
    return Stream.of(
            ImageKinds.EXT2_1K.sized(size),
            ImageKinds.EXT3_1K.sized(2 * size),
            ImageKinds.GDT_CSUM.sized(2 * size),
            ImageKinds.NO_CSUM.sized(2 * size),
            ImageKinds.B1K.sized(2 * size),
            ImageKinds.INLINE_256.sized(2 * size),
            ImageKinds.BIGALLOC_8K.sized(2 * size),
            ImageKinds.INODE_128.sized(2 * size),
            ImageKinds.EA_INODE.sized(2 * size))
        .map(recipe -> recipe.withExtended("lazy_itable_init=0"));
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void someFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, 1, FEW);
  }

  @Tag("model")
  @ParameterizedTest
  @MethodSource("recipes")
  void manyFields_areJudgedAsByE2fsck(ImageRecipe recipe) throws IOException {
    compare(recipe, 10_000L + new Random().nextInt(1_000_000), MANY);
  }

  private static void compare(ImageRecipe recipe, long firstSeed, int count) throws IOException {
    Oracles.requireKernel();
    List<String> wrong = new ArrayList<>();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      try (KernelMount mount = KernelMount.readWrite(image)) {
        TreePopulator.fill(mount);
        FilePopulator files = new FilePopulator(mount, 1);
        files.make("dense", FileShape.DENSE);
        files.makeFragmented("fragmented", 2, 300);
      }
      List<DamageSites.Site> sites = DamageSites.of(image);
      for (long seed = firstSeed; seed < firstSeed + count; seed++) {
        Damage damage = Damage.choose(image, sites, seed);
        damage.apply(image);
        String difference = difference(image, damage.site(), seed % 2 == 0 ? 0 : PLENTY);
        damage.undo(image);
        if (difference != null) {
          wrong.add("seed " + seed + ", " + damage + ": " + difference);
        }
      }
    }
    assertThat(wrong).as("%s, seeds from %d", recipe, firstSeed).isEmpty();
  }

  /**
   * Returns whether e2fsck saw a root of an impossible depth. The kernel refuses such a root, but
   * e2fsck only suggests a more shallow tree.
   */
  private static boolean sawDepth(E2fsck.Verdict theirs) {
    return theirs.output().contains("could be more shallow");
  }

  private static @org.jspecify.annotations.Nullable String difference(
      Path image, DamageSites.Site site, long budget) throws IOException {
    boolean reserved = site.structure().equals("reserved_inode");
    boolean depth = site.field().equals("eh_depth");
    E2fsck.Verdict theirs = E2fsck.check(image);
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
      FsckOptions options = FsckOptions.at(NOW).withBudget(budget);
      FsckReport ours = new Checker(device, options, ProgressListener.NONE).run();
      if (ours.isClean() && !theirs.clean()) {
        return "missed: " + theirs;
      }
      boolean explained =
          ours.counts().keySet().stream()
              .allMatch(
                  code ->
                      OURS_ALONE.contains(code)
                          || (reserved && OURS_ALONE_OF_RESERVED_INODES.contains(code))
                          || code.severity() == Problem.Severity.WARNING
                          || (code == ProblemCode.EXTENT_NODE && sawDepth(theirs)));
      // Of a node of another depth, the kernel reads nothing, and e2fsck everything.
      boolean unread = depth && ours.counts().containsKey(ProblemCode.EXTENT_NODE);
      if (!ours.isClean() && theirs.clean() && !explained && !unread) {
        return "not found by e2fsck: " + new TreeMap<>(ours.counts());
      }
      if (ours.isCutShort() || theirs.clean()) {
        return null;
      }
      List<String> missing =
          E2fsckFollowUps.withoutThem(E2fsckMessages.missingIn(ours, theirs.output()), ours);
      return missing.isEmpty() ? null : missing + " not in " + new TreeMap<>(ours.counts());
    } catch (Ext4Exception e) {
      return theirs.clean() ? "refused: " + e.getMessage() : null;
    }
  }
}
