package dev.ext4j.fs.xattr;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.XattrEntries;
import dev.ext4j.fs.format.XattrNameSpace;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import java.io.IOException;

/**
 * The attribute {@code security.capability}, which gives a program privileges. The kernel removes
 * it at each change of the content by any user. The set-user-id bits, in contrast, stay when root
 * makes the change.
 */
public final class FileCapability {
  private static final String NAME = "capability";

  private final Inode inode;
  private final Geometry geometry;
  private final BlockCache cache;

  /** Creates an object for the capability of a file, which may have none. */
  public FileCapability(Inode inode, Geometry geometry, BlockCache cache) {
    this.inode = inode;
    this.geometry = geometry;
    this.cache = cache;
  }

  /**
   * Removes the attribute if the file has it. This changes no block other than the block of the
   * inode.
   *
   * @throws UnsupportedFeatureException if the attribute is in the attribute block, not in the
   *     inode
   */
  public void drop(Handle handle) throws IOException {
    XattrEntries inInode = XattrEntries.inInode(inode.fields().extraArea(), inode.toString());
    if (find(inInode)) {
      inode.declare(handle);
      inInode.removeFromInode();
      inode.seal();
    }
    long block = inode.fields().xattrBlock();
    if (block == 0 || !geometry.containsBlocks(block, 1)) {
      return;
    }
    XattrEntries inBlock =
        XattrEntries.inBlock(cache.get(block).bytes(), geometry, block, inode.toString());
    if (find(inBlock)) {
      throw new UnsupportedFeatureException(
          "security.capability",
          "the file has capabilities in a block of attributes, where this version cannot take them"
              + " away: remove them first (setcap -r)");
    }
  }

  /**
   * Returns whether the file has the attribute. The caller holds the tree lock, so that the blocks
   * are not restored meanwhile.
   */
  public boolean isPresent() throws IOException {
    if (find(XattrEntries.inInode(inode.fields().extraArea(), inode.toString()))) {
      return true;
    }
    long block = inode.fields().xattrBlock();
    return block != 0
        && geometry.containsBlocks(block, 1)
        && find(XattrEntries.inBlock(cache.get(block).bytes(), geometry, block, inode.toString()));
  }

  private static boolean find(XattrEntries entries) throws IOException {
    while (entries.next()) {
      if (entries.nameIndex() == XattrNameSpace.SECURITY.index() && entries.name().equals(NAME)) {
        return true;
      }
    }
    return false;
  }
}
