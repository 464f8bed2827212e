package dev.ext4j.fs.dir;

import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryEntries;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A writer for the entries of a directory that is stored in its inode. The first part of the
 * entries is in {@code i_block}, after the inode number of the parent. The second part is in the
 * extended attribute that holds the rest of inline data. When the first part is full, this
 * attribute gets all the free space of the inode. If no part has room for an entry, the directory
 * moves to a block.
 */
final class InlineEntries {
  private static final int HEADER = 4;
  private static final int SHORTEST_EXTENSION = 16; // Linux never extends the attribute by less

  private final DirectoryBlocks blocks;
  private final Inode inode;
  private final InlineData data;

  InlineEntries(DirectoryBlocks blocks) {
    this.blocks = blocks;
    this.inode = blocks.inode();
    this.data = new InlineData(inode);
  }

  long find(byte[] name) throws IOException {
    if (NewEntry.isSelfOrParent(name)) {
      return name.length == 1 ? inode.inodeNumber() : inode.area().getInt(0) & 0xFFFFFFFFL;
    }
    for (DirectoryEntries part : parts()) {
      long inodeNumber = part.find(name);
      if (inodeNumber != 0) {
        return inodeNumber;
      }
    }
    return 0;
  }

  /**
   * Adds an entry whose name does not exist yet. Returns false, without any change, if the inode
   * has no room for it.
   */
  boolean add(Handle handle, NewEntry entry) throws IOException {
    for (DirectoryEntries part : parts()) {
      if (part.hasRoomFor(entry.name())) {
        inode.declare(handle);
        part.add(entry.name(), entry.inodeNumber(), entry.typeCode());
        inode.seal();
        return true;
      }
    }
    int needed = DirectoryEntries.recordSize(entry.name().length);
    if (!data.extend(handle, Math.max(needed, SHORTEST_EXTENSION))) {
      return false;
    }
    DirectoryEntries.clear(rest());
    inode.fields().setSize(InodeView.BLOCK_AREA_SIZE + rest().capacity());
    inode.seal();
    DirectoryEntries second = parts().get(1);
    boolean added = second.add(entry.name(), entry.inodeNumber(), entry.typeCode());
    inode.seal();
    return added;
  }

  /** Removes an entry. Returns the inode that it referred to, or 0 if there was no entry. */
  long remove(Handle handle, byte[] name) throws IOException {
    for (DirectoryEntries part : parts()) {
      long inodeNumber = part.find(name);
      if (inodeNumber != 0) {
        inode.declare(handle);
        part.remove(name);
        inode.seal();
        return inodeNumber;
      }
    }
    return 0;
  }

  /** Stores the inode number of the parent, and removes all entries from both parts. */
  void initialise(Handle handle, long parent) throws IOException {
    inode.declare(handle);
    inode.area().putInt(0, (int) parent);
    DirectoryEntries.clear(firstPart());
    if (rest().capacity() > 0) {
      DirectoryEntries.clear(rest());
    }
    inode.fields().setSize(InodeView.BLOCK_AREA_SIZE + rest().capacity());
    inode.seal();
  }

  /** Moves all entries to a newly allocated block. */
  void moveToBlock(Handle handle) throws IOException {
    Geometry geometry = blocks.volume().geometry();
    ByteBuffer bytes = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    int room = DirectoryBlock.entriesSize(geometry.blockSize(), blocks.hasChecksums());
    DirectoryEntries target =
        new DirectoryEntries(
            bytes.slice(0, room).order(bytes.order()), blocks.hasTypes(), blocks.describe(0));
    long parent = inode.area().getInt(0) & 0xFFFFFFFFL;
    target.putSelfAndParent(inode.inodeNumber(), parent, typeCode());
    for (DirectoryEntries part : parts()) {
      if (!target.addAll(part)) {
        throw new CorruptionException(Kind.INLINE_DATA, inode + ": longer than a block");
      }
    }
    if (blocks.hasChecksums()) {
      DirectoryBlock.sealLeaf(bytes, inode.checksumSeed());
    }
    data.replaceByBlock(handle, blocks.volume(), bytes.array());
    inode.fields().setSize(geometry.blockSize());
    inode.seal();
  }

  private static int typeCode() {
    return FileType.DIRECTORY.directoryCode();
  }

  private List<DirectoryEntries> parts() throws CorruptionException {
    List<DirectoryEntries> parts = new ArrayList<>();
    parts.add(entries(firstPart()));
    ByteBuffer rest = rest();
    if (rest.capacity() > 0) {
      parts.add(entries(rest));
    }
    return parts;
  }

  private DirectoryEntries entries(ByteBuffer area) {
    return new DirectoryEntries(area, blocks.hasTypes(), "inline entries of " + inode);
  }

  private ByteBuffer firstPart() {
    return inode
        .area()
        .slice(HEADER, InodeView.BLOCK_AREA_SIZE - HEADER)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private ByteBuffer rest() throws CorruptionException {
    return data.rest();
  }
}
