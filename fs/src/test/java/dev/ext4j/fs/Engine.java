package dev.ext4j.fs;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.content.WriteBack;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.InPlaceCommit;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/** The inner parts of an open file system, with a journal that the test chooses. */
public final class Engine implements AutoCloseable {
  private static final int PLACES = 20;

  private final Mount mount;
  private final Volume volume;
  private long lastBlock;
  private final AtomicInteger restarts = new AtomicInteger();

  private Engine(Mount mount, Journal journal) {
    this(mount, journal, mount.volume().allocator());
  }

  private Engine(Mount mount, Journal journal, BlockAllocator allocator) {
    this.mount = mount;
    Volume its = mount.volume();
    this.volume =
        WriteBack.attachedTo(
            new Volume(
                its.geometry(),
                its.device(),
                its.cache(),
                its.superblock(),
                its.groups(),
                its.inodes(),
                allocator,
                journal,
                its.clock(),
                mount.lockOrder(),
                MemoryBounds.DEFAULT.pageBytes()));
  }

  /**
   * Opens an engine whose transactions hold at most {@code maxTransactionBlocks} blocks and are
   * committed in place.
   */
  @MustBeClosed
  public static Engine open(BlockDevice device, int maxTransactionBlocks) throws IOException {
    Mount mount = new Mount(device, MountOptions.readWrite());
    Volume its = mount.volume();
    CommitMethod inPlace = new InPlaceCommit(its.device(), its.cache(), its.allocator(), t -> {});
    return new Engine(mount, journal(mount, inPlace, maxTransactionBlocks));
  }

  /** Opens an engine with transactions of the default size and another commit method. */
  @MustBeClosed
  public static Engine committingBy(BlockDevice device, CommitMethodFactory factory)
      throws IOException {
    Mount mount = new Mount(device, MountOptions.readWrite());
    Volume its = mount.volume();
    return new Engine(mount, journal(mount, factory.create(its)));
  }

  /**
   * Opens an engine with transactions of the default size, committed in place, and another
   * allocator.
   */
  @MustBeClosed
  public static Engine allocatingBy(BlockDevice device, AllocatorFactory factory)
      throws IOException {
    Mount mount = new Mount(device, MountOptions.readWrite());
    Volume its = mount.volume();
    BlockAllocator allocator = factory.create(its, mount.groups());
    CommitMethod inPlace = new InPlaceCommit(its.device(), its.cache(), allocator, t -> {});
    return new Engine(mount, journal(mount, inPlace), allocator);
  }

  private static Journal journal(Mount mount, CommitMethod method) {
    return new Journal(
        mount.volume().cache(), mount.geometry(), method, mount.lockOrder(), System::nanoTime);
  }

  private static Journal journal(Mount mount, CommitMethod method, int maxTransactionBlocks) {
    return new Journal(
        mount.volume().cache(),
        mount.geometry(),
        method,
        mount.lockOrder(),
        System::nanoTime,
        maxTransactionBlocks);
  }

  /** A factory of an allocator from the parts of a file system. */
  @FunctionalInterface
  public interface AllocatorFactory {
    /** Returns the allocator. */
    BlockAllocator create(Volume volume, GroupTable groups);
  }

  /** A factory of a commit method from the parts of a file system. */
  @FunctionalInterface
  public interface CommitMethodFactory {
    /** Returns the commit method. */
    CommitMethod create(Volume volume);
  }

  /** Returns the parts, with the journal and the allocator of this engine. */
  public Volume volume() {
    return volume;
  }

  /** Returns the mount to which the parts belong. */
  public Mount mount() {
    return mount;
  }

  /** Returns the journal of this engine. */
  public Journal journal() {
    return volume.journal();
  }

  /** Returns the file at a path. */
  public Inode file(String path) throws IOException {
    return mount.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a gate that counts restarts and releases no locks for them. */
  public Handle.RestartGate countingGate() {
    return restart -> {
      restarts.incrementAndGet();
      restart.run();
    };
  }

  /** Returns the number of restarts that the gates have counted. */
  public int restarts() {
    return restarts.get();
  }

  /**
   * Adds an extent of random bytes to a file, and grows the file to the end of the extent. It is
   * for tests that need a tree of a certain shape. If extents are added in rising order, each leaf
   * is filled to its last slot.
   */
  public void putExtent(String path, long logicalBlock, int blockCount) throws IOException {
    boolean done = false;
    for (int i = 0; i < PLACES && !done; i++) {
      done = putExtentAt(file(path), logicalBlock, blockCount);
    }
    if (!done) {
      throw new IllegalStateException("no room for an extent at " + logicalBlock);
    }
    journal().commit();
  }

  /**
   * Adds the extent, or returns false and changes nothing if there is no room directly after the
   * last extent.
   */
  private boolean putExtentAt(Inode inode, long logicalBlock, int blockCount) throws IOException {
    int blockSize = volume.geometry().blockSize();
    byte[] content = new byte[blockSize];
    Random random = new Random(logicalBlock);
    try (Handle handle =
        journal().start(ExtentInsertion.credits(ExtentNode.MAX_DEPTH) + 3 * blockCount)) {
      inode.declare(handle);
      for (int i = 0; i < blockCount; i++) {
        long goal = lastBlock + 1;
        lastBlock = volume.allocator().allocateCluster(handle, goal);
        if (i > 0 && lastBlock != goal) {
          lastBlock--;
          return false;
        }
        random.nextBytes(content);
        volume.device().writeFully(lastBlock * blockSize, ByteBuffer.wrap(content));
      }
      inode.addSectors((long) blockCount * blockSize / 512);
      inode.fields().setSize((logicalBlock + blockCount) * blockSize);
      inode.seal();
      ExtentTree tree = new ExtentTree(inode, volume.geometry(), volume.cache());
      long first = lastBlock - blockCount + 1;
      new ExtentInsertion(tree, volume.allocator())
          .insert(handle, logicalBlock, first, blockCount, false);
      handle.commit();
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    mount.close();
  }
}
