package dev.ext4j.fs.dir;

import static dev.ext4j.testimages.ImageKinds.B1K;
import static dev.ext4j.testimages.ImageKinds.B4K;
import static dev.ext4j.testimages.ImageKinds.B64K;
import static dev.ext4j.testimages.ImageKinds.EXT3_2K;
import static dev.ext4j.testimages.ImageKinds.INLINE_1024;
import static dev.ext4j.testimages.ImageKinds.INLINE_256;
import static dev.ext4j.testimages.ImageKinds.INODE_128;
import static dev.ext4j.testimages.ImageKinds.LARGE_DIR;
import static dev.ext4j.testimages.ImageKinds.NO_FILETYPE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileStat.MappingKind;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.KernelStat;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreePopulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of directories, paths, links and stat, against the kernel on the same image. */
final class DirectoryOracleTest {
  private static final String STAT = "%i\\t%y\\t%m\\t%U\\t%G\\t%n\\t%s\\t%b\\t%l\\t%P\\0";
  private static final String[] TIMED = {
    "-2147483648", "-1", "0", "1600000000", "2147483648", "4294967301", "15032385535"
  };

  static Stream<ImageRecipe> kinds() {
    return Stream.of(
        B4K, B1K, EXT3_2K, INLINE_256, INLINE_1024, INODE_128, LARGE_DIR, NO_FILETYPE, B64K);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void treeOfTheKernel_isListedFollowedAndStatedAsTheKernelDoes(ImageRecipe recipe)
      throws Exception {
    Oracles.requireMount(recipe);
    try (Scratch scratch = Scratch.open()) {
      Path image = Mke2fs.create(recipe, scratch.folder());
      Set<String> expected;
      Map<String, KernelStat> times = new HashMap<>();
      try (KernelMount mount = KernelMount.readWrite(image)) {
        TreePopulator.fill(mount);
        Files.createSymbolicLink(mount.path("absolute"), Path.of("/tree/linear"));
        Files.createSymbolicLink(mount.path("twice"), Path.of("absolute"));
        expected = find(mount);
        for (String time : TIMED) {
          String file = "tree/attributes/time-" + time;
          times.put(file, KernelStat.of(mount.path(file)));
        }
      }
      try (PosixBlockDevice device = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY);
          Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
        Set<String> found = new TreeSet<>();
        collect(fs, "", new ArrayList<>(), found, !recipe.equals(NO_FILETYPE));
        assertThat(difference(expected, found)).as("what the kernel alone sees").isEmpty();
        assertThat(difference(found, expected)).as("what the kernel does not see").isEmpty();
        for (Map.Entry<String, KernelStat> entry : times.entrySet()) {
          FileStat stat = fs.file(path(entry.getKey())).stat();
          assertThat(stat.times().modification())
              .as(entry.getKey())
              .isEqualTo(entry.getValue().modified());
          assertThat(stat.times().change())
              .as(entry.getKey())
              .isEqualTo(entry.getValue().changed());
        }
        followPaths(fs);
      }
    }
  }

  /** Returns every file as the kernel shows it: a record for each, with its path at the end. */
  private static Set<String> find(KernelMount mount) throws IOException {
    byte[] output =
        ExternalTool.named("find")
            .run(mount.root().toString(), "-mindepth", "1", "-printf", STAT)
            .orFail()
            .stdoutBytes();
    return new TreeSet<>(List.of(new String(output, ISO_8859_1).split("\0", -1)));
  }

  private static void collect(
      Ext4FileSystem fs, String folder, List<Long> parents, Set<String> found, boolean typed)
      throws IOException {
    Ext4File directory = fs.file(path(folder));
    long self = directory.stat().id().inode();
    long parent = parents.isEmpty() ? self : parents.get(parents.size() - 1);
    parents.add(self);
    List<String> names = new ArrayList<>();
    Map<String, FileType> types = new HashMap<>();
    Map<String, Long> inodes = new HashMap<>();
    fs.inodes()
        .list(
            self,
            0,
            (name, inode, type, next) -> {
              String text = new String(name.bytes(), ISO_8859_1);
              names.add(text);
              types.put(text, type);
              inodes.put(text, inode);
              return true;
            });
    assertThat(names).as("names in %s", folder).doesNotHaveDuplicates();
    assertThat(inodes.get(".")).isEqualTo(self);
    assertThat(inodes.get("..")).as(".. of %s", folder).isEqualTo(parent);
    for (String name : names) {
      if (name.equals(".") || name.equals("..")) {
        continue;
      }
      String path = folder.isEmpty() ? name : folder + "/" + name;
      Ext4File file = fs.file(path(path));
      FileStat stat = file.stat();
      assertThat(stat.id().inode()).as(path).isEqualTo(inodes.get(name));
      assertThat(types.get(name)).as(path).isEqualTo(typed ? stat.type() : FileType.UNKNOWN);
      found.add(line(file, stat, path));
      if (stat.type() == FileType.DIRECTORY) {
        collect(fs, path, parents, found, typed);
      }
    }
    parents.remove(parents.size() - 1);
    found.add(""); // the output of find ends with a separator, too
  }

  private static String line(Ext4File file, FileStat stat, String path) throws IOException {
    boolean link = stat.type() == FileType.SYMBOLIC_LINK;
    return String.join(
        "\t",
        Long.toString(stat.id().inode()),
        stat.type() == FileType.REGULAR ? "f" : Character.toString(stat.type().letter()),
        Integer.toOctalString(stat.permissions()),
        Long.toString(stat.owner().userId()),
        Long.toString(stat.owner().groupId()),
        Long.toString(stat.linkCount()),
        Long.toString(stat.size()),
        Long.toString(stat.sectors() + sectorsOfInlineData(stat)),
        link ? new String(file.readLink(), ISO_8859_1) : "",
        path);
  }

  /**
   * Returns the sectors that the kernel shows for inline files, so that tar does not take them for
   * empty.
   */
  private static long sectorsOfInlineData(FileStat stat) {
    boolean inline = stat.mappingKind() == MappingKind.INLINE && stat.type() == FileType.REGULAR;
    return inline ? (stat.size() + 511) / 512 : 0;
  }

  private static Set<String> difference(Set<String> all, Set<String> without) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(without);
    return rest;
  }

  private static void followPaths(Ext4FileSystem fs) throws IOException {
    long entry = inode(fs, "tree/linear/entry-0");
    for (String same :
        List.of(
            "/tree/linear/entry-0",
            "//tree///linear/./entry-0",
            "tree/deep/../linear/entry-0",
            "../../tree/linear/entry-0",
            "tree/links/to-directory/entry-0",
            "absolute/entry-0",
            "twice/entry-0",
            "tree/deep/level-0/../../../twice/../linear/entry-0")) {
      assertThat(inode(fs, same)).as(same).isEqualTo(entry);
    }
    assertThat(inode(fs, "")).isEqualTo(2);
    assertThat(inode(fs, "/..")).isEqualTo(2);
    assertThat(inode(fs, "tree/hard/one")).isEqualTo(inode(fs, "tree/linear/three"));
    assertErrno(Errno.ENOENT, fs, "tree/none");
    assertErrno(Errno.ENOENT, fs, "tree/linear/entry-3");
    assertErrno(Errno.ENOENT, fs, "tree/links/dangling/x");
    assertErrno(Errno.ENOTDIR, fs, "tree/linear/entry-0/x");
    assertErrno(Errno.ENOTDIR, fs, "tree/linear/entry-0/");
    assertErrno(Errno.ELOOP, fs, "tree/links/loop/x");
    assertErrno(Errno.ENAMETOOLONG, fs, "tree/" + "n".repeat(256));
    assertErrno(Errno.ENOENT, fs, "tree/" + "m".repeat(255));
  }

  private static long inode(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(path(path)).stat().id().inode();
  }

  private static void assertErrno(Errno errno, Ext4FileSystem fs, String path) {
    FileOperationException e =
        catchThrowableOfType(FileOperationException.class, () -> fs.file(path(path)));
    assertThat(e).as(path).isNotNull();
    assertThat(e.errno()).as(path).isEqualTo(errno);
  }

  private static FileAddress path(String path) {
    return FileAddress.path(path.getBytes(ISO_8859_1));
  }
}
