package dev.ext4j.fs.journal.recovery;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.journal.log.HomeWriter;
import dev.ext4j.fs.journal.log.LogSuperblock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * A recovery that writes the contents of the log to their home blocks. A crash at any write leaves
 * a file system that still needs recovery, and a log with the same contents. Therefore the next
 * recovery repeats this one. The log's superblock is changed only after all blocks are durable. The
 * file system's superblock is changed only after the log's superblock is durable.
 */
public final class Recovery {
  private final BlockDevice device;
  private final Geometry geometry;
  private final long superblockByteOffset;
  private final LogSuperblock log;
  private final Replay replay;
  private final FastCommitScan fastCommits;

  /**
   * Reads the log.
   *
   * @param superblockByteOffset offset of the file system's superblock on the device
   * @throws CorruptionException with JOURNAL if the log is damaged. A replay would then lose
   *     committed changes, and only the user may decide to do that.
   */
  public Recovery(
      BlockDevice device, Geometry geometry, long superblockByteOffset, LogSuperblock log)
      throws IOException {
    this.device = device;
    this.geometry = geometry;
    this.superblockByteOffset = superblockByteOffset;
    this.log = log;
    this.replay = Replay.of(log.area(), log.view(), geometry);
    if (replay.damaged() || replay.damagedCopies() > 0) {
      throw new CorruptionException(
          Kind.JOURNAL,
          "the journal is damaged: a replay would lose changes that were committed; e2fsck -fy"
              + " replays what is left of it and checks the file system");
    }
    this.fastCommits = FastCommitScan.of(log.area(), log.view(), geometry, replay.nextSequence());
  }

  /** Returns the replay that will be done. */
  public Replay replay() {
    return replay;
  }

  /** Returns the fast commits after the last transaction. */
  public FastCommitScan fastCommits() {
    return fastCommits;
  }

  /**
   * Writes the blocks to their home blocks. Then sets the start of the log so that no replayed
   * transaction is left in it. The other fields of the log's superblock do not change.
   */
  public void replayBlocks() throws IOException {
    if (log.view().startBlock() == 0) {
      return;
    }
    writeHome();
    device.flush();
    log.view().setStart(log.view().firstBlock(), replay.nextSequence());
    log.write();
  }

  /** Marks the log as empty, and marks the file system as not needing recovery. */
  public void finish() throws IOException {
    JournalSuperblock journal = log.view();
    boolean failed = journal.errno() != 0;
    if (journal.startBlock() != 0) {
      journal.setEmpty(replay.nextSequence() + 1);
      log.write();
    }
    ByteBuffer bytes = readSuperblock();
    SuperblockView superblock = SuperblockView.of(bytes);
    superblock.setNeedsRecovery(false);
    if (failed) {
      superblock.setHasErrors();
    }
    superblock.seal();
    device.writeFully(superblockByteOffset, bytes);
    device.flush();
    if (failed) {
      journal.clearErrno();
      log.write();
    }
  }

  private ByteBuffer readSuperblock() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SuperblockView.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    device.readFully(superblockByteOffset, bytes);
    return bytes.flip();
  }

  private void writeHome() throws IOException {
    int blockSize = geometry.blockSize();
    HomeWriter writer = new HomeWriter(device, blockSize, replay.copies().size());
    for (Map.Entry<Long, Replay.Copy> entry : replay.copies().entrySet()) {
      long home = entry.getKey();
      ByteBuffer block = writer.next(home);
      read(entry.getValue(), block);
      if (home == superblockByteOffset / blockSize) {
        keepOwnFields(block);
      }
    }
    writer.finish();
  }

  private void read(Replay.Copy copy, ByteBuffer block) throws IOException {
    LogArea area = log.area();
    area.read(copy.logBlock(), block);
    if (copy.escaped()) {
      block.order(ByteOrder.BIG_ENDIAN).putInt(0, LogBlock.MAGIC);
    }
  }

  /**
   * Prepares a logged copy of the superblock for its home block. Three fields keep their values
   * from the home block: the mark that recovery is needed, the record of errors, which is written
   * without the log, and the checksum.
   */
  private void keepOwnFields(ByteBuffer block) throws IOException {
    int offset = (int) (superblockByteOffset % geometry.blockSize());
    SuperblockView onDisk = SuperblockView.of(readSuperblock());
    SuperblockView logged = SuperblockView.of(block.slice(offset, SuperblockView.SIZE));
    logged.keepErrorsOf(onDisk);
    logged.setNeedsRecovery(true);
    logged.keepChecksumOf(onDisk);
    logged.seal();
  }
}
