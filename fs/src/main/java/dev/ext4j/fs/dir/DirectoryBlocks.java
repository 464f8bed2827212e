package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.IndirectInsertion;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryEntries;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The blocks of a directory. This class reads and checks them, and makes the directory grow. */
final class DirectoryBlocks {
  private static final int MAX_SIZE_BITS = 32;

  private final Inode inode;
  private final Volume volume;
  private final Geometry geometry;
  private final BlockMapper mapper;
  private final boolean checksums;

  DirectoryBlocks(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
    this.geometry = volume.geometry();
    this.mapper = new BlockMapper(inode, volume);
    this.checksums = geometry.hasMetadataChecksums();
  }

  Inode inode() {
    return inode;
  }

  Volume volume() {
    return volume;
  }

  boolean hasChecksums() {
    return checksums;
  }

  boolean hasTypes() {
    return geometry.features().has(IncompatFeature.FILETYPE);
  }

  /** Returns the number of logical blocks before the end of the directory. */
  long count() {
    // With large_dir the size may be larger than the largest mappable size.
    return Math.min(inode.fields().size() >>> geometry.blockSizeBits(), ExtentTree.MAX_BLOCKS);
  }

  String describe(long logicalBlock) {
    return "directory block " + logicalBlock + " of " + inode;
  }

  /** Returns whether the directory has a hash tree that every change has to maintain. */
  boolean isIndexed() {
    return geometry.features().has(CompatFeature.DIR_INDEX) && inode.has(FileFlag.INDEX);
  }

  /**
   * Returns the block at a logical block number below {@link #count}, after a check of its
   * checksum. Returns null if no written block is mapped there.
   */
  @Nullable CachedBlock find(long logicalBlock) throws IOException {
    Mapping mapping = mapper.map(logicalBlock, 1);
    return mapping.state() == State.WRITTEN
        ? verified(logicalBlock, mapping.physicalBlock())
        : null;
  }

  /**
   * Returns the number of the first written block at or after a logical block. Returns {@link
   * #count} if there is no such block.
   */
  long nextMapped(long logicalBlock) throws IOException {
    long end = count();
    long at = logicalBlock;
    while (at < end) {
      Mapping run = mapper.map(at, end - at);
      if (run.state() == State.WRITTEN) {
        return at;
      }
      at = run.logicalEnd();
    }
    return end;
  }

  /**
   * Returns the block at a logical block number, without checking its content. Returns null if no
   * written block is mapped there.
   */
  @Nullable CachedBlock mapped(long logicalBlock) throws IOException {
    Mapping mapping = mapper.map(logicalBlock, 1);
    return mapping.state() == State.WRITTEN ? volume.cache().get(mapping.physicalBlock()) : null;
  }

  /**
   * Returns the block at a logical block number, after a check of its checksum. Throws if it does
   * not exist.
   */
  CachedBlock get(long logicalBlock) throws IOException {
    CachedBlock block = logicalBlock < count() ? find(logicalBlock) : null;
    if (block == null) {
      throw new CorruptionException(
          Kind.DIRECTORY, describe(logicalBlock) + ": a block that is needed is not there");
    }
    return block;
  }

  /** Returns a block of the directory after a check of its checksum. */
  CachedBlock verified(long logicalBlock, long physicalBlock) throws IOException {
    CachedBlock block = volume.cache().get(physicalBlock);
    if (checksums
        && DirectoryBlock.checkChecksum(block.bytes(), inode.checksumSeed())
            != DirectoryBlock.ChecksumVerdict.MATCHES) {
      throw new CorruptionException(
          Kind.DIRECTORY_CHECKSUM, describe(logicalBlock) + ": checksum does not match");
    }
    return block;
  }

  /**
   * Returns a view of a block as a leaf, which is a block that holds entries.
   *
   * @throws CorruptionException with DIRECTORY if the block is recognised as an index block of the
   *     hash tree; without checksums an index block looks like an empty leaf
   */
  DirectoryLeaf leaf(long logicalBlock, CachedBlock block) throws CorruptionException {
    if (checksums && DirectoryBlock.isHashTreeBlock(block.bytes())) {
      throw new CorruptionException(
          Kind.DIRECTORY, describe(logicalBlock) + ": an index block where entries should be");
    }
    return new DirectoryLeaf(this, logicalBlock, block);
  }

  /**
   * Returns the entries in a block. If the file system has metadata checksums, the entries end
   * before the tail of the block.
   */
  DirectoryEntries entries(long logicalBlock, CachedBlock block) {
    return new DirectoryEntries(entriesArea(block), hasTypes(), describe(logicalBlock));
  }

  ByteBuffer entriesArea(CachedBlock block) {
    int size = DirectoryBlock.entriesSize(geometry.blockSize(), checksums);
    return block.bytes().slice(0, size).order(block.bytes().order());
  }

  /** Declares a change of a block. Throws if the block is in a metadata zone of the file system. */
  void declare(Handle handle, CachedBlock block) throws IOException {
    volume.allocator().requireNotMetadata(block.number(), 1);
    handle.declare(block, BlockRole.DIRECTORY);
  }

  /** Updates the checksum of a leaf after a change. */
  void sealLeaf(CachedBlock block) {
    if (checksums) {
      DirectoryBlock.sealLeaf(block.bytes(), inode.checksumSeed());
    }
  }

  /** Appends an empty leaf to the directory. */
  DirectoryLeaf appendLeaf(Handle handle) throws IOException {
    long logicalBlock = count();
    CachedBlock block = append(handle);
    DirectoryEntries.clear(entriesArea(block));
    sealLeaf(block);
    return new DirectoryLeaf(this, logicalBlock, block);
  }

  /**
   * Appends a block of zeros to the directory.
   *
   * @throws FileOperationException with ENOSPC if no space is left, or if the directory has its
   *     largest size
   */
  CachedBlock append(Handle handle) throws IOException {
    long logicalBlock = count();
    long newSize = (logicalBlock + 1) << geometry.blockSizeBits();
    boolean large = geometry.features().has(IncompatFeature.LARGEDIR);
    if ((!large && newSize >>> MAX_SIZE_BITS != 0) || logicalBlock + 1 >= ExtentTree.MAX_BLOCKS) {
      throw new FileOperationException(Errno.ENOSPC, inode + ": the directory is full");
    }
    if (mapper.map(logicalBlock, 1).isAllocated()) {
      throw new CorruptionException(
          Kind.DIRECTORY, describe(logicalBlock) + ": mapped after the end of the directory");
    }
    long physicalBlock = take(handle, logicalBlock);
    CachedBlock block = volume.cache().get(physicalBlock);
    handle.declare(block, BlockRole.NEW);
    block.restore(new byte[geometry.blockSize()]);
    map(handle, logicalBlock, physicalBlock);
    inode.declare(handle);
    inode.fields().setSize(newSize);
    inode.seal();
    return block;
  }

  /**
   * Returns a physical block for a logical block. If another block of the same logical cluster is
   * mapped, the result is in the physical cluster of that block. Otherwise it is in a newly
   * allocated cluster.
   */
  private long take(Handle handle, long logicalBlock) throws IOException {
    long mask = geometry.clusterRatio() - 1L;
    long clusterStart = logicalBlock & ~mask;
    for (long at = clusterStart; at <= (logicalBlock | mask); ) {
      Mapping mapping = mapper.map(at, (logicalBlock | mask) + 1 - at);
      if (mapping.isAllocated()) {
        long physicalBlock = mapping.physicalBlock() + (logicalBlock - at);
        volume.allocator().requireNotMetadata(physicalBlock, 1);
        return physicalBlock;
      }
      at = mapping.logicalEnd();
    }
    long end = SpaceRequest.endOfMapping(mapper.usesExtents());
    long cluster = volume.allocator().allocateCluster(handle, goal(logicalBlock), end);
    inode.declare(handle);
    inode.addSectors((long) geometry.clusterRatio() << (geometry.blockSizeBits() - 9));
    inode.seal();
    handle.cancelRevoke(cluster + (logicalBlock & mask));
    return cluster + (logicalBlock & mask);
  }

  private long goal(long logicalBlock) throws IOException {
    if (logicalBlock > 0) {
      Mapping before = mapper.map(logicalBlock - 1, 1);
      if (before.isAllocated()) {
        return before.physicalBlock() + 1;
      }
    }
    return geometry.groupStart((int) ((inode.inodeNumber() - 1) / geometry.inodesPerGroup()));
  }

  private void map(Handle handle, long logicalBlock, long physicalBlock) throws IOException {
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      if (mapper.usesExtents()) {
        new ExtentInsertion(mapper.extents(), volume.allocator())
            .add(handle, logicalBlock, physicalBlock, 1, false);
      } else {
        new IndirectInsertion(mapper.indirect(), volume.allocator())
            .insert(handle, logicalBlock, physicalBlock);
      }
      inode.status().remove(logicalBlock, logicalBlock + 1);
    }
  }

  /**
   * Updates the inode after a change of the directory: the times, the version, and the flag of the
   * hash tree.
   */
  void touch(Handle handle) {
    inode.declare(handle);
    Instant now = volume.clock().instant();
    InodeView fields = inode.fields();
    fields.setModificationTime(now);
    fields.setChangeTime(now);
    fields.increaseVersion();
    if (!geometry.features().has(CompatFeature.DIR_INDEX)) {
      // Without the feature dir_index the hash tree is not maintained. Linux clears the flag too.
      fields.setFlags(fields.flags() & ~FileFlag.INDEX.bit());
    }
    inode.seal();
  }
}
