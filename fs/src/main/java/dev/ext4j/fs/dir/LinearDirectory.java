package dev.ext4j.fs.dir;

import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A directory whose entries lie in its blocks in any order. Holes, which only damage makes, are
 * passed over.
 */
final class LinearDirectory {
  private final DirectoryBlocks blocks;

  LinearDirectory(DirectoryBlocks blocks) {
    this.blocks = blocks;
  }

  long find(byte[] name) throws IOException {
    long count = blocks.count();
    for (long at = 0; at < count; at++) {
      DirectoryLeaf leaf = leaf(at);
      long inodeNumber = leaf == null ? 0 : leaf.find(name);
      if (inodeNumber != 0) {
        return inodeNumber;
      }
    }
    return 0;
  }

  /** Adds an entry where the first room is; false if the name is there. */
  boolean add(Handle handle, NewEntry entry) throws IOException {
    long count = blocks.count();
    DirectoryLeaf room = null;
    for (long at = 0; at < count; at++) {
      DirectoryLeaf leaf = leaf(at);
      if (leaf == null) {
        continue;
      }
      if (leaf.find(entry.name()) != 0) {
        return false;
      }
      if (room == null && leaf.entries().hasRoomFor(entry.name())) {
        room = leaf;
      }
    }
    if (room != null) {
      return room.add(handle, entry);
    }
    if (count == 0) {
      throw new CorruptionException(
          Kind.DIRECTORY, blocks.inode() + ": a directory without a block");
    }
    if (count == 1 && blocks.context().geometry().features().has(CompatFeature.DIR_INDEX)) {
      HashTree.growFrom(handle, blocks).addSplitting(handle, entry);
      return true;
    }
    return blocks.appendLeaf(handle).add(handle, entry);
  }

  /** Removes an entry; returns the inode that it named, 0 if there was none. */
  long remove(Handle handle, byte[] name) throws IOException {
    long count = blocks.count();
    for (long at = 0; at < count; at++) {
      DirectoryLeaf leaf = leaf(at);
      long inodeNumber = leaf == null ? 0 : leaf.remove(handle, name);
      if (inodeNumber != 0) {
        return inodeNumber;
      }
    }
    return 0;
  }

  private @Nullable DirectoryLeaf leaf(long logicalBlock) throws IOException {
    CachedBlock block = blocks.find(logicalBlock);
    return block == null ? null : blocks.leaf(logicalBlock, block);
  }
}
