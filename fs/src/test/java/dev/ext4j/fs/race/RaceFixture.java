package dev.ext4j.fs.race;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.file.CollapseRange;
import dev.ext4j.fs.file.Fallocate;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.file.InsertRange;
import dev.ext4j.fs.file.MappedFile;
import dev.ext4j.fs.file.PunchHole;
import dev.ext4j.fs.file.Truncate;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Laboratory;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file system with two files, and the operations that threads run on them. The file {@code f} has
 * many one-block extents with holes between, and {@code g} is empty. There is no background
 * writeback, so that only threads of the test use the file system.
 */
final class RaceFixture implements AutoCloseable {
  static final int BLOCK = 1024;
  static final int EXTENTS = 120;

  private final Laboratory lab = new Laboratory();
  private final AtomicLong nanos = new AtomicLong();
  private final Judge judge;
  private final MemoryBlockDevice disk;
  private final Mount mount;
  private final Inode f;
  private final Inode g;

  @SuppressWarnings("MustBeClosedChecker") // closed with this
  RaceFixture(Judge judge, ImageRecipe recipe) throws IOException {
    this.judge = judge;
    Path path = judge.make(recipe);
    DebugfsFiles files = new DebugfsFiles(judge, path);
    files.everySecondBlock("f", BLOCK, EXTENTS);
    files.empty("g");
    disk = Judge.load(path);
    mount =
        new Mount(disk, MountOptions.readWrite().withProbes(lab.probes()).withNanos(nanos::get));
    mount.volume().pages().writeInForegroundOnly();
    f = mount.paths().resolve("/f".getBytes(StandardCharsets.UTF_8));
    g = mount.paths().resolve("/g".getBytes(StandardCharsets.UTF_8));
  }

  static ImageRecipe plain() {
    return ImageRecipe.of("race", "ext4", BLOCK, 8 << 20).withWords("-J", "size=2", "-N", "48");
  }

  /** Returns the laboratory in which the file system is open. */
  Laboratory lab() {
    return lab;
  }

  /** Moves the clock by which handles know how long they have been open. It stands otherwise. */
  void letPass(long millis) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  Inode f() {
    return f;
  }

  Inode g() {
    return g;
  }

  Mount mount() {
    return mount;
  }

  Volume volume() {
    return mount.volume();
  }

  MemoryBlockDevice disk() {
    return disk;
  }

  FileContent content(Inode inode) {
    return new FileContent(inode, volume());
  }

  BlockMapper mapper(Inode inode) {
    return new BlockMapper(inode, volume());
  }

  void punch(long firstBlock, long blockCount) throws IOException {
    punch(f, firstBlock, blockCount);
  }

  void punch(Inode inode, long firstBlock, long blockCount) throws IOException {
    long at = firstBlock * BLOCK;
    new PunchHole(inode, volume(), at, blockCount * BLOCK, ProgressListener.NONE).punch();
  }

  void insert(long firstBlock, long blockCount) throws IOException {
    long at = firstBlock * BLOCK;
    new InsertRange(f, volume(), at, blockCount * BLOCK, ProgressListener.NONE).insert();
  }

  void allocate(Inode inode, long firstBlock, long blockCount) throws IOException {
    long at = firstBlock * BLOCK;
    new Fallocate(inode, volume(), at, blockCount * BLOCK, Size.KEEP, ProgressListener.NONE)
        .allocate();
  }

  /**
   * Allocates blocks as the kernel does, without touching pages.
   *
   * @param locks whether to take all locks of a fallocate. Otherwise only the inode lock and the
   *     tree lock are taken, as if another thread were using the page.
   */
  void allocateWithoutPages(Inode inode, long firstBlock, long blockCount, boolean locks)
      throws IOException {
    if (locks) {
      allocate(inode, firstBlock, blockCount);
      return;
    }
    try (RankedLock.Held inodeLock = inode.locks().inode().exclusive();
        Handle handle = volume().journal().start(40);
        RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      for (long block = firstBlock; block < firstBlock + blockCount; block++) {
        if (mapper(inode).extents().lookup(block).state() == State.HOLE) {
          long given = volume().allocator().allocateCluster(handle, 0);
          new ExtentInsertion(mapper(inode).extents(), volume().allocator())
              .add(handle, block, given, 1, true);
          inode.declare(handle);
          inode.addSectors(BLOCK / 512);
          inode.seal();
          inode.status().insert(new Mapping(block, given, 1, State.UNWRITTEN));
        }
      }
      handle.commit();
    }
  }

  /** Stores to a block as a process that has mapped the file does. */
  void store(Inode inode, long block, int value) throws IOException {
    new MappedFile(inode, volume()).store(block * BLOCK, filled(value));
  }

  void collapse(long firstBlock, long blockCount) throws IOException {
    new CollapseRange(f, volume(), firstBlock * BLOCK, blockCount * BLOCK, ProgressListener.NONE)
        .collapse();
  }

  void truncate(long blockCount) throws IOException {
    truncateBytes(blockCount * BLOCK);
  }

  void truncateBytes(long byteCount) throws IOException {
    truncateOf(f, byteCount);
  }

  void truncateOf(Inode inode, long byteCount) throws IOException {
    OrphanList orphans = new OrphanList(mount.superblock(), mount.inodes());
    new Truncate(inode, volume(), byteCount, orphans, ProgressListener.NONE).truncate();
  }

  /** Overwrites a block in memory, which makes its page dirty. */
  void dirty(Inode inode, long block, int value) throws IOException {
    content(inode).write(block * BLOCK, filled(value));
  }

  static ByteBuffer filled(int value) {
    byte[] bytes = new byte[BLOCK];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  void writeBack(Inode inode, long block) throws IOException {
    volume().pages().writeBack(volume().pages().of(inode), block, block + 1);
  }

  /** Drops all entries of the status trees but the delayed ones. */
  void forgetAll() {
    f.status().clear();
    g.status().clear();
  }

  /** Returns the first byte of a block, read through a page, or -1 at the end of the file. */
  int read(Inode inode, long block) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    return content(inode).read(block * BLOCK, one) < 1 ? -1 : one.get(0) & 0xFF;
  }

  /** Gives a freed block to another owner, which fills it with a value. */
  void giveAway(long physicalBlock, int value) throws IOException {
    volume().journal().commit();
    try (Handle handle = volume().journal().start(8)) {
      long given = volume().allocator().allocateCluster(handle, physicalBlock);
      if (given != physicalBlock) {
        throw new AssertionError("block " + given + " was given instead of " + physicalBlock);
      }
      volume().cache().writePast(given, filled(value));
      handle.commit();
    }
  }

  /** A thread at work. */
  static final class Running {
    private final FutureTask<Boolean> task;
    private final Thread thread;

    Running(Work work) {
      task =
          new FutureTask<>(
              () -> {
                work.run();
                return true;
              });
      thread = new Thread(task);
      thread.setDaemon(true);
      thread.start();
    }

    boolean isDone() {
      return task.isDone();
    }

    /** Returns whether the thread waits for another one for at least 20 ms. */
    boolean isBlocked() throws InterruptedException {
      for (int i = 0; i < 2000 && !task.isDone(); i++) {
        if (thread.getState() == Thread.State.WAITING) {
          Thread.sleep(20);
          if (thread.getState() == Thread.State.WAITING) {
            return true;
          }
        }
        Thread.sleep(1);
      }
      return false;
    }

    /** Waits until the thread waits for a lock of the engine; returns false if it ends first. */
    boolean isBlockedByALock() {
      while (!task.isDone()) {
        boolean waits = thread.getState() == Thread.State.WAITING;
        if (waits
            && Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(RankedLock.class.getName()))) {
          return true;
        }
        Thread.onSpinWait();
      }
      return false;
    }

    void join() throws Exception {
      try {
        task.get(30, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
  }

  /** The work of a thread. */
  interface Work {
    void run() throws Exception;
  }

  /** Closes the file system, and fails unless e2fsck finds it clean. */
  void finish(String situation) throws IOException {
    mount.close();
    judge.requireClean(disk, situation);
  }

  @Override
  public void close() {
    lab.limitCredits(null);
    mount.volume().pages().stop();
  }
}
