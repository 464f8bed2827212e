package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelMountTest {
  private Scratch scratch;
  private Path image;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void create() throws IOException {
    Oracles.requireKernel();
    scratch = Scratch.open();
    image = Mke2fs.create(ImageKinds.B4K, scratch.folder());
  }

  @AfterEach
  void delete() throws IOException {
    if (scratch != null) {
      scratch.close();
    }
  }

  @Test
  void close_afterWriting_imageIsWholeAndNothingIsLeft() throws IOException {
    Path root;
    try (KernelMount mount = KernelMount.readWrite(image)) {
      root = mount.root();
      mount.file("f").write(0, new byte[] {1, 2, 3});
    }
    assertThat(Debugfs.reading(image).content("/f")).containsExactly(1, 2, 3);
    assertNothingLeft(root);
  }

  @Test
  void close_bodyThrows_nothingIsLeft() throws IOException {
    Path[] root = new Path[1];
    assertThatThrownBy(
            () -> {
              try (KernelMount mount = KernelMount.readWrite(image)) {
                root[0] = mount.root();
                throw new IllegalStateException("the test");
              }
            })
        .isInstanceOf(IllegalStateException.class)
        .hasNoSuppressedExceptions();
    assertNothingLeft(root[0]);
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // the test closes it
  void close_fileStillOpen_saysSoAndIsUnmountedAnyway() throws IOException {
    KernelMount mount = KernelMount.readWrite(image);
    Path root = mount.root();
    mount.file("f").write(0, new byte[] {1});
    try (InputStream open = Files.newInputStream(mount.path("/f"))) {
      assertThatThrownBy(mount::close).hasMessageContaining("still open");
      assertThat(open.read()).isEqualTo(1);
    }
    assertNothingLeft(root);
  }

  @Test
  void readWrite_noFileSystem_failsAndLeavesNothing() throws IOException {
    Path empty = Mke2fs.create(ImageKinds.REV0.named("empty"), scratch.folder());
    Files.write(empty, new byte[4096]);
    assertThatThrownBy(() -> KernelMount.readWrite(empty)).isInstanceOf(ToolException.class);
    assertThat(ExternalTool.named("losetup").run("-j", empty.toString()).stdout()).isEmpty();
  }

  @Test
  void readOnly_wholeTree_leavesTheImageAsItWas() throws IOException {
    byte[] before = Files.readAllBytes(image);
    try (KernelMount mount = KernelMount.readOnly(image)) {
      assertThat(mount.path("lost+found")).isDirectory();
      assertThatThrownBy(() -> mount.file("f").write(0, new byte[1]))
          .isInstanceOf(IOException.class);
    }
    assertThat(Arrays.equals(Files.readAllBytes(image), before)).isTrue();
  }

  @Test
  void copyAsCrashed_afterFsync_needsRecoveryAndKeepsTheFile() throws IOException {
    Path copy = scratch.file("crashed.img");
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
      KernelFile file = mount.file("f");
      file.write(0, new byte[] {7});
      file.fsync();
      mount.copyAsCrashed(copy);
    }
    assertThat(Dumpe2fs.read(copy).features()).contains("needs_recovery");
    assertThat(E2fsck.repair(copy)).matches(E2fsck.Verdict::mended);
    assertThat(Debugfs.reading(copy).content("/f")).containsExactly(7);
  }

  @Test
  void attach_sectorsOf4096_areWhatTheDeviceHas() throws IOException {
    try (LoopDevice loop = LoopDevice.attach(image, "--sector-size", "4096")) {
      String size =
          ExternalTool.named("blockdev").run("--getss", loop.device().toString()).stdout();
      assertThat(size.strip()).isEqualTo("4096");
      try (KernelMount mount = KernelMount.readOnly(loop.device())) {
        assertThat(mount.device()).isEqualTo(loop.device());
      }
    }
    assertThat(ExternalTool.named("losetup").run("-j", image.toString()).stdout()).isEmpty();
  }

  @Test
  void externalJournal_written_isCleanAfterwards() throws IOException {
    ExternalJournal pair = ExternalJournal.create(scratch.folder());
    try (ExternalJournal.Mounted mounted = pair.mount()) {
      mounted.mount().file("f").write(0, new byte[] {9});
    }
    assertThat(Dumpe2fs.read(pair.journal()).features()).contains("journal_dev");
    assertThat(Debugfs.reading(pair.image()).content("/f")).containsExactly(9);
    for (Path file : new Path[] {pair.image(), pair.journal()}) {
      assertThat(ExternalTool.named("losetup").run("-j", file.toString()).stdout()).isEmpty();
    }
  }

  private void assertNothingLeft(Path root) throws IOException {
    assertThat(root).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(root.toString());
    assertThat(ExternalTool.named("losetup").run("-j", image.toString()).stdout()).isEmpty();
  }
}
