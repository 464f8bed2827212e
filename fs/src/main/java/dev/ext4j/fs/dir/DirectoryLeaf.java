package dev.ext4j.fs.dir;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.DirectoryEntries;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A block of a directory that holds entries. Each change of the block needs an open handle. */
final class DirectoryLeaf {
  private final DirectoryBlocks blocks;
  private final long logicalBlock;
  private final CachedBlock block;
  private final DirectoryEntries entries;

  DirectoryLeaf(DirectoryBlocks blocks, long logicalBlock, CachedBlock block) {
    this.blocks = blocks;
    this.logicalBlock = logicalBlock;
    this.block = block;
    this.entries = blocks.entries(logicalBlock, block);
  }

  long logicalBlock() {
    return logicalBlock;
  }

  DirectoryEntries entries() {
    return entries;
  }

  CachedBlock block() {
    return block;
  }

  /** Returns the inode that a name refers to, or 0 if there is no such name. */
  long find(byte[] name) throws CorruptionException {
    return entries.find(name);
  }

  /** Adds an entry. Returns false, without any change, if there is no room. */
  boolean add(Handle handle, NewEntry entry) throws IOException {
    if (!entries.hasRoomFor(entry.name())) {
      return false;
    }
    blocks.declare(handle, block);
    boolean added = entries.add(entry.name(), entry.inodeNumber(), entry.typeCode());
    blocks.sealLeaf(block);
    return added;
  }

  /** Removes an entry. Returns the inode that it referred to, or 0 if there was no entry. */
  long remove(Handle handle, byte[] name) throws IOException {
    long inodeNumber = entries.find(name);
    if (inodeNumber != 0) {
      blocks.declare(handle, block);
      entries.remove(name);
      blocks.sealLeaf(block);
    }
    return inodeNumber;
  }

  /**
   * Moves entries to another leaf and packs the entries that stay. The lists hold the byte offsets
   * of records.
   */
  void moveTo(Handle handle, DirectoryLeaf other, List<Integer> moved, List<Integer> staying)
      throws IOException {
    ByteBuffer source = entries.copy();
    other.entries.replaceBy(source, moved);
    blocks.sealLeaf(other.block);
    blocks.declare(handle, block);
    entries.replaceBy(source, staying);
    blocks.sealLeaf(block);
  }

  /**
   * Makes the block the first block of a directory, with only the entries {@code .} and {@code ..}.
   */
  void putSelfAndParent(Handle handle, long parent, int typeCode) throws IOException {
    blocks.declare(handle, block);
    entries.putSelfAndParent(blocks.inode().inodeNumber(), parent, typeCode);
    blocks.sealLeaf(block);
  }

  @Override
  public String toString() {
    return blocks.describe(logicalBlock);
  }
}
