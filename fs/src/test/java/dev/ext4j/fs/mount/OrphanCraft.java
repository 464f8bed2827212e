package dev.ext4j.fs.mount;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.testimages.Debugfs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A maker of orphans from the files of an image, by {@code debugfs}. The result is the state after
 * a crash, without transactions in the log.
 */
final class OrphanCraft {
  private final Path image;
  private final List<Long> numbers = new ArrayList<>();
  private long first;

  OrphanCraft(Path image) throws IOException {
    this.image = image;
    this.first = 0;
  }

  /** Returns the numbers of all orphans so far. */
  List<Long> numbers() {
    return List.copyOf(numbers);
  }

  /** Removes the name of a file, and makes it an orphan to be deleted. */
  @CanIgnoreReturnValue
  long delete(String name) throws IOException {
    Debugfs debugfs = Debugfs.writing(image);
    long inode = debugfs.stat(name).inode();
    boolean directory = debugfs.stat(name).type().equals("directory");
    if (directory) {
      debugfs.setInodeField("/", "links_count", debugfs.stat("/").links() - 1);
    }
    debugfs.run("unlink " + name);
    debugfs.setInodeField("<" + inode + ">", "links_count", 0);
    return push(inode);
  }

  /**
   * Makes a file an orphan to be truncated: it has its new size, but still has all of its blocks.
   */
  @CanIgnoreReturnValue
  long truncate(String name, long byteSize) throws IOException {
    Debugfs debugfs = Debugfs.writing(image);
    debugfs.setInodeField(name, "size", byteSize);
    return push(debugfs.stat(name).inode());
  }

  /** Puts an inode at the head of the orphan list. */
  @CanIgnoreReturnValue
  long push(long inode) throws IOException {
    Debugfs debugfs = Debugfs.writing(image);
    debugfs.setInodeField("<" + inode + ">", "dtime", first);
    debugfs.setSuperValue("last_orphan", inode);
    first = inode;
    numbers.add(inode);
    return inode;
  }

  /** Replays the log, and leaves the orphans unprocessed. */
  static void replay(Path image) throws IOException {
    Debugfs.writing(image).run("journal_run");
  }
}
