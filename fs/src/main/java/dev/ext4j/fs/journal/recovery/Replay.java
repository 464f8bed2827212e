package dev.ext4j.fs.journal.recovery;

import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.journal.format.LogBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The blocks that a replay writes to the file system, each with the copy in the log that is used.
 * If the log holds several copies of a block, the last one is used. A copy is invalid if the same
 * transaction or a later one revokes the block.
 *
 * @param copies the newest copy of each block
 * @param transactions number of complete transactions in the log
 * @param nextSequence number of the first transaction that is not complete
 * @param damagedCopies number of copies that are not used because their checksum does not match
 * @param damaged whether the log ends at a transaction that was once complete and is now damaged
 */
public record Replay(
    SortedMap<Long, Copy> copies,
    int transactions,
    int nextSequence,
    int damagedCopies,
    boolean damaged) {

  /**
   * The newest copy of a block in the log.
   *
   * @param logBlock the block of the log that holds the copy
   * @param escaped whether the first four bytes of the copy must be set to the magic number again
   */
  public record Copy(long logBlock, boolean escaped) {}

  /** Reads the log. */
  public static Replay of(LogArea area, JournalSuperblock journal, Geometry geometry)
      throws IOException {
    if (journal.startBlock() == 0) {
      return new Replay(new TreeMap<>(), 0, journal.sequence(), 0, false);
    }
    LogScan scan = LogScan.of(area, journal, geometry);
    Map<Long, Integer> revokes = revokes(area, journal, geometry, scan);
    SortedMap<Long, Copy> copies = new TreeMap<>();
    int damagedCopies = 0;
    LogReader reader = new LogReader(area, journal, geometry.blockSize());
    ByteBuffer logged = ByteBuffer.allocate(geometry.blockSize()).order(ByteOrder.LITTLE_ENDIAN);
    for (int sequence = journal.sequence(); sequence != scan.endSequence(); ) {
      LogBlock block = reader.next();
      if (block.type() == LogBlock.Type.COMMIT) {
        sequence++;
      } else if (block.type() == LogBlock.Type.DESCRIPTOR) {
        List<Tag> tags = tags(block, journal);
        for (int i = 0; i < tags.size(); i++) {
          Tag tag = tags.get(i);
          Integer revoked = revokes.get(tag.block);
          if (revoked != null && revoked - sequence >= 0) {
            continue;
          }
          long logBlock = reader.ahead(i);
          if (journal.hasChecksums()) {
            area.read(logBlock, logged.clear());
            if (!isValid(tag.checksum, logged, journal, sequence)) {
              damagedCopies++;
              continue;
            }
          }
          copies.put(tag.block, new Copy(logBlock, tag.escaped));
        }
        reader.step(tags.size());
      }
    }
    return new Replay(
        copies, scan.transactions(), scan.endSequence(), damagedCopies, scan.damaged());
  }

  private record Tag(long block, boolean escaped, int checksum) {}

  private static List<Tag> tags(LogBlock block, JournalSuperblock journal) {
    List<Tag> tags = new ArrayList<>();
    block.tags(
        journal, (index, home, escaped, checksum) -> tags.add(new Tag(home, escaped, checksum)));
    return tags;
  }

  /** Returns whether the checksum in a tag matches the logged block. */
  static boolean isValid(
      int tagChecksum, ByteBuffer logged, JournalSuperblock journal, int sequence) {
    int checksum =
        Crc32c.from(journal.checksumSeed())
            .addInt(Integer.toUnsignedLong(Integer.reverseBytes(sequence)))
            .add(logged, 0, logged.capacity())
            .value();
    return journal.hasWideTags() ? tagChecksum == checksum : tagChecksum == (checksum & 0xFFFF);
  }

  /**
   * Returns the blocks that the log has copies of. Their number is not larger than the number of
   * blocks of the log.
   */
  private static Set<Long> logged(
      LogArea area, JournalSuperblock journal, Geometry geometry, LogScan scan) throws IOException {
    Set<Long> logged = new HashSet<>();
    LogReader reader = new LogReader(area, journal, geometry.blockSize());
    for (int sequence = journal.sequence(); sequence != scan.endSequence(); ) {
      LogBlock block = reader.next();
      if (block.type() == LogBlock.Type.COMMIT) {
        sequence++;
      } else if (block.type() == LogBlock.Type.DESCRIPTOR) {
        reader.step(block.tags(journal, (index, home, escaped, checksum) -> logged.add(home)));
      }
    }
    return logged;
  }

  /**
   * Returns a map from each block that is both logged and revoked to the last transaction that
   * revokes it. Other revoked blocks are left out, because the log can hold revoke records of many
   * more blocks than copies.
   */
  private static Map<Long, Integer> revokes(
      LogArea area, JournalSuperblock journal, Geometry geometry, LogScan scan) throws IOException {
    Map<Long, Integer> revokes = new HashMap<>();
    Set<Long> logged = logged(area, journal, geometry, scan);
    LogReader reader = new LogReader(area, journal, geometry.blockSize());
    for (int sequence = journal.sequence(); sequence != scan.endSequence(); ) {
      LogBlock block = reader.next();
      switch (block.type()) {
        case COMMIT -> sequence++;
        case DESCRIPTOR -> reader.step(block.tags(journal, (index, home, escaped, checksum) -> {}));
        case REVOKE -> {
          int revokedIn = sequence;
          block.revokes(
              journal,
              home -> {
                if (logged.contains(home)) {
                  revokes.put(home, revokedIn);
                }
              });
        }
        case OTHER -> throw new IllegalStateException("the log changed while it was read");
      }
    }
    return revokes;
  }
}
