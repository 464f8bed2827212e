package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.content.WriteBack;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.journal.log.LogCommit;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An open file system whose transactions are smaller than its log would allow. */
public final class SmallTransactions {
  private final Mount mount;
  private final LogCommit method;
  private final Volume volume;
  private final ChangeMark mark;
  private @Nullable CommitThread committer;

  /** Opens a sound file system. */
  public SmallTransactions(BlockDevice device, int maxTransactionBlocks) throws IOException {
    this(device, maxTransactionBlocks, MountOptions.readWrite());
  }

  /** Opens a sound file system with options. */
  @SuppressWarnings("MustBeClosedChecker") // the mount itself holds nothing to be closed
  public SmallTransactions(BlockDevice device, int maxTransactionBlocks, MountOptions options)
      throws IOException {
    mount = new Mount(device, options);
    Volume its = mount.volume();
    LogSuperblock log =
        LogFinder.find(
            device, its.geometry(), its.superblock().view(), its.cache(), mount.inodes(), options);
    mark = new ChangeMark(device, its.cache(), its.superblock(), log, log.view().sequence() + 1);
    method =
        new LogCommit(
            device,
            its.geometry(),
            log,
            log.view().sequence() + 1,
            its.allocator(),
            mark,
            its.clock(),
            options.probes(),
            options.memory().metadataBytes());
    volume =
        WriteBack.attachedTo(
            new Volume(
                its.geometry(),
                device,
                its.cache(),
                its.superblock(),
                its.groups(),
                its.inodes(),
                its.allocator(),
                new Journal(
                    its.cache(),
                    its.geometry(),
                    method,
                    mount.lockOrder(),
                    options.nanos(),
                    maxTransactionBlocks),
                its.clock(),
                mount.lockOrder(),
                options.memory().pageBytes()));
  }

  /** Returns the mount to which the parts belong. Its own journal is not used. */
  public Mount mount() {
    return mount;
  }

  /** Returns the method by which the transactions are committed. */
  public LogCommit method() {
    return method;
  }

  /** Returns the memory of the status trees. */
  public dev.ext4j.fs.status.StatusMemory statusMemory() {
    return mount.statusMemory();
  }

  /** Returns the parts that operations use. */
  public Volume volume() {
    return volume;
  }

  /** Returns the file at a path. */
  public Inode file(String path) throws IOException {
    return mount.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
  }

  /** A scope in which no thread makes several operations one atomic change. */
  @FunctionalInterface
  public interface Changes {
    /** Runs an action in the scope. */
    void during(Journal.Operations action) throws IOException;
  }

  /**
   * Leaves the commits to a thread, as in a file system that is open with a commit interval. No
   * operation commits by itself any more.
   *
   * @param changes the scope in which the thread works, as an operation does
   */
  public void commitEvery(Duration interval, Changes changes) {
    committer =
        new CommitThread(
            new CommitPolicy(interval), System::nanoTime, new Uncommitted(volume, changes::during));
    volume.journal().leaveCommitsTo(committer);
    committer.start();
  }

  /** Commits, and leaves nothing to recover. */
  public void finish() throws IOException {
    IOException failure = committer == null ? null : committer.end();
    if (failure != null) {
      throw failure;
    }
    volume.journal().commit();
    volume.journal().finish();
    mark.clear(true, volume.clock());
  }
}
