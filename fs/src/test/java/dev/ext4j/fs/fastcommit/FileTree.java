package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything below the root of a file system, described file by file. */
final class FileTree {
  private FileTree() {}

  /** A way to describe a file. */
  @FunctionalInterface
  interface Description {
    /**
     * Returns the text for a file.
     *
     * @param content all content of a regular file, empty for other types
     */
    String of(Ext4File file, FileStat stat, byte[] content) throws IOException;
  }

  /** Returns the paths, without a leading slash, with the text for each. */
  static Map<String, String> of(Ext4FileSystem fs, Description description) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    collect(fs, "", description, tree);
    return tree;
  }

  private static void collect(
      Ext4FileSystem fs, String folder, Description description, Map<String, String> tree)
      throws IOException {
    List<String> names = new ArrayList<>();
    fs.inodes()
        .list(
            file(fs, folder).id().inode(),
            0,
            (name, number, type, next) -> names.add(name.toString()));
    names.removeAll(List.of(".", ".."));
    for (String name : names) {
      String path = folder + name;
      Ext4File file = file(fs, path);
      FileStat stat = file.stat();
      tree.put(path, description.of(file, stat, content(file, stat)));
      if (stat.type() == FileType.DIRECTORY) {
        collect(fs, path + "/", description, tree);
      }
    }
  }

  private static byte[] content(Ext4File file, FileStat stat) throws IOException {
    ByteBuffer content =
        ByteBuffer.allocate(stat.type() == FileType.REGULAR ? (int) stat.size() : 0);
    while (content.hasRemaining()) {
      file.read(content.position(), content);
    }
    return content.array();
  }

  private static Ext4File file(Ext4FileSystem fs, String path) throws IOException {
    return fs.file(FileAddress.path(("/" + path).getBytes(StandardCharsets.UTF_8)));
  }
}
