package dev.ext4j.testimages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelFileTest {
  private static final int BLOCK = 1024;

  private Scratch scratch;
  private KernelMount mount;
  private KernelFile file;

  @BeforeEach
  @SuppressWarnings("MustBeClosedChecker") // closed after each test
  void mount() throws IOException {
    Oracles.requireKernel();
    scratch = Scratch.open();
    mount = KernelMount.readWrite(Mke2fs.create(ImageKinds.B1K, scratch.folder()));
    file = mount.file("/f");
  }

  @AfterEach
  void unmount() throws IOException {
    if (mount != null) {
      mount.close();
    }
    if (scratch != null) {
      scratch.close();
    }
  }

  @Test
  void extents_holesAndPreallocation_areExact() throws IOException {
    file.write(0, content(4));
    file.allocateKeepingSize(10 * BLOCK, 3 * BLOCK);
    file.punch(BLOCK, BLOCK);
    List<KernelExtent> map = file.extents();
    assertThat(map).hasSize(3);
    long start = map.get(0).physicalBlock();
    assertThat(map.get(0)).isEqualTo(new KernelExtent(0, start, 1, false, false, false));
    assertThat(map.get(1)).isEqualTo(new KernelExtent(2, start + 2, 2, false, false, false));
    assertThat(map.get(2).logicalBlock()).isEqualTo(10);
    assertThat(map.get(2).blockCount()).isEqualTo(3);
    assertThat(map.get(2).unwritten()).isTrue();
    assertThat(map.get(2).last()).isTrue();
    KernelStat stat = file.stat();
    assertThat(stat.byteSize()).isEqualTo(4 * BLOCK);
    assertThat(stat.sectors()).isEqualTo(6 * BLOCK / 512);
  }

  @Test
  void rangeOperations_eachKind_changeSizeAndContent() throws IOException {
    byte[] content = content(8);
    file.write(0, content);
    file.collapse(2 * BLOCK, BLOCK);
    assertThat(file.read()).hasSize(7 * BLOCK);
    assertThat(file.read()[2 * BLOCK]).isEqualTo(content[3 * BLOCK]);
    file.insert(2 * BLOCK, 2 * BLOCK);
    assertThat(file.read()).hasSize(9 * BLOCK);
    file.zero(8 * BLOCK, 2 * BLOCK);
    assertThat(file.stat().byteSize()).isEqualTo(10 * BLOCK);
    file.zeroKeepingSize(9 * BLOCK, 9 * BLOCK);
    assertThat(file.stat().byteSize()).isEqualTo(10 * BLOCK);
    file.allocate(10 * BLOCK, BLOCK);
    assertThat(file.stat().byteSize()).isEqualTo(11 * BLOCK);
    file.truncate(100);
    assertThat(file.read()).hasSize(100);
    file.truncate(1L << 34);
    assertThat(file.stat().byteSize()).isEqualTo(1L << 34);
  }

  @Test
  void collapse_oddOffset_isRefusedWithTheErrno() throws IOException {
    file.write(0, content(8));
    assertThatThrownBy(() -> file.collapse(1, BLOCK))
        .isInstanceOfSatisfying(
            KernelRefusal.class, refusal -> assertThat(refusal.errno()).isEqualTo("EINVAL"));
    assertThatThrownBy(() -> file.write(1L << 50, content(1)))
        .isInstanceOfSatisfying(
            KernelRefusal.class, refusal -> assertThat(refusal.errno()).isEqualTo("EFBIG"));
  }

  @Test
  void merged_touchingExtents_areOneRun() {
    KernelExtent a = new KernelExtent(0, 100, 5, false, false, false);
    KernelExtent b = new KernelExtent(5, 105, 5, false, false, false);
    KernelExtent unwritten = new KernelExtent(10, 110, 5, true, false, false);
    KernelExtent elsewhere = new KernelExtent(15, 200, 5, true, true, false);
    assertThat(FiemapReader.merged(List.of(a, b, unwritten, elsewhere)))
        .containsExactly(new KernelExtent(0, 100, 10, false, false, false), unwritten, elsewhere);
  }

  @Test
  void readAll_severalFiles_keepsTheirOrder() throws IOException {
    mount.file("empty").truncate(0);
    file.writeEvery(2, 300, content(1));
    List<List<KernelExtent>> maps =
        FiemapReader.readAll(List.of(mount.path("empty"), file.path()), BLOCK);
    assertThat(maps.get(0)).isEmpty();
    assertThat(maps.get(1)).hasSize(300);
  }

  @Test
  void extents_inlineData_isOneExtentOfNoBlocks() throws IOException {
    try (Scratch other = Scratch.open();
        KernelMount inline =
            KernelMount.readWrite(Mke2fs.create(ImageKinds.INLINE_256, other.folder()))) {
      inline.file("f").write(0, new byte[] {1});
      assertThat(inline.file("f").extents())
          .singleElement()
          .satisfies(extent -> assertThat(extent.inline()).isTrue())
          .satisfies(extent -> assertThat(extent.blockCount()).isZero());
    }
  }

  private static byte[] content(int blocks) {
    byte[] content = new byte[blocks * BLOCK];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i / BLOCK + 1);
    }
    return content;
  }
}
