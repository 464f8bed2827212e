package dev.ext4j.cli.image;

import dev.ext4j.fs.Inodes;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.Arrays;

/**
 * The entries of a directory. All entries are read first, so that they can be sorted. They are
 * packed: an entry takes the bytes of its name and nine more. A directory with more than {@link
 * #MAX_SORTED} entries is never sorted.
 */
final class DirectoryContent {
  private static final int MAX_SORTED = 1_000_000;

  private final boolean all;
  private byte[] names = new byte[1024];
  private int[] nameEnds = new int[64];
  private int[] inodeNumbers = new int[64];
  private byte[] types = new byte[64];
  private int count;

  private DirectoryContent(boolean all) {
    this.all = all;
  }

  /**
   * Reads a directory.
   *
   * @param all whether the entries {@code .} and {@code ..} are included
   */
  static DirectoryContent of(Inodes inodes, long directory, boolean all) throws IOException {
    DirectoryContent content = new DirectoryContent(all);
    inodes.list(directory, 0, content::add);
    return content;
  }

  private boolean add(FileName fileName, long inodeNumber, FileType type, long nextCookie) {
    if (!all && fileName.isSelfOrParent()) {
      return true;
    }
    byte[] name = fileName.bytes();
    int start = nameStart(count);
    int end = Math.addExact(start, name.length);
    if (end > names.length) {
      names = Arrays.copyOf(names, Math.max(end, grown(names.length)));
    }
    if (count == nameEnds.length) {
      int capacity = grown(count);
      nameEnds = Arrays.copyOf(nameEnds, capacity);
      inodeNumbers = Arrays.copyOf(inodeNumbers, capacity);
      types = Arrays.copyOf(types, capacity);
    }
    System.arraycopy(name, 0, names, start, name.length);
    nameEnds[count] = end;
    inodeNumbers[count] = (int) inodeNumber;
    types[count] = (byte) type.directoryCode();
    count++;
    return true;
  }

  private static int grown(int size) {
    return Math.addExact(size, size >> 1);
  }

  /** A receiver of the entries. */
  interface Visitor {
    void entry(byte[] name, long inodeNumber, FileType type) throws IOException;
  }

  /**
   * Passes the entries to the visitor, sorted by the bytes of their names or in their order on
   * disk.
   */
  void forEach(boolean sorted, Visitor visitor) throws IOException {
    Integer[] order = sorted && count <= MAX_SORTED ? sortedOrder() : null;
    for (int i = 0; i < count; i++) {
      int at = order == null ? i : order[i];
      byte[] name = Arrays.copyOfRange(names, nameStart(at), nameEnds[at]);
      long inodeNumber = Integer.toUnsignedLong(inodeNumbers[at]);
      visitor.entry(name, inodeNumber, FileType.ofDirectoryCode(types[at]));
    }
  }

  private Integer[] sortedOrder() {
    Integer[] order = new Integer[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    Arrays.sort(
        order,
        (a, b) ->
            Arrays.compareUnsigned(
                names, nameStart(a), nameEnds[a], names, nameStart(b), nameEnds[b]));
    return order;
  }

  private int nameStart(int index) {
    return index == 0 ? 0 : nameEnds[index - 1];
  }
}
