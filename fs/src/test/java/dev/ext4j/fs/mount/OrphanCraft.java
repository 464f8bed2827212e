package dev.ext4j.fs.mount;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.DebugfsStat;
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
    List<DebugfsStat> stats = Debugfs.reading(image).stats(name, "/");
    DebugfsStat file = stats.get(0);
    List<String> commands = new ArrayList<>();
    if (file.type().equals("directory")) {
      commands.add("set_inode_field / links_count " + (stats.get(1).links() - 1));
    }
    commands.add("unlink " + name);
    commands.add("set_inode_field <" + file.inode() + "> links_count 0");
    return push(file.inode(), commands);
  }

  /**
   * Makes a file an orphan to be truncated: it has its new size, but still has all of its blocks.
   */
  @CanIgnoreReturnValue
  long truncate(String name, long byteSize) throws IOException {
    long inode = Debugfs.reading(image).stat(name).inode();
    return push(inode, List.of("set_inode_field <" + inode + "> size " + byteSize));
  }

  /** Puts an inode at the head of the orphan list. */
  @CanIgnoreReturnValue
  long push(long inode) throws IOException {
    return push(inode, List.of());
  }

  private long push(long inode, List<String> commandsBefore) throws IOException {
    List<String> commands = new ArrayList<>(commandsBefore);
    commands.add("set_inode_field <" + inode + "> dtime " + first);
    commands.add("set_super_value last_orphan " + inode);
    Debugfs.writing(image).runAll(commands);
    first = inode;
    numbers.add(inode);
    return inode;
  }

  /** Replays the log, and leaves the orphans unprocessed. */
  static void replay(Path image) throws IOException {
    Debugfs.writing(image).run("journal_run");
  }
}
