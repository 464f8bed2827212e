package dev.ext4j.fs.mount;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.content.WriteBack;
import dev.ext4j.fs.dir.PathResolver;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.fastcommit.FastCommitReplay;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.InPlaceCommit;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.journal.log.LogCommit;
import dev.ext4j.fs.journal.log.LogSuperblock;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.RecoveryReport;
import dev.ext4j.fs.page.WriteFailures;
import dev.ext4j.fs.status.StatusMemory;
import dev.ext4j.fs.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open file system. This class creates the parts of the file system and closes them. While
 * changes are under way, the superblock on disk has a mark. After a crash the mark causes a replay
 * of the journal or a check.
 */
public final class Mount implements Closeable {
  /**
   * The number of equal parts of the metadata memory. One part is for the inodes used last and
   * their blocks, and the other parts are for the block cache.
   */
  private static final int INODE_PARTS = 4;

  private final BlockDevice device;
  private final boolean writable;
  private final BlockCache cache;
  private final Geometry geometry;
  private final Superblock superblock;
  private final GroupTable groups;
  private final Journal journal;
  private final InodeTable inodes;
  private final StatusMemory statusMemory;
  private final Volume volume;
  private final MountOptions options;
  private final ChangeMark mark;
  private final List<String> warnings = new ArrayList<>();
  private final LockOrder lockOrder;
  private final RankedLock changes;
  private final Opening.@Nullable Recovered recovered;
  private @Nullable RecoveryReport recovery;
  private final OpenChanges openChanges = new OpenChanges();
  private final WriteFailures.Listener failures;
  private final @Nullable CommitThread commitThread;

  /**
   * Opens the file system on a device.
   *
   * @throws NeedsRecoveryException if the file system is opened for writing and its journal is on
   *     another device, which the options do not give
   */
  public Mount(BlockDevice device, MountOptions options) throws IOException {
    this(Opening.of(device, options));
  }

  Mount(Opening opening) throws IOException {
    device = opening.device();
    options = opening.options();
    lockOrder = options.lockOrder(device);
    changes = lockOrder.lock(Rank.CHANGES, "lock of changes");
    statusMemory = new StatusMemory(lockOrder, options.memory().statusEntries());
    recovered = opening.recovered();
    writable = opening.access() != Opening.Access.READ;
    geometry = opening.loaded().geometry();
    warnings.addAll(opening.warnings());
    long inodeBytes = options.memory().metadataBytes() / INODE_PARTS;
    cache =
        new BlockCache(device, geometry.blockSize(), options.memory().metadataBytes() - inodeBytes);
    superblock = new Superblock(geometry, cache, opening.loaded().byteOffset());
    groups = new GroupTable(geometry, cache, superblock.block().number());
    BlockAllocator allocator =
        new BlockAllocator(geometry, cache, superblock, groups, options.probes());
    if (options.discard()) {
      allocator.discardOn(device);
    }
    if (options.reserveKept()) {
      allocator.keepRootReserve();
    }
    inodes = new InodeTable(geometry, cache, groups, lockOrder, statusMemory, inodeBytes);
    LogSuperblock log = opening.log();
    mark = new ChangeMark(device, cache, superblock, log, opening.firstSequence());
    CommitMethod method =
        log != null
            ? new LogCommit(
                device,
                geometry,
                log,
                opening.firstSequence(),
                allocator,
                mark,
                options.clock(),
                options.probes(),
                options.memory().metadataBytes())
            : new InPlaceCommit(device, cache, allocator, mark);
    journal = new Journal(cache, geometry, method, lockOrder, options.nanos());
    volume =
        WriteBack.attachedTo(
            new Volume(
                geometry,
                device,
                cache,
                superblock,
                groups,
                inodes,
                allocator,
                journal,
                options.clock(),
                lockOrder,
                options.memory().pageBytes()));
    failures = volume.pages().failures().ofAll();
    warn();
    settle(opening.access());
    commitThread = writable && !options.commitInterval().isZero() ? startCommitThread() : null;
  }

  private CommitThread startCommitThread() {
    CommitThread thread =
        new CommitThread(
            new CommitPolicy(options.commitInterval()),
            options.nanos(),
            new Uncommitted(volume, this::duringChanges));
    journal.leaveCommitsTo(thread);
    thread.start();
    return thread;
  }

  /** Makes the thread that commits look at the time again. For tests that set the time. */
  void wakeCommitThread() {
    if (commitThread != null) {
      commitThread.wake();
    }
  }

  /** Runs an action of the commit thread, as a change of another thread would run. */
  private void duringChanges(Journal.Operations action) throws IOException {
    try (Changing changing = changing()) {
      action.run();
    }
  }

  private void settle(Opening.Access access) throws IOException {
    if (access != Opening.Access.WRITE && access != Opening.Access.WRITE_RECOVERED) {
      return;
    }
    try {
      if (access == Opening.Access.WRITE_RECOVERED) {
        try (Handle handle = journal.start(1)) {
          superblock.recountFree(handle, groups);
          handle.commit();
        }
        journal.commit();
      }
      cleanOrphans();
    } catch (IOException | RuntimeException e) {
      try {
        close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  /**
   * Applies the fast commits that follow the last full commit in the log, as one transaction.
   *
   * @return the number of records that had no effect
   */
  long replayFastCommits(FastCommitScan fastCommits) throws IOException {
    return new FastCommitReplay(volume).replay(fastCommits);
  }

  private void cleanOrphans() throws IOException {
    OrphanCleanup.Result result = new OrphanCleanup(volume).run();
    if (!result.isNothing()) {
      warnings.add(result.message());
    }
    Opening.Recovered replay = recovered;
    recovery =
        new RecoveryReport(
            replay != null,
            replay == null ? 0 : replay.transactions(),
            replay == null ? 0 : replay.blocks(),
            replay == null ? 0 : replay.fastCommits(),
            result.deletedCount(),
            result.truncatedCount(),
            result.skipped());
  }

  /**
   * Returns the report on the recovery when the file system was opened; null if the file system is
   * open for reading only.
   */
  public @Nullable RecoveryReport recovery() {
    return recovery;
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

  /**
   * Returns whether the journal holds changes that have not been written to their home blocks yet.
   */
  public boolean needsRecovery() {
    return geometry.features().has(IncompatFeature.RECOVER);
  }

  /** Returns the warnings for the user. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Returns the sizes and features of the file system. */
  public Geometry geometry() {
    return geometry;
  }

  /** Returns the superblock. */
  public Superblock superblock() {
    return superblock;
  }

  /** Returns the group descriptors. */
  public GroupTable groups() {
    return groups;
  }

  /** Returns the inodes. */
  public InodeTable inodes() {
    return inodes;
  }

  /** Returns the objects that operations on files work with. */
  public Volume volume() {
    return volume;
  }

  /** Returns a resolver of paths. */
  public PathResolver paths() {
    return new PathResolver(volume);
  }

  /** Returns the options the file system was opened with. */
  public MountOptions options() {
    return options;
  }

  /** Returns the lock order of this file system. */
  public LockOrder lockOrder() {
    return lockOrder;
  }

  /** Returns the device. */
  public BlockDevice device() {
    return device;
  }

  /** A scope that allows this thread to change the file system until the scope is closed. */
  @FunctionalInterface
  public interface Changing extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Opens a scope that allows this thread to change the file system. Blocks while another thread
   * runs {@link #atomically} or {@link #onTrial}.
   *
   * @throws FileOperationException with EROFS if the file system is open for reading only; with
   *     EBADF if it has been closed
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // the returned object releases the lock
  public Changing changing() throws FileOperationException {
    begin();
    if (changes.isHeld()) {
      return openChanges::end; // one of several operations that are one atomic change
    }
    try {
      RankedLock.Held held = changes.shared();
      return () -> {
        held.close();
        openChanges.end();
      };
    } catch (ProtocolException e) {
      openChanges.end(); // otherwise close() would wait for this change
      throw e;
    }
  }

  private void begin() throws FileOperationException {
    if (!writable) {
      throw new FileOperationException(Errno.EROFS, "the file system is open for reading only");
    }
    if (!openChanges.begin()) {
      throw new FileOperationException(Errno.EBADF, "the file system has been closed");
    }
  }

  /**
   * Runs several operations as one change: either all of them become durable or none.
   *
   * @throws UnsupportedFeatureException if the file system has no journal
   * @throws FileOperationException with ENOSPC if the operations do not fit in one transaction
   */
  public void atomically(Journal.Operations operations) throws IOException {
    if (!geometry.features().has(CompatFeature.HAS_JOURNAL)) {
      throw new UnsupportedFeatureException(
          CompatFeature.HAS_JOURNAL.label(),
          "several changes as one need a journal, which this file system does not have");
    }
    begin();
    try (RankedLock.Held alone = changes.exclusive()) {
      volume.pages().writeAll(failures);
      journal.atomically(operations);
    } finally {
      openChanges.end();
    }
  }

  /** An action that runs on a temporary copy of the file system. No other code sees the copy. */
  @FunctionalInterface
  public interface Trial<T> {
    /** Runs the action, which opens the file system on {@code copy} with the given options. */
    T on(BlockDevice copy, MountOptions writing) throws IOException;
  }

  /**
   * Runs an action on a copy of the file system. The copy contains all changes made so far. Only
   * the blocks that the action changes are kept in memory. Other threads that change the file
   * system wait until the action ends.
   */
  public <T> T onTrial(Trial<T> trial) throws IOException {
    BlockDevice copy = OverlayDevice.sharing(device);
    MountOptions writing = MountOptions.readWrite().withMemory(options.memory()).within(lockOrder);
    BlockDevice journalDevice = options.journalDevice();
    if (journalDevice != null) {
      writing = writing.withJournalDevice(OverlayDevice.sharing(journalDevice));
    }
    if (!writable) {
      return trial.on(copy, writing);
    }
    begin();
    try {
      if (journal.isInOneTransaction()) {
        // This call replays the journal. The blocks of the running transaction must be written over
        // the result.
        Opening.of(copy, writing);
        journal.showRunning(member -> showOn(copy, member.block()));
        return trial.on(copy, writing);
      }
      try (RankedLock.Held alone = changes.exclusive()) {
        sync();
        return trial.on(copy, writing);
      }
    } finally {
      openChanges.end();
    }
  }

  private void showOn(BlockDevice copy, CachedBlock block) throws IOException {
    volume.allocator().seal();
    copy.writeFully(block.number() << geometry.blockSizeBits(), ByteBuffer.wrap(block.copy()));
  }

  /** Returns the object that bounds the memory of the status trees of all files. */
  public StatusMemory statusMemory() {
    return statusMemory;
  }

  /** Makes all changes durable. */
  public void sync() throws IOException {
    volume.pages().writeAll(failures);
    volume.sync();
  }

  @Override
  public void close() throws IOException {
    IOException untold = commitThread == null ? null : commitThread.end();
    if (!openChanges.close()) {
      return;
    }
    IOException failure = null;
    volume.pages().stop();
    try {
      if (!journal.isAborted()) {
        volume.pages().writeAll();
        volume.pages().failures().checkUntold();
      }
    } catch (IOException e) {
      failure = e;
    }
    try {
      if (!journal.isAborted()) {
        volume.sync();
      }
    } catch (IOException e) {
      failure = failure == null ? e : failure;
    }
    // If the image may be damaged, the superblock keeps its mark. The mark causes a recovery or a
    // check.
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
    if (failure == null && journal.isAborted()) {
      failure = untold; // a commit without a request has failed, which no caller was told
    }
    if (failure != null) {
      throw failure;
    }
  }
}
