package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.CommitBlock;
import dev.ext4j.fs.journal.format.Crc32Be;
import dev.ext4j.fs.journal.format.DescriptorBlock;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import dev.ext4j.fs.journal.format.RevokeBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A writer that writes transactions to the ring of the log, in large writes. A transaction begins
 * with its revoke blocks. After them comes each descriptor block, followed by the blocks that its
 * tags describe. The commit block is the last.
 */
final class LogWriter {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int FEWEST_BUFFER_BLOCKS = 8;

  private final LogArea area;
  private final JournalSuperblock journal;
  private final int blockSize;
  private final int bufferBlocks;
  private @Nullable ByteBuffer buffer;
  private int filled;
  private long head;

  /** The number of blocks written to the ring so far. */
  private long written;

  /** The number of these blocks that are free again, from the first one on. */
  private long freed;

  private int sequence;
  private Crc32Be transactionChecksum = new Crc32Be();

  /** Creates a writer for an empty log. */
  LogWriter(LogArea area, JournalSuperblock journal, int blockSize) {
    this.area = area;
    this.journal = journal;
    this.blockSize = blockSize;
    this.bufferBlocks = Math.max(FEWEST_BUFFER_BLOCKS, BUFFER_BYTES / blockSize);
    this.head = journal.firstBlock();
  }

  /** Returns the block of the log that is written next. */
  long head() {
    return head;
  }

  /** Returns the number of blocks that can be written before the ring is full. */
  long freeBlocks() {
    return ring() - (written - freed) - 1;
  }

  /** Returns whether half of the ring is in use. */
  boolean isHalfFull() {
    return written - freed > ring() / 2;
  }

  /** Returns the number of blocks of the log that a transaction needs. */
  long blocksFor(int blocks, int revokes) {
    int each = RevokeBlock.capacity(journal, blockSize);
    int descriptors = (blocks + perDescriptor() - 1) / perDescriptor();
    return (long) blocks + descriptors + (revokes + each - 1) / each + 1;
  }

  /**
   * Checks that a transaction fits in the log after a checkpoint has emptied it. A larger
   * transaction is the result of a miscalculation. It is not written, because it would overwrite
   * blocks of the log that are still needed.
   *
   * @throws IOException if the transaction does not fit; nothing has been written
   */
  void requireRoom(int blocks) throws IOException {
    long needed = blocksFor(blocks, 0);
    if (needed > freeBlocks()) {
      throw new IOException(
          "a transaction of " + needed + " blocks does not fit in a log of " + freeBlocks());
    }
  }

  /** Frees the whole ring, because all blocks in it have been written to their home blocks. */
  void forgetAll() {
    freed = written;
  }

  /** Frees the ring up to a mark, because the blocks before it have been written home. */
  void forgetBefore(Mark mark) {
    freed = mark.written;
  }

  /**
   * A position of the writer to which it can return.
   *
   * @param head the block of the log that is written next
   * @param written the number of blocks written before
   */
  record Mark(long head, long written) {}

  /** Begins a transaction. */
  Mark begin(int newSequence) {
    sequence = newSequence;
    transactionChecksum = new Crc32Be();
    filled = 0;
    return new Mark(head, written);
  }

  /** Returns to a mark. The blocks written after the mark are no longer part of the log. */
  void backTo(Mark mark) {
    head = mark.head;
    written = mark.written;
    filled = 0;
  }

  /** Writes revoke records. */
  void revoke(List<Long> blocks) throws IOException {
    RevokeBlock current = null;
    for (long block : blocks) {
      if (current != null && !current.hasRoom()) {
        current.finish();
        current = null;
      }
      if (current == null) {
        reserve(1);
        current = new RevokeBlock(slot(), journal, sequence);
      }
      current.add(block);
    }
    if (current != null) {
      current.finish();
    }
  }

  /** Writes logged blocks with their descriptor blocks. */
  void add(List<Long> blocks, LoggedBlocks contents) throws IOException {
    for (int from = 0; from < blocks.size(); from += perDescriptor()) {
      int to = Math.min(blocks.size(), from + perDescriptor());
      reserve(1 + to - from);
      int first = filled;
      DescriptorBlock descriptor = new DescriptorBlock(slot(), journal, sequence);
      for (long block : blocks.subList(from, to)) {
        ByteBuffer logged = slot();
        contents.copyTo(block, logged);
        boolean escaped = escape(logged);
        int checksum =
            journal.hasChecksums()
                ? LogBlock.dataChecksum(logged, journal.checksumSeed(), sequence)
                : 0;
        descriptor.add(block, escaped, checksum);
      }
      descriptor.finish();
      if (journal.hasTransactionChecksum() && !journal.hasChecksums()) {
        for (int i = first; i < filled; i++) {
          transactionChecksum.add(slot(i));
        }
      }
    }
  }

  /** Issues the write of everything that is still in the buffer. */
  void drain() throws IOException {
    ByteBuffer blocks = buffer();
    if (filled > freeBlocks()) {
      throw new IOException("the log is full, and its transactions must not be overwritten");
    }
    int done = 0;
    while (done < filled) {
      int count = (int) Math.min(filled - done, journal.endBlock() - head);
      area.write(head, blocks.slice(done * blockSize, count * blockSize));
      head += count;
      if (head == journal.endBlock()) {
        head = journal.firstBlock();
      }
      written += count;
      done += count;
    }
    filled = 0;
  }

  /**
   * Issues the write of all blocks before the commit block, and of zeros at the position of the
   * commit block. A commit block holds zeros after its first sector. Therefore, if a crash tears
   * its write, the block is either missing or complete. If bytes of an older transaction were
   * there, a torn commit block would look damaged.
   */
  void finishBlocks() throws IOException {
    drain();
    area.write(head, ByteBuffer.allocate(blockSize));
  }

  /** Writes the commit block, which makes the transaction complete. */
  void commit(Instant time) throws IOException {
    reserve(1);
    CommitBlock.write(slot(), journal, sequence, time, transactionChecksum.value());
    drain();
  }

  /**
   * Overwrites the first block of a transaction with zeros, so that recovery ends before this
   * transaction.
   */
  void voidFrom(Mark mark) throws IOException {
    area.write(mark.head, ByteBuffer.allocate(blockSize));
    area.device().flush();
    backTo(mark);
  }

  private int perDescriptor() {
    return Math.min(DescriptorBlock.capacity(journal, blockSize), bufferBlocks - 1);
  }

  private long ring() {
    return journal.endBlock() - journal.firstBlock();
  }

  private void reserve(int blocks) throws IOException {
    if (filled + blocks > bufferBlocks) {
      drain();
    }
  }

  private ByteBuffer slot() {
    return slot(filled++);
  }

  private ByteBuffer slot(int index) {
    return buffer().slice(index * blockSize, blockSize).order(ByteOrder.BIG_ENDIAN);
  }

  private ByteBuffer buffer() {
    ByteBuffer known = buffer;
    if (known == null) {
      known = ByteBuffer.allocateDirect(bufferBlocks * blockSize);
      buffer = known;
    }
    return known;
  }

  /**
   * Zeroes the first four bytes of a logged block if they are the magic number. Otherwise the block
   * would look like a block with a header. Returns whether they were the magic number.
   */
  private static boolean escape(ByteBuffer logged) {
    boolean magic = logged.getInt(0) == LogBlock.MAGIC;
    if (magic) {
      logged.putInt(0, 0);
    }
    return magic;
  }
}
