package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a log, from its superblock to the end of its last transaction. */
final class LogPieces {
  private static final int FIRST_TAG = 12;
  private static final int COMMIT_CHECKSUM = 0x10;
  private static final int SAME_UUID = 2;
  private static final int LAST_TAG = 8;

  private final BlockDevice device;
  private final int blockSize;
  private final List<Long> blocks;
  private final JournalSuperblock journal;
  private final List<MetadataPiece> pieces = new ArrayList<>();

  /**
   * Reads the superblock of a log.
   *
   * @param blocks the blocks of the log on the device, in order
   */
  LogPieces(BlockDevice device, int blockSize, List<Long> blocks) throws IOException {
    this.device = device;
    this.blockSize = blockSize;
    this.blocks = blocks;
    this.journal = JournalSuperblock.of(read(0), blockSize, blocks.size());
  }

  private ByteBuffer read(int index) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(blockSize).order(ByteOrder.BIG_ENDIAN);
    device.readFully(blocks.get(index) * blockSize, block);
    return block.rewind();
  }

  List<MetadataPiece> find() throws IOException {
    int size = blocks.size();
    add(
        Kind.LOG_SUPERBLOCK,
        0,
        (bytes, target) -> {
          try {
            JournalSuperblock.of(bytes, blockSize, size).seal();
          } catch (Ext4Exception e) {
            return; // a superblock that is refused needs no checksum
          }
        });
    long at = journal.startBlock();
    int sequence = journal.sequence();
    for (int steps = 0; at != 0 && steps < size; steps++) {
      LogBlock block = new LogBlock(read((int) at));
      if (block.sequence() != sequence) {
        break;
      }
      int index = (int) at;
      switch (block.type()) {
        case DESCRIPTOR -> {
          addHeaded(index);
          at = logged(index, sequence);
        }
        case REVOKE -> addHeaded(index);
        case COMMIT -> {
          add(Kind.LOG_BLOCK, index, (bytes, target) -> sealCommit(bytes));
          sequence++;
        }
        default -> {
          return pieces;
        }
      }
      at = next(at);
    }
    return pieces;
  }

  private long next(long index) {
    return index + 1 == journal.endBlock() ? journal.firstBlock() : index + 1;
  }

  private void addHeaded(int index) {
    add(Kind.LOG_BLOCK, index, (bytes, target) -> sealTail(bytes));
  }

  /** Adds the blocks that follow a descriptor block, and returns the last one. */
  private long logged(int descriptor, int sequence) throws IOException {
    ByteBuffer tags = read(descriptor);
    long at = descriptor;
    int tag = FIRST_TAG;
    int end = blockSize - (journal.hasChecksums() ? 4 : 0);
    while (tag + journal.tagSize() <= end) {
      at = next(at);
      int place = tag;
      add(
          Kind.LOGGED_BLOCK,
          (int) at,
          (bytes, target) -> sealLogged(bytes, target, descriptor, place, sequence));
      int flags = journal.hasWideTags() ? tags.getInt(tag + 4) : tags.getShort(tag + 6);
      if ((flags & LAST_TAG) != 0) {
        break;
      }
      tag += journal.tagSize() + ((flags & SAME_UUID) != 0 ? 0 : 16);
    }
    return at;
  }

  private void add(Kind kind, int index, MetadataPiece.Seal seal) {
    pieces.add(
        new MetadataPiece(
            kind,
            "block " + index + " of the log",
            blocks.get(index) * blockSize,
            blockSize,
            bytes -> true,
            seal));
  }

  private void sealTail(ByteBuffer bytes) {
    if (journal.hasChecksums()) {
      int tail = blockSize - 4;
      int sum = Crc32c.from(journal.checksumSeed()).add(bytes, 0, tail).addZeros(4).value();
      putBigEndian(bytes, tail, sum);
    }
  }

  private void sealCommit(ByteBuffer bytes) {
    if (journal.hasChecksums()) {
      int sum =
          Crc32c.from(journal.checksumSeed())
              .add(bytes, 0, COMMIT_CHECKSUM)
              .addZeros(4)
              .add(bytes, COMMIT_CHECKSUM + 4, blockSize)
              .value();
      putBigEndian(bytes, COMMIT_CHECKSUM, sum);
    }
  }

  private void sealLogged(
      ByteBuffer bytes, BlockDevice target, int descriptor, int tag, int sequence)
      throws IOException {
    if (!journal.hasChecksums()) {
      return;
    }
    int sum = LogBlock.dataChecksum(bytes, journal.checksumSeed(), sequence);
    ByteBuffer tags = ByteBuffer.allocate(blockSize);
    target.readFully(blocks.get(descriptor) * blockSize, tags);
    if (journal.hasWideTags()) {
      tags.putInt(tag + 12, sum);
    } else {
      tags.putShort(tag + 4, (short) sum);
    }
    sealTail(tags);
    target.writeFully(blocks.get(descriptor) * blockSize, tags.rewind());
  }

  private static void putBigEndian(ByteBuffer bytes, int offset, int value) {
    bytes.putInt(
        offset, bytes.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
  }
}
