package dev.ext4j.fs.dir;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.extent.WalkBound;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.DirectoryVisitor;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader for the entries of a directory, block by block. It can read a directory with a hash tree
 * in the same way, because an index block looks like a block with an unused entry. The inode lock
 * is held while a block is read, but not while a visitor is called.
 */
public final class DirectoryReader {
  private final Inode inode;
  private final Volume volume;

  /** Creates a reader for a directory. */
  public DirectoryReader(Inode inode, Volume volume) {
    this.inode = inode;
    this.volume = volume;
  }

  /** Passes all entries to a visitor, until it returns false. The visitor may use other files. */
  public void list(DirectoryVisitor visitor) throws IOException {
    list(0, visitor);
  }

  /**
   * Same as {@link #list(DirectoryVisitor)}, but starts at a cookie. A cookie is the byte offset in
   * the directory at which the next record begins. If the directory is stored in its inode, the
   * cookie is the offset that the record would have if the directory were stored in a block.
   *
   * @param cookie 0 for the first entry, or a cookie that a visitor has received
   */
  public void list(long cookie, DirectoryVisitor visitor) throws IOException {
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineDirectory(inode).list(this::open, cookie, visitor);
      return;
    }
    Blocks blocks = new Blocks(cookie >>> volume.geometry().blockSizeBits());
    List<Entry> entries = new ArrayList<>();
    while (blocks.next((block, start) -> collect(block, start, cookie, entries))) {
      for (Entry entry : entries) {
        if (!entry.show(visitor)) {
          return;
        }
      }
      entries.clear();
    }
  }

  /** Returns the inode that the entry with a name refers to, or 0 if there is no such entry. */
  public long find(byte[] name) throws IOException {
    long[] found = {0};
    FileName wanted = FileName.ofStored(name);
    if (inode.has(FileFlag.INLINE_DATA)) {
      new InlineDirectory(inode)
          .list(
              this::open,
              0,
              (entryName, inodeNumber, type, nextCookie) -> {
                found[0] = entryName.equals(wanted) ? inodeNumber : 0;
                return found[0] == 0;
              });
      return found[0];
    }
    Blocks blocks = new Blocks(0);
    while (found[0] == 0
        && blocks.next(
            (block, start) -> {
              while (found[0] == 0 && block.next()) {
                found[0] = block.isNamed(name) ? checkedInode(block) : 0;
              }
            })) {}
    return found[0];
  }

  /** Copies the entries of a block that are at or after a byte offset in the directory. */
  private void collect(DirectoryBlock block, long blockStart, long from, List<Entry> entries)
      throws CorruptionException {
    while (block.next()) {
      if (blockStart + block.position() >= from) {
        long next = blockStart + block.position() + block.recordLength();
        entries.add(new Entry(block.name(), checkedInode(block), block.typeCode(), next));
      }
    }
  }

  private long checkedInode(DirectoryBlock entry) throws CorruptionException {
    if (entry.inodeNumber() > volume.geometry().inodeCount()) {
      throw new CorruptionException(
          Kind.DIRECTORY, inode + ": an entry names inode " + entry.inodeNumber());
    }
    return entry.inodeNumber();
  }

  private DirectoryBlock open(ByteBuffer bytes, String where) {
    boolean typed = volume.geometry().features().has(IncompatFeature.FILETYPE);
    return new DirectoryBlock(bytes, typed, where);
  }

  /** A copy of an entry, made while the inode lock was held. */
  private static final class Entry {
    private final byte[] name;
    private final long inodeNumber;
    private final int typeCode;
    private final long nextCookie;

    Entry(byte[] name, long inodeNumber, int typeCode, long nextCookie) {
      this.nextCookie = nextCookie;
      this.name = name;
      this.inodeNumber = inodeNumber;
      this.typeCode = typeCode;
    }

    boolean show(DirectoryVisitor visitor) throws IOException {
      FileType type = FileType.ofDirectoryCode(typeCode);
      return visitor.entry(FileName.ofStored(name), inodeNumber, type, nextCookie);
    }
  }

  /** An action on a block while the inode lock is held. */
  private interface BlockVisitor {
    void visit(DirectoryBlock block, long byteOffset) throws IOException;
  }

  /** An iteration over the written blocks of the directory, in ascending order. */
  private final class Blocks {
    private static final int READ_AHEAD = 256;

    private final BlockMapper mapper = new BlockMapper(inode, volume);
    private final WalkBound bound = new WalkBound(inode.inodeNumber(), volume.geometry());
    private long at;
    private ExtentStatusTree.@Nullable Known known;

    Blocks(long firstBlock) {
      at = firstBlock;
    }

    /** Visits the next block. Returns false at the end of the directory. */
    boolean next(BlockVisitor visitor) throws IOException {
      try (RankedLock.Held lock = inode.locks().inode().shared()) {
        Geometry geometry = volume.geometry();
        long size = inode.fields().size();
        // With large_dir the size may be larger than the largest mappable size.
        long end = Math.min(size >>> geometry.blockSizeBits(), ExtentTree.MAX_BLOCKS);
        while (at < end) {
          Mapping run = run(end);
          if (run.state() != State.WRITTEN) {
            at = run.logicalEnd();
          } else if (visit(visitor, run)) {
            at++;
            bound.pass(1);
            return true;
          }
        }
        return false;
      }
    }

    /**
     * Returns the run that contains the next block. The run from an earlier call is used again if
     * the mapping has not changed since then.
     */
    private Mapping run(long end) throws IOException {
      ExtentStatusTree.Known before = known;
      if (before != null && at < before.mapping().logicalEnd() && isCurrent(before)) {
        return before.mapping();
      }
      ExtentStatusTree.Known now = mapper.query(MappingContext.INODE, at, end - at);
      known = now;
      Mapping run = now.mapping();
      if (run.state() == State.WRITTEN) {
        volume.cache().prefetch(run.physicalBlock(), Math.min(run.blockCount(), READ_AHEAD));
      }
      return run;
    }

    private boolean isCurrent(ExtentStatusTree.Known mapping) {
      return mapping.cookie() == inode.status().sequence();
    }

    /**
     * Visits the next block. This thread holds the tree lock, so that no other thread can undo
     * changes while the block is read.
     *
     * @return false, without a visit, if the mapping has changed
     */
    private boolean visit(BlockVisitor visitor, Mapping run) throws IOException {
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        ExtentStatusTree.Known used = known;
        if (used == null || !isCurrent(used)) {
          known = null;
          return false;
        }
        DirectoryBlock block = read(at, run.physicalBlock() + (at - run.logicalBlock()));
        visitor.visit(block, at << volume.geometry().blockSizeBits());
        return true;
      }
    }

    private DirectoryBlock read(long logicalBlock, long physicalBlock) throws IOException {
      DirectoryBlocks blocks = new DirectoryBlocks(inode, volume);
      ByteBuffer bytes = blocks.verified(logicalBlock, physicalBlock).bytes();
      return open(bytes, blocks.describe(logicalBlock));
    }
  }
}
