package dev.ext4j.fs.file;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.content.BlockContent;
import dev.ext4j.fs.content.EdgeZeroing;
import dev.ext4j.fs.content.InlineData;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.IndirectInsertion;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.HoleFilling;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A write of content, as in pwrite(2). The write is completed as a whole or not at all, if it fits
 * in one transaction and no other thread runs in between.
 *
 * <p>Content for holes and unwritten blocks is written directly to blocks that are unwritten or,
 * with a block map, not mapped yet. After that, these blocks become written and the size is raised,
 * in one transaction. This transaction does not become durable before the content is durable.
 * Content that overwrites few written blocks goes through the journal, so that after a crash the
 * blocks hold the old or the new content. Content that overwrites more blocks is written in place.
 */
public final class FileWriter extends FileOperation {
  /** The largest number of blocks that one step overwrites through the journal. */
  private static final int LOGGED_BLOCKS = 64;

  private static final int INODE_BLOCK = 1;

  /** The largest number of blocks of a block map that one step fills. */
  private static final int MAPPED_BLOCKS = 2048;

  private final long byteOffset;
  private final ByteBuffer source;
  private final int byteCount;
  private final BlockContent content;
  private long written;

  /** The number of bytes written that a failure does not undo. */
  private long settled;

  private boolean throughJournal;

  /**
   * Creates a write of all remaining bytes of a buffer, starting at {@code byteOffset}. {@link
   * #write} does the work.
   */
  public FileWriter(Inode inode, Volume volume, long byteOffset, ByteBuffer source) {
    super(inode, volume);
    this.byteOffset = byteOffset;
    this.source = source;
    this.byteCount = source.remaining();
    this.content = new BlockContent(volume);
  }

  /**
   * Writes the bytes. Content that goes through the journal is durable when this method returns, if
   * operations commit by themselves. All content is durable after the next {@link Volume#sync}.
   */
  public void write() throws IOException {
    run();
    source.position(source.limit());
  }

  @Override
  void check() throws IOException {
    if (byteOffset < 0) {
      throw new FileOperationException(Errno.EINVAL, "the offset is negative");
    }
    FallocateChecks.checkContent(inode, volume);
    FallocateChecks.checkSize(inode, volume.geometry(), mapper, byteOffset, byteCount);
  }

  @Override
  void leavePages(PagesOfRange pages) throws IOException {
    pages.settle(byteOffset, byteOffset + byteCount);
    pages.settleTail();
  }

  @Override
  long touchedEnd() {
    return 0;
  }

  @Override
  int startCredits() {
    return 1 + InlineData.credits() + EdgeZeroing.CREDITS;
  }

  @Override
  boolean isAppending() {
    return true;
  }

  @Override
  boolean isDurable() {
    return throughJournal;
  }

  @Override
  void work(Handle handle) throws IOException {
    if (byteCount == 0) {
      return;
    }
    written = 0;
    throughJournal = false;
    touch(handle);
    if (inode.has(FileFlag.INLINE_DATA)) {
      if (new InlineData(inode).write(handle, byteOffset, source)) {
        growTo(handle, byteOffset + byteCount);
        return;
      }
      leaveInode(handle);
    }
    if (byteOffset > inode.size()) {
      throughJournal = zeroTail(handle);
    }
    while (written < byteCount) {
      ensureCredits(handle);
      step(handle);
      growTo(handle, byteOffset + written);
    }
  }

  private void ensureCredits(Handle handle) throws IOException {
    if (mapper.usesExtents()) {
      mapper.extents().ensureCredits(handle, FileWriter::creditsInTree, gate());
    } else {
      int map = IndirectInsertion.CREDITS + IndirectInsertion.creditsForRun(MAPPED_BLOCKS);
      handle.ensureCredits(INODE_BLOCK + map + LOGGED_BLOCKS, gate());
    }
  }

  private static int creditsInTree(int depth) {
    int tree = HoleFilling.credits(depth) + ExtentInsertion.creditsToConvert(depth + 1);
    return INODE_BLOCK + tree + LOGGED_BLOCKS;
  }

  /** Writes the bytes of one run of the mapping, or of a first part of it. */
  private void step(Handle handle) throws IOException {
    int bits = volume.geometry().blockSizeBits();
    long at = byteOffset + written;
    long first = at >>> bits;
    long blocks = ((byteOffset + byteCount - 1) >>> bits) - first + 1;
    Mapping there = mapper.map(first, blocks);
    if (there.state() == State.WRITTEN) {
      overwrite(handle, there);
    } else if (mapper.usesExtents()) {
      fillExtents(handle, there);
    } else {
      fillMap(handle, there);
    }
  }

  private void fillExtents(Handle handle, Mapping there) throws IOException {
    HoleFilling filling = new HoleFilling(inode, volume, mapper);
    ExtentInsertion insertion = new ExtentInsertion(mapper.extents(), volume.allocator());
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      inode.status().remove(there.logicalBlock(), there.logicalEnd());
      Mapping blocks =
          there.state() == State.HOLE
              ? filling.fill(handle, there, false)
              : mapper.extents().lookup(there.logicalBlock());
      if (blocks.state() != State.UNWRITTEN) {
        throw new CorruptionException(
            Kind.EXTENT_NODE,
            inode
                + ": the mapping of block "
                + there.logicalBlock()
                + " has changed: a node of the tree belongs to another file, too");
      }
      blocks = blocks.from(there.logicalBlock(), there.blockCount());
      long count =
          volume.journal().holds(blocks.physicalBlock(), blocks.blockCount())
              ? writeHeld(handle, blocks)
              : writeNew(blocks);
      int converted = insertion.convert(handle, blocks.logicalBlock(), count, false);
      if (converted != count) {
        throw new IllegalStateException("one extent became written in part");
      }
      inode
          .status()
          .insert(new Mapping(blocks.logicalBlock(), blocks.physicalBlock(), count, State.WRITTEN));
    }
  }

  private void fillMap(Handle handle, Mapping there) throws IOException {
    HoleFilling filling = new HoleFilling(inode, volume, mapper);
    Mapping wanted = there.from(there.logicalBlock(), MAPPED_BLOCKS);
    Mapping blocks = filling.takeForMap(handle, wanted);
    writeNew(blocks);
    try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
      inode.status().remove(blocks.logicalBlock(), blocks.logicalEnd());
      filling.enter(handle, blocks);
      inode.status().insert(blocks);
    }
  }

  /**
   * Writes blocks that have no content yet. The source may cover only a part of the first and of
   * the last block. The other bytes of these two blocks become zero.
   */
  private long writeNew(Mapping blocks) throws IOException {
    volume.allocator().requireNotMetadata(blocks.physicalBlock(), blocks.blockCount());
    written += content.writeNew(blocks.physicalBlock(), blocks.blockCount(), inBlock(), rest());
    return blocks.blockCount();
  }

  /**
   * Writes through the journal, because the journal still holds old content of these blocks. A
   * replay of the log would write the old content over new content that bypassed the journal.
   */
  private long writeHeld(Handle handle, Mapping blocks) throws IOException {
    long count = Math.min(blocks.blockCount(), LOGGED_BLOCKS);
    volume.allocator().requireNotMetadata(blocks.physicalBlock(), count);
    written += content.writeLogged(handle, blocks.physicalBlock(), count, inBlock(), rest(), true);
    throughJournal = true;
    return count;
  }

  /** Returns the position of the next byte in its block. */
  private int inBlock() {
    return (int) (byteOffset + written & volume.geometry().blockSize() - 1);
  }

  /** Returns the bytes that have still to be written. */
  private ByteBuffer rest() {
    int from = source.position() + (int) written;
    return source.duplicate().position(from);
  }

  private void overwrite(Handle handle, Mapping there) throws IOException {
    volume.allocator().requireNotMetadata(there.physicalBlock(), there.blockCount());
    int blockSize = volume.geometry().blockSize();
    long wholeFrom = inBlock() == 0 ? 0 : 1;
    long whole = (inBlock() + (byteCount - written)) / blockSize - wholeFrom;
    whole = Math.min(whole, there.blockCount() - wholeFrom);
    boolean logged =
        there.blockCount() <= LOGGED_BLOCKS
            || volume.journal().isInOneTransaction()
            || whole <= 0
            || volume.journal().holds(there.physicalBlock() + wholeFrom, whole);
    if (logged || wholeFrom == 1) {
      // Only the first block is written here if the other blocks can bypass the journal.
      long count = logged ? Math.min(there.blockCount(), LOGGED_BLOCKS) : 1;
      written +=
          content.writeLogged(handle, there.physicalBlock(), count, inBlock(), rest(), false);
      throughJournal = true;
    } else {
      written += content.writeInPlace(there.physicalBlock(), whole, rest());
    }
  }

  @Override
  void restarted(Handle.RestartGate.Restart restart) throws IOException {
    settled = written;
    super.restarted(restart);
  }

  @Override
  String doneInPart() {
    return settled + " bytes were written";
  }
}
