package dev.ext4j.fs.journal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A descriptor block that is being written. It holds the home block numbers of the logged blocks
 * that follow it in the log. {@link LogBlock#tags} reads such a block.
 */
public final class DescriptorBlock {
  private static final int TYPE = 1;
  private static final int UUID_SIZE = 16;

  private final ByteBuffer bytes;
  private final JournalSuperblock journal;
  private final int tagsEnd;
  private int lastTag = -1;
  private int position = LogBlock.HEADER_SIZE;

  /**
   * Creates an empty descriptor block.
   *
   * @param block the bytes of a block, which are overwritten
   */
  public DescriptorBlock(ByteBuffer block, JournalSuperblock journal, int sequence) {
    this.bytes = block.slice().order(ByteOrder.BIG_ENDIAN);
    this.journal = journal;
    this.tagsEnd = bytes.capacity() - (journal.hasChecksums() ? LogBlock.TAIL_SIZE : 0);
    LogBlock.begin(bytes, TYPE, sequence);
  }

  /** Returns whether there is room for one more tag. */
  public boolean hasRoom() {
    int uuid = lastTag < 0 ? UUID_SIZE : 0;
    return position + journal.tagSize() + uuid <= tagsEnd;
  }

  /**
   * Adds the tag of a logged block.
   *
   * @param homeBlock the number of its home block
   * @param escaped whether its first four bytes were zeroed because they were the magic number
   * @param checksum {@link LogBlock#dataChecksum} of the block as it is logged
   */
  public void add(long homeBlock, boolean escaped, int checksum) {
    boolean first = lastTag < 0;
    int flags = (escaped ? LogBlock.FLAG_ESCAPE : 0) | (first ? 0 : LogBlock.FLAG_SAME_UUID);
    lastTag = position;
    bytes.putInt(position, (int) homeBlock);
    if (journal.hasWideTags()) {
      bytes.putInt(position + 12, checksum);
    } else if (journal.hasChecksums()) {
      bytes.putShort(position + 4, (short) checksum);
    }
    if (journal.has64Bit()) {
      bytes.putInt(position + 8, (int) (homeBlock >>> 32));
    }
    setFlags(flags);
    position += journal.tagSize();
    if (first) {
      // The room for the UUID of the journal stays zero. Only a shared journal device needs it.
      position += UUID_SIZE;
    }
  }

  /**
   * Sets the flag {@code JBD2_FLAG_LAST_TAG} in the last tag, and stores the checksum if the log
   * has checksums.
   */
  public void finish() {
    setFlags(flags() | LogBlock.FLAG_LAST_TAG);
    LogBlock.sealTail(bytes, journal);
  }

  private int flags() {
    return journal.hasWideTags() ? bytes.getInt(lastTag + 4) : bytes.getShort(lastTag + 6) & 0xFFFF;
  }

  private void setFlags(int flags) {
    if (journal.hasWideTags()) {
      bytes.putInt(lastTag + 4, flags);
    } else {
      bytes.putShort(lastTag + 6, (short) flags);
    }
  }

  /** Returns the number of tags that fit in a descriptor block. */
  public static int capacity(JournalSuperblock journal, int blockSize) {
    int tail = journal.hasChecksums() ? LogBlock.TAIL_SIZE : 0;
    return (blockSize - LogBlock.HEADER_SIZE - UUID_SIZE - tail) / journal.tagSize();
  }
}
