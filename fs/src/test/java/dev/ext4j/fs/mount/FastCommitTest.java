package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.Replay;
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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the fast commits that a crash of the kernel leaves, against the records that debugfs
 * reads.
 */
@Tag("oracle")
class FastCommitTest {
  private static final int MOST_TRIES = 8;
  private static final String AREA = "*** Fast Commit Area ***\n";

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
            ImageKinds.FAST_COMMIT,
            ImageKinds.B1K.named("fast-1k").withFeatures("fast_commit"),
            ImageKinds.INODE_128.named("fast-128").withFeatures("fast_commit", "^metadata_csum"))
        .map(recipe -> recipe.withWords("-J", "size=8,fast_commit_size=1024"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void fastCommits_ofEveryKind_readAsDebugfsDumpsThem(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      Path crashed = scratch.file("crashed.img");
      try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
        work(mount);
        mount.copyAsItLies(crashed);
      }
      List<String> ours = new ArrayList<>();
      FastCommitScan scan = scan(crashed, ours);
      List<String> theirs =
          dump(crashed).stream().filter(line -> !line.matches("(HEAD|TAIL|PAD).*")).toList();
      assertThat(ours).isEqualTo(theirs);
      assertThat((long) scan.commits())
          .isEqualTo(dump(crashed).stream().filter(line -> line.startsWith("TAIL")).count());
      assertThat(String.join("\n", ours))
          .contains("ADD_RANGE", "DEL_RANGE", "CREAT_DENTRY", "ADD_ENTRY", "DEL_ENTRY", "INODE");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void fastCommits_behindAFullCommit_areStale(ImageRecipe recipe) throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      Path stale = scratch.file("stale.img");
      Path partly = scratch.file("partly.img");
      try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
        work(mount);
        mount.sync();
        mount.copyAsItLies(stale);
        FastCommitScan none = scan(stale, new ArrayList<>());
        assertThat(none.commits()).isZero();
        assertThat(none.end()).isEqualTo(FastCommitScan.End.STALE);
        FastCommitScan some = none;
        // Now and then the kernel makes a full commit instead.
        for (int i = 0; i < MOST_TRIES && some.commits() == 0; i++) {
          mount.file("big").write(100_000 + 100 * i, new byte[100]);
          mount.file("big").fsync();
          mount.copyAsItLies(partly);
          some = scan(partly, new ArrayList<>());
        }
        assertThat(some.commits()).isPositive();
        assertThat(some.end()).isEqualTo(FastCommitScan.End.STALE);
      }
    }
  }

  /** Makes one change of each kind, each followed by an fsync. */
  private static void work(KernelMount mount) throws IOException {
    Files.createDirectories(mount.path("dir"));
    KernelFile big = mount.file("big");
    big.write(0, new byte[256 << 10]);
    mount.file("dir/base").write(0, new byte[5]);
    mount.sync();
    KernelFile file = mount.file("new");
    file.write(0, new byte[9000]);
    file.fsync();
    file.write(9000, new byte[20_000]);
    file.fsync();
    Files.createLink(mount.path("dir/link"), mount.path("new"));
    file.fsync();
    Files.move(mount.path("dir/base"), mount.path("renamed"));
    mount.file("renamed").fsync();
    big.punch(8192, 16384);
    big.fsync();
    big.allocateKeepingSize(1 << 20, 64 << 10);
    big.fsync();
    big.truncate(100_000);
    big.fsync();
    Files.delete(mount.path("dir/link"));
    file.fsync();
    for (int i = 0; i < 40; i++) {
      mount.file("dir/" + "n".repeat(200) + i).write(0, new byte[10]);
    }
    mount.file("dir/" + "n".repeat(200) + 39).fsync();
  }

  /** Returns the scan, and adds its records as debugfs prints them. */
  private static FastCommitScan scan(Path image, List<String> lines) throws IOException {
    try (BlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
        Mount mount = new Mount(device, MountOptions.readOnly())) {
      Geometry geometry = mount.geometry();
      LogArea log =
          new JournalInode(mount.device(), geometry, mount.volume().cache(), mount.inodes().get(8));
      ByteBuffer block = ByteBuffer.allocate(geometry.blockSize());
      log.read(0, block);
      JournalSuperblock journal =
          JournalSuperblock.of(block.clear(), geometry.blockSize(), log.blockCount());
      int next = Replay.of(log, journal, geometry).nextSequence();
      FastCommitScan scan = FastCommitScan.of(log, journal, geometry, next);
      scan.visit((commit, logBlock, change) -> lines.add(words(change)));
      assertThat((long) lines.size()).isEqualTo(scan.records());
      return scan;
    }
  }

  private static String words(FastCommitRecord change) {
    if (change instanceof FastCommitRecord.AddRange range) {
      return String.format(
          "ADD_RANGE, inode %d, lblk %d, pblk %d, len %d",
          range.inodeNumber(), range.logicalBlock(), range.physicalBlock(), range.blockCount());
    }
    if (change instanceof FastCommitRecord.DeleteRange range) {
      return String.format( // debugfs prints signed numbers
          "DEL_RANGE, inode %d, lblk %d, len %d",
          range.inodeNumber(), (int) range.logicalBlock(), (int) range.blockCount());
    }
    if (change instanceof FastCommitRecord.EntryChange entry) {
      String tag =
          entry instanceof FastCommitRecord.Create
              ? "CREAT_DENTRY"
              : entry instanceof FastCommitRecord.Link ? "ADD_ENTRY" : "DEL_ENTRY";
      return String.format(
          "%s, parent %d, ino %d, name \"%s\"",
          tag,
          entry.parentInodeNumber(),
          entry.inodeNumber(),
          StandardCharsets.UTF_8.decode(entry.name().duplicate()));
    }
    return "INODE, inode " + change.inodeNumber();
  }

  private static List<String> dump(Path image) throws IOException {
    // debugfs reads one block too many, and complains about it.
    String dump = ExternalTool.named("debugfs").run("-R", "logdump -a", image.toString()).stdout();
    return dump.substring(dump.indexOf(AREA) + AREA.length())
        .lines()
        .filter(line -> line.startsWith("tag "))
        // After a name, debugfs prints the bytes that follow in the log, up to a zero.
        .map(line -> line.replaceFirst("^tag ", "").replaceFirst("(name \"\\w+).*", "$1\""))
        .toList();
  }
}
