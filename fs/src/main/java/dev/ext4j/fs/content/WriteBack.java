package dev.ext4j.fs.content;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.MappingContext;
import dev.ext4j.fs.lock.ProtocolException;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.mapping.HoleFilling;
import dev.ext4j.fs.mapping.TreeChange;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.page.FilePages;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.page.PageStore;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.status.ExtentStatusTree;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The writeback of dirty pages ({@code ext4_writepages}). It takes neither the inode lock nor the
 * invalidate lock.
 *
 * <ol>
 *   <li>Consecutive pages are locked. If they are delayed, unwritten blocks are allocated under the
 *       exclusive tree lock, for the pages that are still delayed there.
 *   <li>The pages are marked as being written, and unlocked. Their content is written to the
 *       device.
 *   <li>Their blocks become written, and the size on disk is raised.
 *   <li>The marks are removed. Before that, no other thread may drop the pages.
 * </ol>
 *
 * A handle is open during the allocation in step 1, while the pages are locked (order B in
 * docs/ARCHITECTURE.md), and in step 3. In step 2 a handle is open only for content that has to go
 * through the journal.
 */
public final class WriteBack implements PageStore {
  private static final int MOST_BYTES = 1 << 20;

  private final Volume volume;

  private WriteBack(Volume volume) {
    this.volume = volume;
  }

  /**
   * Connects the pages of a volume to its blocks, and returns the volume. Without this call, its
   * dirty pages are never written back.
   */
  public static Volume attachedTo(Volume volume) {
    volume.pages().writeTo(new WriteBack(volume));
    return volume;
  }

  @Override
  public void writeBack(FilePages file, long first, long end) throws IOException {
    int most = Math.max(1, MOST_BYTES / volume.geometry().blockSize());
    Work work = new Work(volume, file);
    IOException failure = null;
    long at = file.nextDirty(first, end);
    while (at >= 0) {
      List<Page> run = file.lockDirtyRun(at, (int) Math.min(most, end - at));
      long next = at + 1;
      if (run.isEmpty()) {
        Page page = file.find(at);
        if (page != null && page.isWriting()) {
          page.awaitWritten(); // it became dirty again during the write
          next = at;
        }
      } else {
        try {
          next = work.write(run);
        } catch (IOException e) {
          failure = failure == null ? e : failure;
          // If the page is still dirty, the reason for the failure applies to the whole run.
          next = file.nextDirty(at, end) == at ? at + run.size() : at + 1;
        }
      }
      at = file.nextDirty(next, end);
    }
    if (failure != null) {
      volume.journal().tellCommitter(); // some pages may be dirty again
      throw failure;
    }
    ContentChange.settleTimes(file.inode(), volume);
  }

  /** The writeback of one file. */
  private static final class Work {
    private final Volume volume;
    private final Inode inode;
    private final FilePages file;
    private final BlockMapper mapper;
    private ByteBuffer staged = ByteBuffer.allocate(0);
    private final int bits;

    Work(Volume volume, FilePages file) {
      this.volume = volume;
      this.file = file;
      this.inode = file.inode();
      this.mapper = new BlockMapper(inode, volume);
      this.bits = volume.geometry().blockSizeBits();
    }

    /**
     * Writes the first of the locked dirty pages, and those after it whose blocks are in the same
     * run of the mapping. Unlocks all pages of the list.
     *
     * @return the block after the last one that was written
     */
    long write(List<Page> run) throws IOException {
      long first = run.get(0).logicalBlock();
      int locked = run.size();
      boolean submitted = false;
      List<Page> piece = run;
      try {
        inode.busy().requireFree(first, first + run.size());
        reach(SyncPoint.WB_LOCKED, first);
        Mapping blocks = place(first, run.size());
        piece = run.subList(0, (int) blocks.blockCount());
        stage(piece);
        submitted = true;
        for (Page page : piece) {
          page.setWriting();
          page.setClean();
        }
        unlock(run, locked);
        locked = 0;
        transfer(piece, blocks);
        return blocks.logicalEnd();
      } catch (IOException | RuntimeException | Error e) {
        if (locked > 0) {
          file.writeHasFailed();
          if (!submitted && e instanceof CorruptionException own) {
            lose(run, own);
          }
          unlock(run, locked);
        }
        throw e;
      }
    }

    private static void unlock(List<Page> run, int count) {
      for (int i = count - 1; i >= 0; i--) { // held locks are searched from the last
        run.get(i).unlock();
      }
    }

    /**
     * Returns the first run of the mapping of the locked pages. Allocates the blocks of this run if
     * they are delayed.
     */
    private Mapping place(long first, int count) throws IOException {
      reach(SyncPoint.WB_LOOKUP, first);
      Mapping known = mapper.query(MappingContext.PAGES, first, count).mapping();
      if (known.state() == State.DELAYED) {
        known = allocate(known);
      }
      if (!known.isAllocated()) {
        throw new ProtocolException("a dirty page of " + inode + " lies over " + known);
      }
      if (volume.probes().checks()) {
        requireOnDisk(known);
      }
      volume.allocator().requireNotMetadata(known.physicalBlock(), known.blockCount());
      reach(SyncPoint.WB_MAPPED, first);
      return known;
    }

    /**
     * Checks that the mapping on disk begins with the same block as this cached mapping. No thread
     * may move the blocks of locked pages (check A6 in docs/PROTOCOL.md).
     */
    private void requireOnDisk(Mapping known) throws IOException {
      try (RankedLock.Held tree = inode.locks().extentTree().shared()) {
        Mapping onDisk = mapper.onDisk(known.logicalBlock());
        if (onDisk.physicalBlock() != known.physicalBlock()) {
          throw new ProtocolException(inode + ": " + known + " is " + onDisk + " on the disk");
        }
      }
    }

    private Mapping allocate(Mapping delayed) throws IOException {
      HoleFilling filling = new HoleFilling(inode, volume, mapper);
      Mapping[] placed = new Mapping[1];
      TreeChange.run(
          inode,
          volume,
          depth -> 1 + HoleFilling.credits(depth),
          handle -> {
            Mapping still = delayed;
            if (volume.probes().takes(Safeguard.WRITEBACK_LOOKS_AGAIN)) {
              ExtentStatusTree.Known known = inode.status().lookup(delayed.logicalBlock());
              if (known == null || known.mapping().state() != State.DELAYED) {
                throw new ProtocolException("a locked page of " + inode + " is not delayed now");
              }
              still = known.mapping().from(delayed.logicalBlock(), delayed.blockCount());
            }
            placed[0] = filling.fillDelayed(handle, still);
            inode.status().insert(placed[0], true);
          });
      return placed[0];
    }

    /**
     * Copies the content of the pages to the staging buffer. Bytes after the end of the file become
     * zeros.
     */
    private void stage(List<Page> piece) {
      long size = inode.size();
      staged = StagingBuffer.of(piece.size() << bits);
      for (Page page : piece) {
        ByteBuffer content = page.content();
        long behind = size - (page.logicalBlock() << bits);
        for (int i = (int) Math.max(0, Math.min(behind, content.capacity()));
            i < content.capacity();
            i++) {
          content.put(i, (byte) 0);
        }
        staged.put(staged.position(), content, 0, content.capacity());
        staged.position(staged.position() + content.capacity());
      }
      staged.flip();
    }

    private void transfer(List<Page> piece, Mapping blocks) throws IOException {
      try {
        reach(SyncPoint.WB_SUBMITTED, blocks.logicalBlock());
        send(blocks);
        if (!volume.probes().takes(Safeguard.FLAG_UNTIL_CONVERTED)) {
          piece.forEach(Page::endWriting);
        }
        reach(SyncPoint.IO_DONE, blocks.logicalBlock());
        finish(blocks);
        reach(SyncPoint.IO_CONVERTED, blocks.logicalBlock());
        piece.forEach(Page::endWriting);
      } catch (IOException | RuntimeException | Error e) {
        file.writeHasFailed();
        if (e instanceof IOException own && isOfTheContent(own)) {
          piece.forEach(page -> loseUnlocked(page, own));
        } else {
          piece.forEach(Page::endWritingInVain);
        }
        throw e;
      } finally {
        reach(SyncPoint.IO_FLAG_CLEAR, blocks.logicalBlock());
      }
    }

    /**
     * Returns whether a failure concerns this content only, so that another attempt would fail as
     * well. A failure concerns the content if the device refuses the content, or if the mapping of
     * its blocks is damaged. Other failures, of a commit or for lack of space or memory, do not
     * concern the content.
     */
    private static boolean isOfTheContent(IOException failure) {
      return !(failure instanceof Ext4Exception) || failure instanceof CorruptionException;
    }

    private void send(Mapping blocks) throws IOException {
      if (volume.journal().holds(blocks.physicalBlock(), blocks.blockCount())) {
        sendThroughJournal(blocks);
      } else {
        volume.cache().writePast(blocks.physicalBlock(), staged);
        inode.wrotePast(volume.cache().pastWrites());
      }
    }

    /**
     * Writes blocks through the journal, because the log has old copies of them, which a replay
     * would write over the new content.
     */
    private void sendThroughJournal(Mapping blocks) throws IOException {
      BlockContent content = new BlockContent(volume);
      for (long done = 0; done < blocks.blockCount(); done++) {
        try (Handle handle = volume.journal().start(1)) {
          handle.remember(inode);
          content.writeLogged(handle, blocks.physicalBlock() + done, 1, 0, staged, false);
          handle.commit();
        }
      }
      volume.journal().commitOperation();
    }

    /**
     * Changes the state of the blocks to written, and raises the size on disk so that no written
     * block lies beyond it.
     */
    private void finish(Mapping blocks) throws IOException {
      long end = blocks.logicalEnd();
      for (long at = blocks.logicalBlock(); blocks.state() != State.WRITTEN && at < end; ) {
        at = convert(blocks.from(at, end - at));
      }
      if (Math.min(end << bits, inode.size()) > inode.fields().size()) {
        TreeChange.run(inode, volume, depth -> 1, handle -> coverSize(handle, end));
      }
    }

    /**
     * Raises the size on disk. The caller holds the tree lock exclusively, so that no truncation
     * can change the size meanwhile.
     */
    private void coverSize(Handle handle, long blockEnd) {
      long reached = Math.min(blockEnd << bits, inode.size());
      if (reached > inode.fields().size()) {
        ContentChange.setSizeOnDisk(handle, inode, reached);
      }
    }

    private long convert(Mapping unwritten) throws IOException {
      long[] end = new long[1];
      TreeChange.run(
          inode,
          volume,
          ExtentInsertion::creditsToConvert,
          handle -> {
            long first = unwritten.logicalBlock();
            int count =
                new ExtentInsertion(mapper.extents(), volume.allocator())
                    .convert(handle, first, unwritten.blockCount(), false);
            inode
                .status()
                .insert(new Mapping(first, unwritten.physicalBlock(), count, State.WRITTEN));
            end[0] = first + count;
            coverSize(handle, end[0]);
          });
      return end[0];
    }

    /**
     * Drops locked pages after the search for their blocks has failed, and releases their reserved
     * space.
     */
    private void lose(List<Page> run, IOException cause) {
      long first = run.get(0).logicalBlock();
      if (volume.probes().takes(Safeguard.LOSES_LOCKED)) {
        try (RankedLock.Held tree = inode.locks().extentTree().exclusive()) {
          giveUp(first, first + run.size());
        }
      } else {
        giveUp(first, first + run.size());
      }
      run.forEach(page -> file.lose(page, cause));
    }

    private void giveUp(long first, long end) {
      for (Mapping delayed = inode.status().nextDelayed(first, end);
          delayed != null;
          delayed = inode.status().nextDelayed(first, end)) {
        long from = Math.max(first, delayed.logicalBlock());
        inode.status().remove(from, Math.min(end, delayed.logicalEnd()));
      }
    }

    /**
     * Drops a page whose content could not be written. A page that was changed during the write
     * stays in the cache as dirty, because its newer content must still be written.
     */
    private void loseUnlocked(Page page, IOException cause) {
      page.endWriting();
      page.lock();
      try {
        if (page.isAttached() && !page.isOnItsWay()) {
          file.lose(page, cause);
        }
      } finally {
        page.unlock();
      }
    }

    private void reach(SyncPoint point, long logicalBlock) {
      volume.probes().reach(point, inode.inodeNumber(), logicalBlock);
    }
  }
}
