package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.IndirectInsertion;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;

/**
 * A writer for the entries of a directory, whether it is linear, has a hash tree, or is stored in
 * its inode. It also looks up names, in the fastest way that the directory allows. The caller must
 * change the link counts of the named inode and of the directory. Only {@link #initialise} sets a
 * link count itself.
 *
 * <p>The caller holds the directory's inode lock exclusively and has started the handle under it.
 * If a method throws, the handle must be closed without a commit, because some blocks may have been
 * changed.
 */
public final class DirectoryWriter {
  /**
   * The maximum number of blocks that {@link #remove} changes: a leaf, and the block that contains
   * the directory's inode.
   */
  public static final int CREDITS_TO_REMOVE = 2;

  private final Inode inode;
  private final Volume volume;
  private final DirectoryBlocks blocks;

  /**
   * Creates a writer for a directory.
   *
   * @throws FileOperationException with ENOTDIR if the inode is not a directory
   * @throws UnsupportedFeatureException if the directory has the flag for encrypt or casefold,
   *     because this library cannot hash and compare such names
   */
  public DirectoryWriter(Inode inode, Volume volume) throws IOException {
    if (inode.type() != FileType.DIRECTORY) {
      throw new FileOperationException(Errno.ENOTDIR, inode + " is no directory");
    }
    refuse(inode, FileFlag.ENCRYPT, IncompatFeature.ENCRYPT);
    refuse(inode, FileFlag.CASEFOLD, IncompatFeature.CASEFOLD);
    this.inode = inode;
    this.volume = volume;
    this.blocks = new DirectoryBlocks(inode, volume);
  }

  private static void refuse(Inode inode, FileFlag flag, IncompatFeature feature)
      throws UnsupportedFeatureException {
    if (inode.has(flag)) {
      throw new UnsupportedFeatureException(
          feature.label(),
          inode + ": entries of a directory with " + feature.label() + " cannot be changed");
    }
  }

  /**
   * Returns the maximum number of blocks that {@link #add} or {@link #initialise} changes. These
   * blocks are:
   *
   * <ul>
   *   <li>the block of the inode, and the superblock,
   *   <li>a leaf, and the index blocks above it,
   *   <li>new blocks, with their bitmaps and group descriptors,
   *   <li>the blocks needed to map the new blocks. The new blocks are consecutive, so at most one
   *       of them requires a split of a full mapping node.
   * </ul>
   */
  public static int credits(Inode directory, Volume volume) throws IOException {
    int levels = HashTree.maxLevels(volume.geometry());
    int fresh = levels + 1; // at most one index block for each level, and a leaf
    int changed = 1 + 1 + 1 + levels;
    return changed + fresh * (1 + BlockAllocator.CREDITS_PER_GROUP) + mapping(directory, volume);
  }

  private static int mapping(Inode directory, Volume volume) throws IOException {
    BlockMapper mapper = new BlockMapper(directory, volume);
    if (directory.has(FileFlag.INLINE_DATA)) {
      return InlineData.credits() + ExtentInsertion.credits(0);
    }
    return mapper.usesExtents()
        ? ExtentInsertion.credits(mapper.extents().depth())
        : IndirectInsertion.CREDITS;
  }

  /** Returns the inode that a name refers to, or 0 if there is no such name. */
  public long find(byte[] name) throws IOException {
    inode.locks().inode().requireHeld();
    if (name.length == 0) {
      return 0;
    }
    long inodeNumber;
    if (inode.has(FileFlag.INLINE_DATA)) {
      inodeNumber = new InlineEntries(blocks).find(name);
    } else if (blocks.isIndexed()) {
      inodeNumber = new HashTree(blocks).find(name);
    } else {
      inodeNumber = new LinearDirectory(blocks).find(name);
    }
    return checked(inodeNumber);
  }

  /**
   * Adds a name at the position where the kernel would put it.
   *
   * @param name the name: 1 to 255 bytes without slash and NUL, but not {@code .} or {@code ..}
   * @param inodeNumber the inode that the name will refer to
   * @param type the file type of that inode
   * @return false, without any change, if the name exists already
   * @throws FileOperationException with EINVAL or ENAMETOOLONG if the name is invalid; with ENOSPC
   *     if no space is left or the hash tree cannot grow
   * @throws CorruptionException with DIRECTORY, DIRECTORY_CHECKSUM or INLINE_DATA if the directory
   *     is damaged; with DIRECTORY also if the file system has no inode with this number
   */
  public boolean add(Handle handle, byte[] name, long inodeNumber, FileType type)
      throws IOException {
    inode.locks().inode().requireExclusive();
    NewEntry entry = new NewEntry(name, inodeNumber, type);
    if (inodeNumber < 1 || inodeNumber > volume.geometry().inodeCount()) {
      throw new CorruptionException(
          Kind.DIRECTORY, inode + ": an entry would name inode " + inodeNumber);
    }
    boolean added =
        inode.has(FileFlag.INLINE_DATA) ? addInline(handle, entry) : addTo(handle, entry);
    if (added) {
      blocks.touch(handle);
    }
    return added;
  }

  private boolean addInline(Handle handle, NewEntry entry) throws IOException {
    InlineEntries inline = new InlineEntries(blocks);
    if (inline.find(entry.name()) != 0) {
      return false;
    }
    if (inline.add(handle, entry)) {
      return true;
    }
    inline.moveToBlock(handle);
    return addTo(handle, entry);
  }

  private boolean addTo(Handle handle, NewEntry entry) throws IOException {
    return blocks.isIndexed()
        ? new HashTree(blocks).add(handle, entry)
        : new LinearDirectory(blocks).add(handle, entry);
  }

  /**
   * Removes a name. The directory keeps its blocks.
   *
   * @return the inode that the name referred to
   * @throws FileOperationException with ENOENT if there is no such name; with EINVAL or
   *     ENAMETOOLONG if the name is invalid, or is {@code .} or {@code ..}
   * @throws CorruptionException with DIRECTORY, DIRECTORY_CHECKSUM or INLINE_DATA if the directory
   *     is damaged
   */
  public long remove(Handle handle, byte[] name) throws IOException {
    inode.locks().inode().requireExclusive();
    NewEntry.checkName(name);
    long inodeNumber;
    if (inode.has(FileFlag.INLINE_DATA)) {
      inodeNumber = new InlineEntries(blocks).remove(handle, name);
    } else if (blocks.isIndexed()) {
      inodeNumber = new HashTree(blocks).remove(handle, name);
    } else {
      inodeNumber = new LinearDirectory(blocks).remove(handle, name);
    }
    if (inodeNumber == 0) {
      throw new FileOperationException(Errno.ENOENT, inode + ": no such name");
    }
    blocks.touch(handle);
    return checked(inodeNumber);
  }

  /**
   * Initialises a new directory, with only the entries {@code .} and {@code ..} and the link count
   * 2. If the inode has the flag for inline data, the entries are stored in the inode. Otherwise
   * they are stored in the first block of the directory, which is allocated unless it exists
   * already. An inode without this flag must have a valid extent tree or block map.
   *
   * @param parentInode the inode that {@code ..} refers to
   */
  public void initialise(Handle handle, long parentInode) throws IOException {
    inode.locks().inode().requireExclusive();
    checked(parentInode);
    inode.declare(handle);
    InodeView fields = inode.fields();
    fields.setFlags(fields.flags() & ~FileFlag.INDEX.bit());
    fields.setLinkCount(2);
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineEntries(blocks).initialise(handle, parentInode);
      return;
    }
    fields.setSize(0);
    CachedBlock known = blocks.mapped(0);
    DirectoryLeaf first =
        known == null ? blocks.appendLeaf(handle) : new DirectoryLeaf(blocks, 0, known);
    first.putSelfAndParent(handle, parentInode, FileType.DIRECTORY.directoryCode());
    fields.setSize(volume.geometry().blockSize());
    inode.seal();
  }

  /**
   * Same as {@link #initialise}, but stores the entries in the inode. The kernel creates a
   * directory in this way if the file system has the feature inline_data. The inode must not map
   * any block.
   *
   * @return false, without any change, if the inode has no room for inline data
   */
  public boolean initialiseInline(Handle handle, long parentInode) throws IOException {
    inode.locks().inode().requireExclusive();
    if (!new InlineData(inode).begin(handle)) {
      return false;
    }
    initialise(handle, parentInode);
    return true;
  }

  private long checked(long inodeNumber) throws CorruptionException {
    if (inodeNumber > volume.geometry().inodeCount()) {
      throw new CorruptionException(
          Kind.DIRECTORY, inode + ": an entry names inode " + inodeNumber);
    }
    return inodeNumber;
  }
}
