package dev.ext4j.fs.journal.log;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.CommitFailedException;
import dev.ext4j.fs.error.CommitFailedException.Outcome;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.format.FeatureSet;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.journal.BlockRole;
import dev.ext4j.fs.journal.CommitMethod;
import dev.ext4j.fs.journal.SpaceReleaser;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.SyncPoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A commit method that uses the log (jbd2). A transaction is complete once its commit block is
 * durable. After that its blocks are written to their home blocks. The log drops its copies only
 * after the home blocks are durable. After a crash at any instant and a recovery, the file system
 * contains either all changes of the transaction or none of them.
 *
 * <ol>
 *   <li>The content of new blocks has already been written to its home blocks. The blocks of the
 *       transaction are written to the log; flush.
 *   <li>The commit block is written to the log; flush.
 *   <li>At a checkpoint, blocks are written to their home blocks; flush; the new start is written
 *       to the log's superblock; flush. A checkpoint of the oldest transactions can run beside
 *       commits. If the log is full, or too much is logged, a commit makes one of the whole log.
 * </ol>
 *
 * <p>If a block is freed while the log holds a copy of it, the block is revoked, whether it is
 * metadata or content. The next owner of the block may write it in place, and a replay must not
 * overwrite that content. The set of copies in the log is known exactly, because the log was empty
 * when the file system was opened.
 */
public final class LogCommit implements CommitMethod {
  /** The size of the logged blocks, in bytes, above which a checkpoint is made. */
  private static final long MOST_LOGGED_BYTES = 8L << 20;

  /**
   * The maximum size of a transaction that cannot be split, in bytes. The old contents of its
   * blocks take the same amount of memory in addition.
   */
  private static final long LARGEST_BYTES = 16 << 20;

  private static final int RING_PARTS = 4;

  /** The most bytes that a checkpoint writes home while commits wait. */
  private static final int HOME_BYTES = 1 << 20;

  private static final System.Logger LOGGER = System.getLogger(LogCommit.class.getName());

  private final BlockDevice device;
  private final Geometry geometry;
  private final LogSuperblock log;
  private final SpaceReleaser releaser;
  private final CommitMethod.Gate gate;
  private final Clock clock;
  private final Probes probes;
  private final long mostLogged;
  private final LoggedBlocks logged;

  /**
   * The lock of writes to home blocks. A block that is being written by a checkpoint is not given
   * to another owner, and no older content is written over newer content.
   */
  private final Object homeWrites = new Object();

  /** The transactions in the log, from the oldest on. Guarded by the journal's commit lock. */
  private final ArrayDeque<Logged> inLog = new ArrayDeque<>();

  /**
   * The first transaction that the checkpoint under way keeps in the log; null if there is none.
   */
  private volatile @Nullable Logged kept;

  /** Whether a checkpoint of the oldest transactions has written blocks since its last flush. */
  private boolean homeUnflushed;

  private volatile @Nullable LogWriter writer;
  private @Nullable CommitWork work;
  private int sequence;

  /** A transaction in the log, and the position of its first block. */
  private record Logged(int sequence, LogWriter.Mark start) {}

  /**
   * Creates an object that commits transactions through a log. The log must have nothing to replay.
   *
   * @param gate the gate that marks the file system as being changed; opened before the first write
   *     to the log
   * @param metadataBytes the maximum size of the metadata in memory, in bytes. A checkpoint is made
   *     when the logged blocks take more than half of this size, or more than 8 MiB.
   */
  public LogCommit(
      BlockDevice device,
      Geometry geometry,
      LogSuperblock log,
      int firstSequence,
      SpaceReleaser releaser,
      CommitMethod.Gate gate,
      Clock clock,
      Probes probes,
      long metadataBytes) {
    this.mostLogged = Math.min(MOST_LOGGED_BYTES, metadataBytes / 2) / geometry.blockSize();
    this.device = device;
    this.geometry = geometry;
    this.log = log;
    this.sequence = firstSequence;
    this.releaser = releaser;
    this.gate = gate;
    this.clock = clock;
    this.probes = probes;
    this.logged = new LoggedBlocks(geometry.blockSize());
  }

  @Override
  public int maxTransactionBlocks() {
    long ring = log.view().endBlock() - log.view().firstBlock();
    return (int) Math.min(Integer.MAX_VALUE, ring / RING_PARTS);
  }

  /**
   * Returns the size of the ring in blocks, less one eighth for descriptor and revoke blocks. The
   * result is limited by {@code LARGEST_BYTES}.
   */
  @Override
  public int largestTransactionBlocks() {
    long ring = log.view().endBlock() - log.view().firstBlock();
    long inMemory = LARGEST_BYTES / geometry.blockSize();
    return (int) Math.max(maxTransactionBlocks(), Math.min(inMemory, ring - ring / 8 - 2));
  }

  @Override
  public void joining(long blockNumber, byte[] content) {
    logged.freeze(blockNumber, content);
  }

  @Override
  public boolean holds(long firstBlock, long blockCount) {
    return logged.containsAny(firstBlock, blockCount);
  }

  @Override
  public void prepare(Transaction transaction) throws IOException {
    try {
      releaser.release(transaction.freed(), transaction);
      gate.open(transaction);
      releaser.seal();
      LogWriter ring = beginLog();
      if (ring.blocksFor(transaction.memberCount(), logged.count()) > ring.freeBlocks()) {
        checkpoint();
        ring.requireRoom(transaction.memberCount());
      }
    } catch (CorruptionException e) {
      transaction.takeBack();
      throw e;
    } catch (CommitFailedException e) {
      // The checkpoint that was needed to make room has failed. It has written only blocks of
      // earlier transactions, so the image is as it was before this transaction.
      transaction.takeBack();
      IOException cause = e.getCause() instanceof IOException io ? io : e;
      throw new CommitFailedException(Outcome.AS_BEFORE, cause);
    } catch (IOException e) {
      transaction.takeBack();
      throw new CommitFailedException(Outcome.AS_BEFORE, e);
    }
    work = new CommitWork(transaction, sequence, logged, geometry, probes);
  }

  @Override
  public void write() throws IOException {
    CommitWork committing = Objects.requireNonNull(work);
    work = null; // the old contents, kept for undo, can be freed after this commit
    Transaction transaction = committing.transaction();
    probes.reach(SyncPoint.CM_ORDERED, 0);
    writeToLog(committing);
    probes.reach(SyncPoint.CM_RECORD, 0);
    try {
      synchronized (homeWrites) {
        committing.revoked().forEach(logged::remove);
        writeContentHome(transaction);
      }
      releaser.committed(transaction.freed());
      if (logged.notHomeCount() > mostLogged) {
        checkpoint();
      }
    } catch (IOException e) {
      throw new CommitFailedException(Outcome.IN_JOURNAL, e);
    }
  }

  /**
   * Sets {@code s_errno} in the log's superblock. The next recovery then marks the file system as
   * having errors.
   */
  @Override
  public void recordAbort() {
    if (writer == null) {
      return; // the image has not been changed
    }
    try {
      log.view().setErrno(-Errno.EIO.number());
      log.write();
    } catch (IOException e) {
      // A failing device may refuse this write as well. The commit failure itself has been
      // reported.
      LOGGER.log(System.Logger.Level.DEBUG, "the failure could not be noted in the journal", e);
    }
  }

  private void writeToLog(CommitWork committing) throws IOException {
    LogWriter ring = Objects.requireNonNull(writer);
    LogWriter.Mark mark = ring.begin(sequence);
    boolean commitIssued = false;
    try {
      ring.revoke(committing.revoked());
      ring.add(committing.blocks(), logged);
      ring.finishBlocks();
      flushBoth();
      commitIssued = true;
      ring.commit(clock.instant());
      log.area().device().flush();
      inLog.add(new Logged(sequence, mark));
      sequence++;
    } catch (IOException e) {
      committing.takeBack();
      Outcome outcome = commitIssued ? voidFrom(ring, mark) : Outcome.AS_BEFORE;
      ring.backTo(mark);
      throw new CommitFailedException(outcome, e);
    }
  }

  /**
   * Invalidates a commit block that may have reached the disk. Returns AS_BEFORE if the device has
   * done this, otherwise IN_DOUBT.
   */
  private static Outcome voidFrom(LogWriter ring, LogWriter.Mark mark) {
    try {
      ring.voidFrom(mark);
      return Outcome.AS_BEFORE;
    } catch (IOException e) {
      return Outcome.IN_DOUBT;
    }
  }

  /**
   * Returns the writer. The first call marks the log as not empty, before any other block of it is
   * written.
   */
  private LogWriter beginLog() throws IOException {
    LogWriter known = writer;
    if (known == null) {
      FeatureSet features = geometry.features();
      JournalSuperblock view = log.view();
      view.prepareForWriting(
          features.has(IncompatFeature.BIT64), features.has(RoCompatFeature.METADATA_CSUM));
      known = new LogWriter(log.area(), view, geometry.blockSize());
      view.setStart(known.head(), sequence);
      log.writeUnflushed(); // the flush that precedes the first commit block makes it durable
      writer = known;
    }
    return known;
  }

  /**
   * Writes the changed content of files to its home blocks immediately, because readers of a file
   * look into transactions that are not durable yet, and otherwise read the home blocks.
   */
  private void writeContentHome(Transaction transaction) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (Transaction.Member member : transaction.members()) {
      long number = member.block().number();
      if (member.role() == BlockRole.DATA && !transaction.frees(number, geometry)) {
        numbers.add(number);
      }
    }
    numbers.sort(null);
    HomeWriter home = new HomeWriter(device, geometry.blockSize(), numbers.size());
    for (long number : numbers) {
      logged.copyTo(number, home.next(number));
    }
    home.finish();
  }

  /**
   * Writes all logged blocks to their home blocks. After that the whole ring is free, and the next
   * transaction begins at the head.
   */
  void checkpoint() throws IOException {
    LogWriter ring = Objects.requireNonNull(writer);
    try {
      synchronized (homeWrites) {
        logged.writeHome(device);
      }
      device.flush();
      log.view().setStart(ring.head(), sequence);
      log.write();
    } catch (IOException e) {
      throw new CommitFailedException(Outcome.IN_JOURNAL, e);
    }
    ring.forgetAll();
    inLog.clear();
    kept = null;
    synchronized (homeWrites) { // no thread may write a block past the log while it is written home
      logged.clear();
    }
  }

  @Override
  public boolean wantsCheckpoint() {
    LogWriter ring = writer;
    return ring != null && (ring.isHalfFull() || logged.notHomeCount() > mostLogged / 2);
  }

  @Override
  public boolean beginCheckpoint() {
    int half = inLog.size() / 2;
    kept = half == 0 ? null : new ArrayList<>(inLog).get(half);
    return kept != null;
  }

  @Override
  public void writeOldestHome() throws IOException {
    Logged first = kept;
    if (first == null) {
      return; // a commit has emptied the whole log meanwhile
    }
    int upTo = first.sequence - 1;
    try {
      List<Long> numbers = logged.notHomeUpTo(upTo);
      int most = Math.max(1, HOME_BYTES / geometry.blockSize());
      for (int from = 0; from < numbers.size(); from += most) {
        writeHome(upTo, numbers.subList(from, Math.min(numbers.size(), from + most)));
      }
      if (homeUnflushed) {
        device.flush();
        homeUnflushed = false;
      }
    } catch (IOException e) {
      throw new CommitFailedException(Outcome.IN_JOURNAL, e);
    }
  }

  /**
   * Writes some blocks home. A commit that frees one of them, or writes newer content to its home
   * block, waits for the end of this method.
   */
  private void writeHome(int upTo, List<Long> numbers) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(geometry.blockSize());
    synchronized (homeWrites) {
      HomeWriter home = new HomeWriter(device, geometry.blockSize(), numbers.size());
      for (long number : numbers) {
        if (logged.copyUpTo(upTo, number, content.clear())) {
          home.next(number).put(0, content, 0, content.capacity());
        }
      }
      homeUnflushed = true;
      home.finish();
      logged.setHomeUpTo(upTo, numbers);
    }
  }

  @Override
  public void endCheckpoint() throws IOException {
    Logged first = kept;
    if (first == null) {
      return; // a commit has emptied the whole log meanwhile
    }
    kept = null;
    try {
      log.view().setStart(first.start.head(), first.sequence);
      log.write();
    } catch (IOException e) {
      throw new CommitFailedException(Outcome.IN_JOURNAL, e);
    }
    Objects.requireNonNull(writer).forgetBefore(first.start);
    inLog.removeIf(transaction -> transaction.sequence - first.sequence < 0);
    logged.dropUpTo(first.sequence - 1);
  }

  @Override
  public void finish() throws IOException {
    if (writer == null) {
      return;
    }
    try {
      logged.writeHome(device);
      device.flush();
      log.view().setEmpty(sequence);
      log.write();
      logged.clear();
      inLog.clear();
      writer = null;
    } catch (IOException e) {
      throw new CommitFailedException(Outcome.IN_JOURNAL, e);
    }
  }

  private void flushBoth() throws IOException {
    BlockDevice logDevice = log.area().device();
    if (logDevice != device) {
      device.flush();
    }
    logDevice.flush();
  }
}
