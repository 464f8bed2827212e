package dev.ext4j.fs.content;

import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.XattrEntries;
import dev.ext4j.fs.format.XattrNameSpace;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Content that lies in the inode (inline_data): the first 60 bytes in {@code i_block}, the rest in
 * the attribute {@code system.data} after the fixed fields.
 */
public final class InlineData {
  private static final String ATTRIBUTE = "data";

  private final Inode inode;

  /**
   * Creates an object for the content of an inode that has the flag {@code INLINE_DATA} or will get
   * it.
   */
  public InlineData(Inode inode) {
    this.inode = inode;
  }

  /** Returns all bytes of the room for content, including the unused bytes after the content. */
  public byte[] read() throws CorruptionException {
    byte[] start = new byte[InodeView.BLOCK_AREA_SIZE];
    inode.area().get(0, start);
    XattrEntries attributes = attributes();
    if (!find(attributes)) {
      return start;
    }
    ByteBuffer rest = attributes.value();
    byte[] all = Arrays.copyOf(start, start.length + rest.capacity());
    rest.get(0, all, start.length, rest.capacity());
    return all;
  }

  /**
   * Returns the content of the file as far as it is stored. The file may be longer, because older
   * kernels only set another size when such a file grew by truncate(2). The bytes after those
   * returned are zeros ({@code ext4_readpage_inline}).
   */
  public byte[] content() throws CorruptionException {
    byte[] room = read();
    return Arrays.copyOf(room, (int) Math.min(inode.fields().size(), room.length));
  }

  /**
   * Returns the value of the attribute {@code system.data}. The caller may change the bytes in the
   * buffer. The buffer has no bytes if the attribute is missing or empty. It is invalid after
   * another change of the attribute.
   */
  public ByteBuffer rest() throws CorruptionException {
    XattrEntries attributes = attributes();
    return find(attributes) ? attributes.value() : ByteBuffer.allocate(0);
  }

  /**
   * Extends the room for content, which is only {@code i_block} so far. The attribute gets all the
   * space that is left after the fields of the inode, filled with zeros.
   *
   * @param smallest the smallest number of bytes that the caller can use
   * @return false if the additional space is smaller than that, or if the room was extended before
   */
  public boolean extend(Handle handle, int smallest) throws CorruptionException {
    XattrEntries attributes = attributes();
    if (!find(attributes) || attributes.valueSize() != 0) {
      return false;
    }
    int room = attributes.largestValueInInode();
    if (room < smallest) {
      return false;
    }
    inode.declare(handle);
    attributes.fillInInode(room);
    inode.seal();
    return true;
  }

  /**
   * Changes an inode without blocks into one that stores its content, with room for the content in
   * {@code i_block} only.
   *
   * @return false if the inode has no room for the attribute {@code system.data}
   */
  public boolean begin(Handle handle) throws CorruptionException {
    inode.declare(handle);
    InodeView fields = inode.fields();
    boolean ready =
        find(attributes())
            || XattrEntries.addToInode(
                fields.extraArea(), XattrNameSpace.SYSTEM.index(), ATTRIBUTE, inode.toString());
    if (!ready) {
      return false;
    }
    fields.setFlags((fields.flags() & ~FileFlag.EXTENTS.bit()) | FileFlag.INLINE_DATA.bit());
    clearArea();
    inode.seal();
    inode.status().forgetDisk();
    return true;
  }

  /** Returns the largest number of blocks that {@link #moveToBlock} changes. */
  public static int credits() {
    return 2 + BlockAllocator.CREDITS_PER_ALLOCATION;
  }

  /**
   * Moves the content to a separate block. A range operation calls this method first, because it
   * can only change content in blocks.
   */
  public void moveToBlock(Handle handle, Volume volume) throws IOException {
    byte[] content = content();
    if (content.length > volume.geometry().blockSize()) {
      throw new CorruptionException(Kind.INLINE_DATA, inode + ": longer than a block");
    }
    byte[] padded = Arrays.copyOf(content, volume.geometry().blockSize());
    long block = takeBlock(handle, volume);
    // Bypasses the journal: a read goes to the device, and nothing on disk points to the block yet.
    volume.cache().writePast(block, ByteBuffer.wrap(padded));
    map(handle, volume, block);
  }

  /**
   * Replaces the inline entries of a directory by a block.
   *
   * @param content the content of the block
   */
  public void replaceByBlock(Handle handle, Volume volume, byte[] content) throws IOException {
    long block = takeBlock(handle, volume);
    CachedBlock data = volume.cache().get(block);
    handle.declare(data, BlockRole.NEW);
    data.restore(content);
    map(handle, volume, block);
  }

  private long takeBlock(Handle handle, Volume volume) throws IOException {
    Geometry geometry = volume.geometry();
    long group = (inode.inodeNumber() - 1) / geometry.inodesPerGroup();
    long goal = geometry.groupStart((int) group);
    long end = SpaceRequest.endOfMapping(geometry.features().has(IncompatFeature.EXTENTS));
    long block = volume.allocator().allocateCluster(handle, goal, end);
    handle.cancelRevoke(block);
    return block;
  }

  /** Maps the only block of the inode, and removes the inline content. */
  private void map(Handle handle, Volume volume, long block) throws IOException {
    Geometry geometry = volume.geometry();
    inode.declare(handle);
    XattrEntries attributes = attributes();
    if (find(attributes)) {
      attributes.removeFromInode();
    }
    InodeView fields = inode.fields();
    boolean extents = geometry.features().has(IncompatFeature.EXTENTS);
    long flags = fields.flags() & ~FileFlag.INLINE_DATA.bit();
    fields.setFlags(extents ? flags | FileFlag.EXTENTS.bit() : flags);
    inode.addSectors((long) geometry.clusterRatio() << (geometry.blockSizeBits() - 9));
    clearArea();
    if (extents) {
      ExtentTree.initialize(inode);
      ExtentTree tree = new ExtentTree(inode, geometry, volume.cache());
      new ExtentInsertion(tree, volume.allocator()).insert(handle, 0, block, 1, false);
    } else {
      inode.area().putInt(0, (int) block);
    }
    inode.seal();
    inode.status().forgetDisk();
  }

  private void clearArea() {
    ByteBuffer area = inode.area();
    for (int i = 0; i < area.capacity(); i++) {
      area.put(i, (byte) 0);
    }
  }

  /**
   * Cuts the content down to its first {@code size} bytes. The caller sets the size of the file in
   * the same handle. The flag {@code INLINE_DATA} stays set. Changes the inode.
   *
   * @throws CorruptionException with XATTR if the attributes are damaged, before anything is
   *     changed
   */
  public void shorten(Handle handle, long size) throws IOException {
    inode.declare(handle);
    XattrEntries attributes = attributes();
    if (find(attributes)) {
      long inAttribute = Math.max(0, size - InodeView.BLOCK_AREA_SIZE);
      attributes.shortenInInode((int) Math.min(inAttribute, attributes.valueSize()));
    }
    ByteBuffer area = inode.area();
    for (int i = (int) Math.min(size, area.capacity()); i < area.capacity(); i++) {
      area.put(i, (byte) 0);
    }
    inode.seal();
  }

  /**
   * Returns the number of bytes of content for which the inode has room, next to its other
   * attributes.
   */
  public int capacity() throws CorruptionException {
    XattrEntries attributes = attributes();
    return find(attributes)
        ? InodeView.BLOCK_AREA_SIZE + attributes.largestValueInInode()
        : InodeView.BLOCK_AREA_SIZE;
  }

  /**
   * Writes bytes, with zeros before them if they begin after the end of the content. The caller
   * sets the size. Changes the inode.
   *
   * @return false, with nothing changed, if there is no room in the inode
   */
  public boolean write(Handle handle, long byteOffset, ByteBuffer source)
      throws CorruptionException {
    long end = byteOffset + source.remaining();
    if (end > capacity()) {
      return false;
    }
    byte[] stored = content();
    byte[] content = Arrays.copyOf(stored, (int) Math.max(end, stored.length));
    source.get(source.position(), content, (int) byteOffset, source.remaining());
    inode.declare(handle);
    int areaSize = InodeView.BLOCK_AREA_SIZE;
    inode.area().put(0, content, 0, Math.min(content.length, areaSize));
    XattrEntries attributes = attributes();
    if (content.length > areaSize && find(attributes)) {
      if (attributes.valueSize() < content.length - areaSize) {
        attributes.shortenInInode(0);
        attributes.fillInInode(content.length - areaSize);
      }
      attributes.value().put(0, content, areaSize, content.length - areaSize);
    }
    inode.seal();
    return true;
  }

  private XattrEntries attributes() {
    return XattrEntries.inInode(inode.fields().extraArea(), inode.toString());
  }

  private static boolean find(XattrEntries attributes) throws CorruptionException {
    while (attributes.next()) {
      if (attributes.nameIndex() == XattrNameSpace.SYSTEM.index()
          && attributes.name().equals(ATTRIBUTE)
          && attributes.valueInode() == 0) {
        return true;
      }
    }
    return false;
  }
}
