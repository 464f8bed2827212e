package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All bytes of small files, as a reader of an image sees them. */
public final class FileBytes {
  private FileBytes() {}

  /** Returns the contents of files of the root directory, in the order of {@code names}. */
  public static List<byte[]> of(BlockDevice disk, List<String> names) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      for (String name : names) {
        byte[] path = ("/" + name).getBytes(StandardCharsets.UTF_8);
        Ext4File file = fs.file(FileAddress.path(path));
        ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
        while (bytes.hasRemaining()) {
          file.read(bytes.position(), bytes);
        }
        contents.add(bytes.array());
      }
    }
    return contents;
  }

  /** Fails if a file has changed. */
  public static void requireSame(List<byte[]> found, List<byte[]> before, String situation) {
    for (int file = 0; file < found.size(); file++) {
      int at = Arrays.mismatch(found.get(file), before.get(file));
      if (at >= 0) {
        throw new AssertionError(situation + ": byte " + at + " of file " + file + " has changed");
      }
    }
  }

  /**
   * Fails if a byte of a file is neither the old byte nor the new byte nor 0. A file may hold such
   * a mix after the interruption of an operation that is not atomic.
   */
  public static void requireFromEither(
      List<byte[]> found, List<byte[]> before, List<byte[]> after, String situation) {
    for (int file = 0; file < found.size(); file++) {
      byte[] bytes = found.get(file);
      byte[] old = before.get(file);
      byte[] now = after.get(file);
      assertThat(bytes.length).as(situation).isIn(old.length, now.length);
      for (int at = 0; at < bytes.length; at++) {
        boolean isOld = at < old.length && bytes[at] == old[at];
        boolean isNew = at < now.length && bytes[at] == now[at];
        if (!isOld && !isNew && bytes[at] != 0) {
          throw new AssertionError(
              situation + ": byte " + at + " of file " + file + " is neither old nor new");
        }
      }
    }
  }
}
