package dev.ext4j.fs.dir;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.WalkBound;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A directory without a hash tree: its entries are in its blocks in any order. Holes in the
 * directory are skipped. Only damage can cause such a hole.
 */
final class LinearDirectory {
  private final DirectoryBlocks blocks;

  LinearDirectory(DirectoryBlocks blocks) {
    this.blocks = blocks;
  }

  long find(byte[] name) throws IOException {
    Leaves leaves = new Leaves();
    for (DirectoryLeaf leaf = leaves.next(); leaf != null; leaf = leaves.next()) {
      long inodeNumber = leaf.find(name);
      if (inodeNumber != 0) {
        return inodeNumber;
      }
    }
    return 0;
  }

  /**
   * Adds an entry to the first leaf with room, or to a new leaf. Returns false if the name exists
   * already.
   */
  boolean add(Handle handle, NewEntry entry) throws IOException {
    long count = blocks.count();
    DirectoryLeaf room = null;
    Leaves leaves = new Leaves();
    for (DirectoryLeaf leaf = leaves.next(); leaf != null; leaf = leaves.next()) {
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
    if (count == 1 && blocks.volume().geometry().features().has(CompatFeature.DIR_INDEX)) {
      HashTree.growFrom(handle, blocks).addSplitting(handle, entry);
      return true;
    }
    return blocks.appendLeaf(handle).add(handle, entry);
  }

  /** Removes an entry. Returns the inode that it referred to, or 0 if there was no entry. */
  long remove(Handle handle, byte[] name) throws IOException {
    Leaves leaves = new Leaves();
    for (DirectoryLeaf leaf = leaves.next(); leaf != null; leaf = leaves.next()) {
      long inodeNumber = leaf.remove(handle, name);
      if (inodeNumber != 0) {
        return inodeNumber;
      }
    }
    return 0;
  }

  /** An iteration over the written blocks of the directory, in ascending order. */
  private final class Leaves {
    private final WalkBound bound =
        new WalkBound(blocks.inode().inodeNumber(), blocks.volume().geometry());
    private long at;

    @Nullable DirectoryLeaf next() throws IOException {
      at = blocks.nextMapped(at);
      if (at == blocks.count()) {
        return null;
      }
      bound.pass(1);
      return blocks.leaf(at, blocks.get(at++));
    }
  }
}
