package dev.ext4j.fs.mount;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.dir.PathResolver;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.group.Superblock;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.InPlaceCommit;
import dev.ext4j.fs.journal.Journal;
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
  private final List<String> warnings = new ArrayList<>();
  private boolean marked;
  private boolean wasValid;
  private boolean closed;

  /**
   * Opens the file system on a device.
   *
   * @throws NeedsRecoveryException if it is to be written but its journal is dirty
   */
  public Mount(BlockDevice device, OpenOptions options) throws IOException {
    SuperblockLoader loaded = SuperblockLoader.load(device, options);
    if (loaded.needsRecovery() && !options.writable()) {
      JournalView view = JournalView.of(device, loaded, options);
      warnings.addAll(view.warnings());
      this.device = view.device();
      loaded = SuperblockLoader.load(this.device, options);
    } else {
      this.device = device;
    }
    this.options = options;
    this.writable = options.writable();
    geometry = loaded.geometry();
    cache = new BlockCache(this.device, geometry.blockSize(), options.cacheBytes());
    superblock = new Superblock(geometry, cache, loaded.byteOffset());
    groups = new GroupTable(geometry, cache, superblock.block().number());
    BlockAllocator allocator = new BlockAllocator(geometry, cache, superblock, groups);
    journal =
        new Journal(cache, new InPlaceCommit(this.device, cache, allocator, this::markChanging));
    inodes = new InodeTable(geometry, cache, groups);
    context =
        new FileContext(
            geometry, this.device, cache, superblock, allocator, journal, options.clock());
    if (writable) {
      checkWritable();
    }
    warn();
  }

  private void checkWritable() throws IOException {
    if (device.readOnly()) {
      throw new FileOperationException(Errno.EROFS, "the device is open for reading only");
    }
    if (options.backupSuperblock() != OpenOptions.PRIMARY_SUPERBLOCK) {
      throw new FileOperationException(
          Errno.EINVAL,
          "a backup superblock is for reading: let e2fsck mend the primary one first");
    }
    if (needsRecovery()) {
      throw new NeedsRecoveryException(
          "the journal needs recovery before anything is written, which this version cannot do:"
              + " mount the file system once, or run e2fsck -fy");
    }
    if (geometry.features().has(RoCompatFeature.ORPHAN_PRESENT)) {
      throw new NeedsRecoveryException(
          "the orphan file is not empty, which this version cannot process:"
              + " mount the file system once, or run e2fsck -fy");
    }
    geometry.features().checkWritable();
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

  /**
   * Lets an operation that changes something pass.
   *
   * @throws FileOperationException EROFS if the file system is open for reading
   */
  public void requireWritable() throws FileOperationException {
    if (!writable) {
      throw new FileOperationException(Errno.EROFS, "the file system is open for reading only");
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
    try {
      if (!journal.isAborted()) {
        journal.commit();
      }
    } finally {
      if (marked && !journal.mayHaveLeftDamage()) {
        markDone();
      }
    }
  }

  private void markChanging() throws IOException {
    if (!marked) {
      wasValid = superblock.view().isStateValid();
      marked = true;
      writeState(false);
    }
  }

  private void markDone() throws IOException {
    if (!journal.isAborted()) {
      superblock.view().setWriteTime(options.clock().instant().getEpochSecond());
    }
    writeState(wasValid);
  }

  private void writeState(boolean valid) throws IOException {
    superblock.view().setStateValid(valid);
    superblock.view().seal();
    cache.writeHome(superblock.block());
    device.flush();
  }
}
