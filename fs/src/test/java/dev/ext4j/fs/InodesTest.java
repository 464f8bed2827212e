package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.AclEntry;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Space;
import dev.ext4j.fs.model.XattrName;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the file system by inode number and raw name. */
class InodesTest extends JudgedTest {
  private static final int FEW = 3;
  private static final int MANY = 900;

  private record Shown(String name, long inode, FileType type, long next) {}

  private static void requireErrno(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Ext4Exception.class, e -> assertThat(e.errno()).as(e.getMessage()).isEqualTo(errno));
  }

  private static List<Shown> list(Inodes inodes, long directory, long cookie) throws IOException {
    List<Shown> shown = new ArrayList<>();
    inodes.list(
        directory,
        cookie,
        (name, inode, type, next) -> shown.add(new Shown(name.toString(), inode, type, next)));
    return shown;
  }

  /** Checks directories inside an inode, of one block, and with a hash tree. */
  @ParameterizedTest
  @ValueSource(ints = {FEW, 40, MANY})
  void listing_goesOnAfterEachCookie(int count) throws IOException {
    ImageRecipe recipe = ImageKinds.INLINE_256.sized(32 << 20);
    Oracles.requireMount(recipe);
    Path path = judge().make(recipe);
    try (KernelMount mount = KernelMount.readWrite(path)) {
      Files.createDirectory(mount.path("d"));
      for (int i = 0; i < count; i++) {
        Files.createFile(mount.path("d/name-" + i + "-" + "x".repeat(i % 20)));
      }
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
      Inodes inodes = fs.inodes();
      long directory = fs.file("/d").id().inode();
      List<Shown> all = list(inodes, directory, 0);
      assertThat(all).hasSize(count + 2);
      assertThat(all).extracting(Shown::name).startsWith(".", "..").doesNotHaveDuplicates();
      assertThat(all).extracting(Shown::next).isSorted();
      for (int i = 0; i < all.size(); i += Math.max(1, count / 50)) {
        assertThat(list(inodes, directory, all.get(i).next()))
            .as("after %s", all.get(i))
            .isEqualTo(all.subList(i + 1, all.size()));
      }
      List<Shown> one = new ArrayList<>();
      inodes.list(
          directory,
          all.get(1).next(),
          (name, inode, type, next) -> {
            one.add(new Shown(name.toString(), inode, type, next));
            return false;
          });
      assertThat(one).containsExactly(all.get(2));
    }
  }

  @Test
  void lookup_returnsTheFileThatAnEntryNames() throws IOException {
    MemoryBlockDevice disk = TwoFilesTest.make(ImageRecipe.of("look", "ext4", 1024, 8 << 20));
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      Inodes inodes = fs.inodes();
      Inodes.Entry entry = inodes.lookup(Inodes.ROOT, FileName.of("f"));
      assertThat(entry.id()).isEqualTo(fs.file("/f").id()).isEqualTo(entry.stat().id());
      assertThat(entry.stat()).isEqualTo(inodes.stat(entry.id().inode()));
      assertThat(entry.stat().type()).isEqualTo(FileType.REGULAR);
      assertThat(inodes.lookup(Inodes.ROOT, FileName.of(".")).id().inode()).isEqualTo(Inodes.ROOT);
      assertThat(inodes.file(entry.id().inode()).id()).isEqualTo(entry.id());
      requireErrno(Errno.ENOENT, () -> inodes.lookup(Inodes.ROOT, FileName.of("none")));
      requireErrno(Errno.ENOTDIR, () -> inodes.lookup(entry.id().inode(), FileName.of("f")));
      requireErrno(Errno.ENOTDIR, () -> list(inodes, entry.id().inode(), 0));
      requireErrno(Errno.EINVAL, () -> list(inodes, Inodes.ROOT, -1));
      requireErrno(Errno.ENOENT, () -> inodes.stat(900));
      requireErrno(Errno.EINVAL, () -> inodes.readLink(entry.id().inode()));
    }
  }

  @Test
  void place_isTheParentAndTheLastName() throws IOException {
    ImageRecipe recipe = ImageRecipe.of("place", "ext4", 1024, 8 << 20);
    Path path = judge().make(recipe);
    Debugfs.writing(path)
        .runAll(List.of("mkdir /d", "mkdir /d/e", "symlink /to /d/e", "symlink /d/link /nowhere"));
    try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
      long e = fs.file("/d/e").id().inode();
      long d = fs.file("/d").id().inode();
      assertThat(fs.place(FileAddress.path("/d/e/new"))).isEqualTo(new Place(e, name("new")));
      assertThat(fs.place(FileAddress.path("to/new/"))).isEqualTo(new Place(e, name("new")));
      assertThat(fs.place(FileAddress.path("/d/link"))).isEqualTo(new Place(d, name("link")));
      assertThat(fs.place(FileAddress.path("/x"))).isEqualTo(new Place(Inodes.ROOT, name("x")));
      assertThat(fs.inodes().readLink(fs.file("/to").id().inode()))
          .isEqualTo("/d/e".getBytes(StandardCharsets.UTF_8));
      for (String none : List.of("", "/", "/d/..", "..", "/d/.", ".", "/d/a\0b")) {
        requireErrno(Errno.EINVAL, () -> fs.place(FileAddress.path(none)));
      }
      requireErrno(Errno.ENOENT, () -> fs.place(FileAddress.path("/d/link/new")));
      requireErrno(Errno.ENOENT, () -> fs.place(FileAddress.path("/none/new")));
      requireErrno(Errno.ENAMETOOLONG, () -> fs.place(FileAddress.path("/d/" + "x".repeat(256))));
    }
  }

  private static FileName name(String text) {
    return FileName.of(text);
  }

  /** Checks attributes in the inode, in a block, and in inodes of their own, against the kernel. */
  @Test
  void attributes_areTheKernels() throws IOException {
    ImageRecipe recipe = ImageKinds.EA_INODE.sized(32 << 20);
    Oracles.requireMount(recipe);
    Path path = judge().make(recipe);
    Map<String, byte[]> expected = new TreeMap<>();
    try (KernelMount mount = KernelMount.readWrite(path)) {
      Path file = Files.createFile(mount.path("f"));
      Files.createFile(mount.path("bare"));
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
      Random random = new Random(1);
      for (int size : new int[] {0, 1, 20, 700, 3000, 30_000, 60_000}) {
        byte[] value = new byte[size];
        random.nextBytes(value);
        view.write("of " + size, ByteBuffer.wrap(value));
        expected.put("user.of " + size, value);
      }
      assertThat(view.list()).hasSize(expected.size());
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
      long inode = fs.file("/f").id().inode();
      assertThat(fs.inodes().xattrs(inode))
          .extracting(XattrName::toString)
          .containsExactlyInAnyOrderElementsOf(expected.keySet());
      for (Map.Entry<String, byte[]> attribute : expected.entrySet()) {
        assertThat(fs.inodes().xattr(inode, XattrName.of(attribute.getKey())))
            .as(attribute.getKey())
            .isEqualTo(attribute.getValue());
      }
      requireErrno(Errno.ENODATA, () -> fs.inodes().xattr(inode, XattrName.of("user.none")));
      assertThat(fs.inodes().xattrs(fs.file("/bare").id().inode())).isEmpty();
    }
  }

  @Test
  void accessControlList_hasTheFormThatProgramsGet() throws IOException {
    Path path = judge().make(ImageRecipe.of("acl", "ext4", 1024, 8 << 20));
    byte[] bytes =
        HexFormat.of()
            .parseHex(
                "0200000001000600ffffffff02000400e803000004000500ffffffff"
                    + "080007000500000010000600ffffffff20000400ffffffff");
    Path value = Files.write(judge().file("acl.value"), bytes);
    Debugfs.writing(path)
        .runAll(
            List.of(
                "mkdir /d",
                "ea_set -f " + value + " /d system.posix_acl_access",
                "ea_set /d trusted.t v",
                "ea_set /d security.s v"));
    try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
      long inode = fs.file("/d").id().inode();
      assertThat(fs.inodes().xattrs(inode))
          .extracting(XattrName::toString)
          .containsExactlyInAnyOrder("system.posix_acl_access", "trusted.t", "security.s");
      assertThat(fs.inodes().xattr(inode, XattrName.ACCESS_ACL)).isEqualTo(bytes);
      assertThat(fs.inodes().acl(inode, Acl.Kind.ACCESS).entries())
          .containsExactly(
              new AclEntry(AclEntry.Tag.USER_OBJ, 0, 6),
              new AclEntry(AclEntry.Tag.USER, 1000, 4),
              new AclEntry(AclEntry.Tag.GROUP_OBJ, 0, 5),
              new AclEntry(AclEntry.Tag.GROUP, 5, 7),
              new AclEntry(AclEntry.Tag.MASK, 0, 6),
              new AclEntry(AclEntry.Tag.OTHER, 0, 4));
      assertThat(fs.inodes().acl(inode, Acl.Kind.DEFAULT)).isEqualTo(Acl.NONE);
      requireErrno(Errno.ENODATA, () -> fs.inodes().xattr(inode, XattrName.DEFAULT_ACL));
    }
  }

  @Test
  void attributesOfTheFileSystemItself_areNotShown() throws IOException {
    ImageRecipe recipe = ImageKinds.INLINE_256.sized(32 << 20);
    Oracles.requireMount(recipe);
    Path path = judge().make(recipe);
    try (KernelMount mount = KernelMount.readWrite(path)) {
      Files.write(mount.path("f"), new byte[100]); // 60 bytes in i_block, 40 in system.data
    }
    try (Ext4FileSystem fs = Ext4FileSystem.open(Judge.load(path), OpenOptions.readOnly())) {
      long inode = fs.file("/f").id().inode();
      assertThat(fs.inodes().xattrs(inode)).isEmpty();
      requireErrno(Errno.ENODATA, () -> fs.inodes().xattr(inode, XattrName.of("system.data")));
    }
  }

  @Test
  void space_countsPromisesAndTheReserve() throws IOException {
    MemoryBlockDevice disk = TwoFilesTest.make(ImageRecipe.of("space", "ext4", 4096, 64 << 20));
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Space before = fs.space();
      assertThat(before.blockCount()).isEqualTo(fs.info().blockCount());
      assertThat(before.freeBlockCount()).isEqualTo(fs.info().freeBlockCount());
      assertThat(before.availableBlockCount())
          .isEqualTo(before.freeBlockCount() - fs.info().reservedBlockCount());
      assertThat(before.freeInodeCount()).isEqualTo(fs.info().freeInodeCount());
      fs.file("/f").write(0, ByteBuffer.allocate(10 * 4096));
      assertThat(fs.space().freeBlockCount()).isEqualTo(before.freeBlockCount() - 10);
      fs.sync();
      assertThat(fs.space().freeBlockCount()).isEqualTo(before.freeBlockCount() - 10);
    }
  }

  @Test
  void snapshots_doNotChangeWithTheFile() throws IOException {
    MemoryBlockDevice disk = TwoFilesTest.make(ImageRecipe.of("copy", "ext4", 4096, 64 << 20));
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      Ext4File file = fs.file("/f");
      var stat = file.stat();
      var info = fs.info();
      var log = fs.inspect().journal().log();
      assertThat(file.stat()).isEqualTo(stat).hasSameHashCodeAs(stat);
      assertThat(fs.info()).isEqualTo(info).hasSameHashCodeAs(info);
      assertThat(fs.inspect().journal().log()).isEqualTo(log);
      file.write(0, ByteBuffer.allocate(4096));
      fs.sync();
      assertThat(stat.size()).isZero();
      assertThat(stat.sectors()).isZero();
      assertThat(file.stat().size()).isEqualTo(4096);
      assertThat(file.stat()).isNotEqualTo(stat);
      assertThat(fs.info()).isNotEqualTo(info);
      assertThat(info.freeBlockCount()).isEqualTo(fs.info().freeBlockCount() + 1);
      assertThat(stat.raw().bytes().remaining()).isEqualTo(fs.info().inodeSize());
      assertThat(stat.raw().mode() & 0xFFF).isEqualTo(stat.permissions());
    }
  }
}
