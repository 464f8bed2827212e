package dev.ext4j.fs.dir;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * One directory of an open file system, whose names all refer to one file. Every change uses a
 * handle with only the credits that the writer asks for. The link count of the file is kept right.
 */
final class DirectoryBench implements AutoCloseable {
  private static final int TRANSACTION_BLOCKS = 256;

  private final Engine engine;
  private final Inode directory;
  private final Inode target;

  /** Opens an image that has both the directory and the file. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the bench closes it
  DirectoryBench(BlockDevice disk, String directoryPath, String targetPath) throws IOException {
    engine = Engine.open(disk, TRANSACTION_BLOCKS);
    directory = engine.file(directoryPath);
    target = engine.file(targetPath);
  }

  Inode directory() {
    return directory;
  }

  Inode target() {
    return target;
  }

  Engine engine() {
    return engine;
  }

  boolean add(byte[] name) throws IOException {
    return change(
        DirectoryWriter.credits(directory, engine.volume()),
        (writer, handle) -> {
          boolean added = writer.add(handle, name, target.inodeNumber(), FileType.REGULAR);
          link(handle, added ? 1 : 0);
          return added;
        });
  }

  boolean add(String name) throws IOException {
    return add(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  long remove(byte[] name) throws IOException {
    return change(
        DirectoryWriter.CREDITS_TO_REMOVE,
        (writer, handle) -> {
          long removed = writer.remove(handle, name);
          link(handle, -1);
          return removed;
        });
  }

  long remove(String name) throws IOException {
    return remove(name.getBytes(StandardCharsets.ISO_8859_1));
  }

  long find(byte[] name) throws IOException {
    try (RankedLock.Held lock = directory.locks().inode().exclusive()) {
      return new DirectoryWriter(directory, engine.volume()).find(name);
    }
  }

  /** Returns all names except those of the directory itself and its parent. */
  Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    new DirectoryReader(directory, engine.volume())
        .list(
            (name, inodeNumber, type, next) -> {
              String text = new String(name.bytes(), StandardCharsets.ISO_8859_1);
              if (!text.equals(".") && !text.equals("..") && !names.add(text)) {
                throw new AssertionError("twice: " + text);
              }
              return true;
            });
    return names;
  }

  /** A change of the directory. */
  interface Change<T> {
    T make(DirectoryWriter writer, Handle handle) throws IOException;
  }

  /** Makes a change with the directory locked. One more credit is for the target. */
  <T> T change(int credits, Change<T> change) throws IOException {
    try (RankedLock.Held lock = directory.locks().inode().exclusive();
        Handle handle = engine.journal().start(credits + 1)) {
      T result = change.make(new DirectoryWriter(directory, engine.volume()), handle);
      handle.commit();
      return result;
    }
  }

  void commit() throws IOException {
    engine.journal().commit();
  }

  private void link(Handle handle, int delta) {
    target.declare(handle);
    target.fields().setLinkCount(target.fields().linkCount() + delta);
    target.seal();
  }

  @Override
  public void close() throws IOException {
    commit();
    engine.close();
  }
}
