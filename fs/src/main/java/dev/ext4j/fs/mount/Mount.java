package dev.ext4j.fs.mount;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.RecoveryReport;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.dir.PathResolver;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.fastcommit.FastCommitReplay;
import dev.ext4j.fs.file.FileContext;
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
import dev.ext4j.fs.lock.Rank;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.page.WriteFailures;
import dev.ext4j.fs.status.StatusMemory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open file system: makes its parts and puts it away again. While changes are under way the
 * superblock says that the file system is not in order, so that a crash is followed by a check.
 */
public final class Mount implements Closeable {
  /** One in so many bytes of metadata are inodes in use. */
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
  private final FileContext context;
  private final OpenOptions options;
  private final ChangeMark mark;
  private final List<String> warnings = new ArrayList<>();
  private final RankedLock changes = new RankedLock(Rank.CHANGES, "lock of changes");
  private final Opening.@Nullable Recovered recovered;
  private @Nullable RecoveryReport recovery;
  private final OpenChanges openChanges = new OpenChanges();
  private final WriteFailures.Listener failures;

  /**
   * Opens the file system on a device.
   *
   * @throws NeedsRecoveryException if its journal is dirty and lies on a device that is not given
   */
  public Mount(BlockDevice device, OpenOptions options) throws IOException {
    this(Opening.of(device, options));
  }

  Mount(Opening opening) throws IOException {
    device = opening.device();
    options = opening.options();
    statusMemory = new StatusMemory(options.memory().statusEntries());
    recovered = opening.recovered();
    writable = opening.access() != Opening.Access.READ;
    geometry = opening.loaded().geometry();
    warnings.addAll(opening.warnings());
    long inodeBytes = options.memory().metadataBytes() / INODE_PARTS;
    cache =
        new BlockCache(device, geometry.blockSize(), options.memory().metadataBytes() - inodeBytes);
    superblock = new Superblock(geometry, cache, opening.loaded().byteOffset());
    groups = new GroupTable(geometry, cache, superblock.block().number());
    BlockAllocator allocator = new BlockAllocator(geometry, cache, superblock, groups);
    if (options.discard()) {
      allocator.discardOn(device);
    }
    if (options.reserveKept()) {
      allocator.keepRootReserve();
    }
    inodes = new InodeTable(geometry, cache, groups, statusMemory, inodeBytes);
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
                options.memory().metadataBytes())
            : new InPlaceCommit(device, cache, allocator, mark);
    journal = new Journal(cache, geometry, method);
    context =
        new FileContext(
            geometry,
            device,
            cache,
            superblock,
            allocator,
            journal,
            options.clock(),
            options.memory().pageBytes());
    failures = context.pages().failures().ofAll();
    warn();
    settle(opening.access());
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

  /** Applies what the log tells after its last full commit, as one transaction. */
  long replayFastCommits(FastCommitScan fastCommits) throws IOException {
    return new FastCommitReplay(context, inodes, groups).replay(fastCommits);
  }

  private void cleanOrphans() throws IOException {
    OrphanCleanup.Result result = new OrphanCleanup(context, inodes, groups).run();
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

  /** What was done before anything could be changed; null if it is open for reading. */
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

  /** How it was opened. */
  OpenOptions options() {
    return options;
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
    begin();
    if (changes.isHeld()) {
      return openChanges::end; // one of several operations that are one change
    }
    RankedLock.Held held = changes.shared();
    return () -> {
      held.close();
      openChanges.end();
    };
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
    begin();
    try (RankedLock.Held alone = changes.exclusive()) {
      context.pages().writeAll(failures);
      journal.atomically(operations);
    } finally {
      openChanges.end();
    }
  }

  /** Something that is tried on a copy of the file system which nobody else will see. */
  @FunctionalInterface
  public interface Trial<T> {
    /** Tries it on a device, to be opened with options. */
    T on(BlockDevice copy, OpenOptions writing) throws IOException;
  }

  /**
   * Tries something on a copy in memory of the blocks that it changes, which shows all that was
   * changed so far; other threads that change something wait meanwhile.
   */
  public <T> T onTrial(Trial<T> trial) throws IOException {
    BlockDevice copy = OverlayDevice.sharing(device);
    OpenOptions writing = OpenOptions.readWrite().withMemory(options.memory());
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
        Opening.of(copy, writing); // replays the journal, over which the transaction comes
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
    context.allocator().seal();
    copy.writeFully(block.number() << geometry.blockSizeBits(), ByteBuffer.wrap(block.copy()));
  }

  /** What is known of the mappings of all files. */
  public StatusMemory statusMemory() {
    return statusMemory;
  }

  /** Makes all changes durable. */
  public void sync() throws IOException {
    context.pages().writeAll(failures);
    context.sync();
  }

  @Override
  public void close() throws IOException {
    if (!openChanges.close()) {
      return;
    }
    IOException failure = null;
    context.pages().stop();
    try {
      if (!journal.isAborted()) {
        context.pages().writeAll();
        context.pages().failures().checkUntold();
      }
    } catch (IOException e) {
      failure = e;
    }
    try {
      if (!journal.isAborted()) {
        context.sync();
      }
    } catch (IOException e) {
      failure = failure == null ? e : failure;
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
