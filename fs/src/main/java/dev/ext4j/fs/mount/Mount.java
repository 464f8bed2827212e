package dev.ext4j.fs.mount;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.dir.PathResolver;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.InPlaceCommit;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.log.LogCommit;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.Recovery;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An open file system: makes its parts and puts it away again. While changes are under way the
 * superblock says that the file system is not in order, so that a crash is followed by a check.
 */
public final class Mount implements Closeable {
  private final BlockDevice device;
  private final boolean writable;
  private final BlockCache cache;
  private final Geometry geometry;
  private final Superblock superblock;
  private final GroupTable groups;
  private final Journal journal;
  private final InodeTable inodes;
  private final FileContext context;
  private final OpenOptions options;
  private final ChangeMark mark;
  private final List<String> warnings = new ArrayList<>();
  private final RankedLock changes = new RankedLock(Rank.CHANGES, "lock of changes");
  private boolean closed;

  /**
   * Opens the file system on a device.
   *
   * @throws NeedsRecoveryException if it is to be written but its journal is dirty
   */
  public Mount(BlockDevice device, OpenOptions options) throws IOException {
    this.options = options;
    this.writable = options.writable();
    SuperblockLoader loaded = SuperblockLoader.load(device, options);
    BlockDevice view = device;
    if (writable) {
      checkWritable(device, loaded, options);
    }
    if (loaded.needsRecovery()) {
      view = recovered(device, loaded);
      loaded = SuperblockLoader.load(view, options);
    }
    this.device = view;
    geometry = loaded.geometry();
    cache = new BlockCache(this.device, geometry.blockSize(), options.cacheBytes());
    superblock = new Superblock(geometry, cache, loaded.byteOffset());
    groups = new GroupTable(geometry, cache, superblock.block().number());
    BlockAllocator allocator = new BlockAllocator(geometry, cache, superblock, groups);
    inodes = new InodeTable(geometry, cache, groups);
    boolean journaled = writable && geometry.features().has(CompatFeature.HAS_JOURNAL);
    mark = new ChangeMark(this.device, cache, superblock, journaled);
    CommitMethod method =
        journaled ? throughLog(allocator) : new InPlaceCommit(this.device, cache, allocator, mark);
    journal = new Journal(cache, geometry, method);
    context =
        new FileContext(
            geometry, this.device, cache, superblock, allocator, journal, options.clock());
    if (writable) {
      cleanOrphans();
    }
    warn();
  }

  private static void checkWritable(
      BlockDevice device, SuperblockLoader loaded, OpenOptions options) throws IOException {
    if (device.readOnly()) {
      throw new FileOperationException(Errno.EROFS, "the device is open for reading only");
    }
    if (options.backupSuperblock() != OpenOptions.PRIMARY_SUPERBLOCK) {
      throw new FileOperationException(
          Errno.EINVAL,
          "a backup superblock is for reading: let e2fsck mend the primary one first");
    }
    loaded.geometry().features().checkWritable();
  }

  /** The device to work on: replayed for good, or as it will look once it is. */
  private BlockDevice recovered(BlockDevice device, SuperblockLoader loaded) throws IOException {
    if (!writable) {
      JournalView view = JournalView.of(device, loaded, options);
      warnings.addAll(view.warnings());
      return view.device();
    }
    Recovery recovery =
        new Recovery(
            device,
            loaded.geometry(),
            loaded.byteOffset(),
            LogFinder.find(device, loaded, options));
    Replay replay = recovery.replay();
    if (recovery.fastCommits().commits() > 0) {
      throw new NeedsRecoveryException(
          "the journal holds fast commits, which this version cannot replay:"
              + " mount the file system once, or run e2fsck -fy");
    }
    recovery.replayBlocks();
    recovery.finish();
    warnings.add(
        "the journal was replayed: "
            + counted(replay.transactions(), "transaction")
            + ", "
            + counted(replay.copies().size(), "block"));
    return device;
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private CommitMethod throughLog(BlockAllocator allocator) throws IOException {
    LogSuperblock log = LogFinder.find(device, geometry, superblock.view(), cache, inodes, options);
    JournalSuperblock view = log.view();
    // What the log may still hold does not count, or recovery would have been asked for.
    int last =
        view.startBlock() == 0
            ? view.sequence()
            : Replay.of(log.area(), view, geometry).nextSequence();
    return new LogCommit(device, geometry, log, last + 1, allocator, mark, options.clock());
  }

  private void cleanOrphans() throws IOException {
    try {
      OrphanCleanup.Result result = new OrphanCleanup(context, inodes, groups).run();
      if (!result.isNothing()) {
        warnings.add(result.message());
      }
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private void warn() {
    SuperblockView view = superblock.view();
    if (!needsRecovery() && !view.isStateValid()) {
      warnings.add("the file system was not left in order: e2fsck may find errors");
    }
    if (view.hasErrors()) {
      warnings.add("the kernel has found errors in this file system: run e2fsck");
    }
  }

  /** Whether the journal holds what has not reached its place yet. */
  public boolean needsRecovery() {
    return geometry.features().has(IncompatFeature.RECOVER);
  }

  /** What a careful user should know. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Sizes and features. */
  public Geometry geometry() {
    return geometry;
  }

  /** The superblock. */
  public Superblock superblock() {
    return superblock;
  }

  /** The group descriptors. */
  public GroupTable groups() {
    return groups;
  }

  /** The inodes. */
  public InodeTable inodes() {
    return inodes;
  }

  /** What operations on files work with. */
  public FileContext context() {
    return context;
  }

  /** Follows paths. */
  public PathResolver paths() {
    return new PathResolver(inodes, context);
  }

  /** The device. */
  public BlockDevice device() {
    return device;
  }

  /** Time in which this thread may change something. */
  @FunctionalInterface
  public interface Changing extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Lets an operation that changes something pass.
   *
   * @throws FileOperationException EROFS if the file system is open for reading
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // what is returned gives the lock up
  public Changing changing() throws FileOperationException {
    requireWritable();
    if (changes.isHeld()) {
      return () -> {}; // one of several operations that are one change
    }
    return changes.shared()::close;
  }

  private void requireWritable() throws FileOperationException {
    if (!writable) {
      throw new FileOperationException(Errno.EROFS, "the file system is open for reading only");
    }
  }

  /**
   * Makes one change of several operations: all become durable together, or none.
   *
   * @throws UnsupportedFeatureException if there is no journal, without which that cannot be had
   * @throws FileOperationException ENOSPC if they do not fit in one transaction
   */
  public void atomically(Journal.Operations operations) throws IOException {
    if (!geometry.features().has(CompatFeature.HAS_JOURNAL)) {
      throw new UnsupportedFeatureException(
          CompatFeature.HAS_JOURNAL.label(),
          "several changes as one need a journal, which this file system does not have");
    }
    requireWritable();
    boolean done = false;
    try (RankedLock.Held alone = changes.exclusive()) {
      journal.atomically(operations);
      done = true;
    } finally {
      if (!done) {
        inodes.forgetMappings();
      }
    }
  }

  /** Makes all changes durable. */
  public void sync() throws IOException {
    journal.commit();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    IOException failure = null;
    try {
      if (!journal.isAborted()) {
        journal.commit();
      }
    } catch (IOException e) {
      failure = e;
    }
    // After damage the superblock goes on asking for a recovery or a check.
    if (!journal.mayHaveLeftDamage()) {
      try {
        journal.finish();
        mark.clear(!journal.isAborted(), options.clock());
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
