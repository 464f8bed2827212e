package dev.ext4j.fs.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.inspect.JournalVisitor.EndReason;
import dev.ext4j.fs.inspect.JournalVisitor.Fate;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.Dumpe2fs;
import dev.ext4j.testimages.ExternalJournal;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelFile;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the listing of journals that the kernel left dirty, against debugfs, dumpe2fs and
 * e2fsck.
 */
@Tag("oracle")
class JournalListingTest {
  private static final int MAGIC = 0xC03B3998;
  private static final String SMALL_LOG = "small_log";
  private static final int EXTENTS = 0x80000;
  private static final int JOURNAL_DATA = 0x4000; // inherited; without effect under delalloc

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        ImageKinds.B1K,
        ImageKinds.B4K,
        ImageKinds.SMALL_GROUPS,
        ImageKinds.META_BG,
        ImageKinds.BIGALLOC_8K,
        ImageKinds.NO_CSUM_128,
        ImageKinds.B1K.named(SMALL_LOG).withWords("-J", "size=1"),
        ImageRecipe.of("ext3-log", "ext3", 1024, 48 << 20));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void blocksRevokesAndCommits_areThoseThatDebugfsDumps(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = crash(recipe, scratch);
      Listing listing = Listing.of(image);
      assertThat(listing.lines).isEqualTo(logdump(image));
      if (!recipe.name().equals(SMALL_LOG)) { // its first rounds are overwritten
        assertThat(String.join("\n", listing.lines)).contains("logged", "revoke", "commit");
        assertThat(listing.blocks).anyMatch(JournalVisitor.LoggedBlock::escaped);
        assertThat(listing.fates()).containsKeys(Fate.REPLAYED, Fate.SUPERSEDED, Fate.REVOKED);
      }
      assertThat(listing.ends).singleElement().matches(end -> !end.damaged());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void owners_areThoseThatDumpe2fsAndDebugfsName(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = crash(recipe, scratch);
      Listing listing = Listing.of(image);
      Path replayed = Scratch.copySparse(image, scratch.file("replayed.img"));
      ExternalTool.named("e2fsck").run("-y", "-E", "journal_only", replayed.toString()).orFail(1);
      Map<Long, String> structures = structures(replayed);
      Map<Long, Long> inodes = icheck(replayed, listing.blocks);
      for (JournalVisitor.LoggedBlock logged : listing.blocks) {
        BlockOwner owner = logged.owner();
        String what = structures.get(logged.block());
        switch (owner.kind()) {
          case TREE_NODE, DIRECTORY, XATTR, DATA ->
              assertThat(inodes.get(logged.block())).as("%s", logged).isEqualTo(owner.firstInode());
          case UNKNOWN -> {
            assertThat(what).as("%s", logged).isNull();
            assertThat(inodes).as("%s", logged).doesNotContainKey(logged.block());
          }
          default -> assertThat(owner.describe()).as("%s", logged).startsWith("" + what);
        }
      }
      assertThat(listing.blocks.stream().map(logged -> logged.owner().kind()).distinct())
          .contains(
              BlockOwner.Kind.SUPERBLOCK,
              BlockOwner.Kind.GROUP_DESCRIPTORS,
              BlockOwner.Kind.BLOCK_BITMAP,
              BlockOwner.Kind.INODE_BITMAP,
              BlockOwner.Kind.INODE_TABLE,
              BlockOwner.Kind.TREE_NODE,
              BlockOwner.Kind.DIRECTORY,
              BlockOwner.Kind.DATA);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void info_isThatOfDumpe2fs(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path clean = Mke2fs.create(recipe, scratch.folder());
      assertThat(info(clean).log().orElseThrow().isEmpty()).isTrue();
      assertThat(info(clean).needsRecovery()).isFalse();
      Path image = crash(recipe, scratch);
      JournalInfo info = info(image);
      JournalInfo.Log log = info.log().orElseThrow();
      Dumpe2fs theirs = Dumpe2fs.read(image);
      assertThat(info.needsRecovery()).isTrue();
      assertThat(info.inodeNumber()).isEqualTo(theirs.number("Journal inode"));
      assertThat(log.blockCount()).isEqualTo(theirs.number("Total journal blocks"));
      assertThat(log.startBlock()).isEqualTo(theirs.number("Journal start"));
      assertThat(log.sequence()).isEqualTo(Long.decode(theirs.field("Journal sequence")));
      String none = log.features().isEmpty() ? "(none)" : "";
      assertThat(String.join(" ", log.features()) + none)
          .isEqualTo(theirs.field("Journal features"));
      JournalInfo.Recovery recovery = info.recovery().orElseThrow();
      Listing listing = Listing.of(image);
      assertThat(recovery.transactions())
          .isEqualTo((int) listing.lines.stream().filter(l -> l.startsWith("commit")).count());
      assertThat(recovery.revokes())
          .isEqualTo(listing.lines.stream().filter(l -> l.startsWith("revoke")).count());
      assertThat(recovery.blocks()).isEqualTo(listing.fates().get(Fate.REPLAYED));
      assertThat(recovery.damaged()).isFalse();
    }
  }

  @Test
  void onlyOneInode_showsItsBlocksAndHowItWas() throws Exception {
    Oracles.requireMount(ImageKinds.B1K);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(ImageKinds.B1K, scratch.folder());
      Path crashed = scratch.file("crashed.img");
      try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
        mount.file("other").write(0, new byte[10]);
        for (int size = 1; size <= 3; size++) {
          mount.file("file").write(0, new byte[size]);
          mount.sync();
        }
        mount.copyAsCrashed(crashed);
      }
      try (BlockDevice device = PosixBlockDevice.open(crashed.toString(), AccessMode.READ_ONLY);
          Ext4FileSystem fileSystem = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
        long number =
            fileSystem
                .file(FileAddress.path("/file".getBytes(StandardCharsets.UTF_8)))
                .stat()
                .id()
                .inode();
        Listing listing = new Listing();
        fileSystem.inspect().visitJournal(OptionalLong.of(number), listing);
        assertThat(listing.blocks).isNotEmpty().allMatch(b -> b.owner().concerns(number));
        assertThat(String.join("\n", listing.lines))
            .as("transactions that do not concern it")
            .doesNotContainPattern("commit.*\ncommit");
        assertThat(listing.blocks.stream().map(b -> b.inode().orElseThrow().size()))
            .containsSubsequence(1L, 2L, 3L);
      }
    }
  }

  @Test
  void noJournal_isSaidAndShowsNothing() throws Exception {
    Oracles.requireE2fsprogs();
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(ImageKinds.NO_JOURNAL, scratch.folder());
      assertThat(info(image).location()).isEqualTo(JournalInfo.Location.NONE);
      assertThat(Listing.of(image).ends).isEmpty();
    }
  }

  @Test
  void externalJournal_isNamedByItsUuidAndReadWhereItIsGiven() throws Exception {
    Oracles.requireKernel();
    try (Scratch scratch = Scratch.open()) {
      ExternalJournal both = ExternalJournal.create(scratch.folder());
      Path image = both.image();
      JournalInfo info = info(image);
      assertThat(info.location()).isEqualTo(JournalInfo.Location.EXTERNAL);
      assertThat(info.externalUuid())
          .isEqualTo(UUID.fromString(Dumpe2fs.read(image).field("Journal UUID")));
      assertThat(info.log()).isEmpty();
      Path crashed = scratch.file("crashed.img");
      Path log = scratch.file("log.img");
      try (ExternalJournal.Mounted mounted = both.mount()) {
        for (int i = 0; i < 3; i++) {
          mounted.mount().file("f" + i).write(0, new byte[10]);
          mounted.mount().sync();
        }
        Scratch.copySparse(image, crashed);
        Scratch.copySparse(both.journal(), log);
      }
      try (BlockDevice device = PosixBlockDevice.open(crashed.toString(), AccessMode.READ_ONLY);
          BlockDevice journal = PosixBlockDevice.open(log.toString(), AccessMode.READ_ONLY);
          Ext4FileSystem fileSystem =
              Ext4FileSystem.open(device, OpenOptions.builder().journalDevice(journal).build())) {
        assertThat(fileSystem.inspect().journal().log().orElseThrow().users())
            .containsExactly(fileSystem.info().uuid());
        Listing listing = new Listing();
        fileSystem.inspect().visitJournal(OptionalLong.empty(), listing);
        assertThat(listing.lines).isEqualTo(logdump(crashed, "-f", log.toString()));
        assertThat(listing.lines).anyMatch(line -> line.startsWith("logged"));
        assertThat(fileSystem.file(FileAddress.path("/f2".getBytes(StandardCharsets.UTF_8))))
            .as("what is only in the log")
            .isNotNull();
      }
    }
  }

  /**
   * Makes a log with everything that it can hold: removed directories, deep trees, journalled data.
   */
  private static Path crash(ImageRecipe recipe, Scratch scratch) throws IOException {
    Path image = Mke2fs.create(recipe, scratch.folder());
    Debugfs before = Debugfs.writing(image);
    before.run("mkdir journalled");
    before.setInodeField(
        "journalled",
        "flags",
        recipe.type().equals("ext3") ? JOURNAL_DATA : EXTENTS + JOURNAL_DATA);
    Random random = new Random(7);
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300", "nodelalloc")) {
      Path journalled = mount.path("journalled");
      for (int round = 0; round < 4; round++) {
        Path doomed = Files.createDirectories(mount.path("doomed" + round));
        for (int i = 0; i < 20; i++) {
          byte[] content = new byte[8 + random.nextInt(9000)];
          random.nextBytes(content);
          ByteBuffer.wrap(content).putInt(i == 7 ? MAGIC : 0);
          Files.write(journalled.resolve("f" + (i == 7 ? 7 : random.nextInt(60))), content);
          Files.write(mount.path("g" + i), content);
        }
        KernelFile holes = mount.file("holes");
        holes.writeEvery(4, 40 * (round + 1), new byte[mount.blockSize()]);
        mount.sync();
        Files.delete(doomed);
      }
      mount.sync();
      return mount.copyAsCrashed(scratch.file("crashed.img"));
    }
  }

  private static JournalInfo info(Path image) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
        Ext4FileSystem fileSystem = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
      return fileSystem.inspect().journal();
    }
  }

  /**
   * Returns what debugfs finds in the transactions with a commit block, as {@link Listing} writes
   * it.
   */
  private static List<String> logdump(Path image, String... options) throws IOException {
    Pattern logged =
        Pattern.compile("  FS block (\\d+) logged at journal block (\\d+) \\(flags 0x(\\w+)\\)");
    Pattern revoked = Pattern.compile("  Revoke FS block (\\d+)");
    Pattern commit =
        Pattern.compile(
            "Found expected sequence (\\d+), type 2 \\(commit block\\) at block (\\d+)");
    List<String> lines = new ArrayList<>();
    List<String> blocks = new ArrayList<>();
    List<String> revokes = new ArrayList<>();
    for (String line :
        ExternalTool.named("debugfs")
            .run("-R", "logdump -a " + String.join(" ", options), image.toString())
            .lines()) {
      Matcher block = logged.matcher(line);
      Matcher revoke = revoked.matcher(line);
      Matcher end = commit.matcher(line);
      if (block.matches()) {
        boolean escaped = (Integer.parseInt(block.group(3), 16) & 1) != 0;
        blocks.add("logged " + block.group(1) + " at " + block.group(2) + (escaped ? " esc" : ""));
      } else if (revoke.matches()) {
        revokes.add("revoke " + revoke.group(1));
      } else if (end.matches()) {
        lines.add("commit " + end.group(1) + " at " + end.group(2));
        lines.addAll(blocks);
        lines.addAll(revokes);
        blocks.clear();
        revokes.clear();
      }
    }
    return lines;
  }

  /**
   * Returns the blocks of the structures of groups in dumpe2fs, with the words of {@link
   * BlockOwner}.
   */
  private static Map<Long, String> structures(Path image) throws IOException {
    Map<Long, String> structures = new HashMap<>();
    Pattern place =
        Pattern.compile(
            "(Primary superblock|Backup superblock|Group descriptors?|Block bitmap|Inode bitmap"
                + "|Inode table|Reserved GDT blocks) at (\\d+)(?:-(\\d+))?");
    String group = "0";
    for (String line : ExternalTool.named("dumpe2fs").run(image.toString()).orFail().lines()) {
      Matcher header = Pattern.compile("Group (\\d+): .*").matcher(line);
      if (header.matches()) {
        group = header.group(1);
      }
      Matcher match = place.matcher(line);
      while (match.find()) {
        long first = Long.parseLong(match.group(2));
        long last = match.group(3) == null ? first : Long.parseLong(match.group(3));
        for (long block = first; block <= last; block++) {
          structures.put(block, words(match.group(1), group));
        }
      }
    }
    return structures;
  }

  private static String words(String structure, String group) {
    return switch (structure) {
      case "Primary superblock" -> "superblock";
      case "Backup superblock" -> "backup superblock of group " + group;
      case "Block bitmap" -> "block bitmap of group " + group;
      case "Inode bitmap" -> "inode bitmap of group " + group;
      case "Inode table" -> "inode table of group " + group + ",";
      case "Reserved GDT blocks" -> "reserved for descriptors, in group " + group;
      default -> group.equals("0") ? "descriptors of groups " : "";
    };
  }

  private static Map<Long, Long> icheck(Path image, List<JournalVisitor.LoggedBlock> blocks)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("icheck"));
    blocks.stream().map(logged -> Long.toString(logged.block())).distinct().forEach(words::add);
    Map<Long, Long> inodes = new HashMap<>();
    for (String line :
        ExternalTool.named("debugfs")
            .run("-R", String.join(" ", words), image.toString())
            .lines()) {
      String[] columns = line.split("\t", -1);
      if (columns.length == 2 && columns[1].matches("\\d+")) {
        inodes.put(Long.parseLong(columns[0]), Long.parseLong(columns[1]));
      }
    }
    return inodes;
  }

  /** A visitor that notes everything it is shown. */
  private static final class Listing implements JournalVisitor {
    private final List<String> lines = new ArrayList<>();
    private final List<LoggedBlock> blocks = new ArrayList<>();
    private final List<End> ends = new ArrayList<>();

    static Listing of(Path image) throws IOException {
      Listing listing = new Listing();
      try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
          Ext4FileSystem fileSystem = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
        fileSystem.inspect().visitJournal(OptionalLong.empty(), listing);
      }
      return listing;
    }

    Map<Fate, Long> fates() {
      Map<Fate, Long> fates = new HashMap<>();
      blocks.forEach(logged -> fates.merge(logged.fate(), 1L, Long::sum));
      return fates;
    }

    @Override
    public void transaction(Transaction transaction) {
      lines.add("commit " + transaction.sequence() + " at " + transaction.lastLogBlock());
    }

    @Override
    public void block(LoggedBlock block) {
      lines.add(
          "logged " + block.block() + " at " + block.logBlock() + (block.escaped() ? " esc" : ""));
      blocks.add(block);
    }

    @Override
    public void revoke(long logBlock, long block) {
      lines.add("revoke " + block);
    }

    @Override
    public void end(End end) {
      ends.add(end);
    }

    @Override
    public void change(Change change) {
      throw new AssertionError(change);
    }

    @Override
    public void fastCommitEnd(End end) {
      assertThat(end.reason()).isEqualTo(EndReason.EMPTY);
    }
  }
}
