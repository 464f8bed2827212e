package dev.ext4j.fs.report;

import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A copy of the superblock of a log. A field is decoded when its method is called. */
final class LogSnapshot implements JournalInfo.Log {
  private static final UUID NO_UUID = new UUID(0, 0);

  private final JournalSuperblock fields;

  LogSnapshot(JournalSuperblock journal) {
    this.fields = journal.copy();
  }

  @Override
  public int blockSize() {
    return fields.blockSize();
  }

  @Override
  public long blockCount() {
    return fields.length();
  }

  @Override
  public int version() {
    return fields.version();
  }

  @Override
  public List<String> features() {
    return fields.features();
  }

  @Override
  public String checksum() {
    if (fields.hasChecksums()) {
      return fields.hasWideTags() ? "crc32c (v3)" : "crc32c (v2)";
    }
    return fields.hasTransactionChecksum() ? "crc32 of transactions" : "none";
  }

  @Override
  public UUID uuid() {
    return fields.uuid();
  }

  @Override
  public long firstBlock() {
    return fields.firstBlock();
  }

  @Override
  public long endBlock() {
    return fields.endBlock();
  }

  @Override
  public long startBlock() {
    return fields.startBlock();
  }

  @Override
  public long sequence() {
    return Integer.toUnsignedLong(fields.sequence());
  }

  @Override
  public int errno() {
    return fields.errno();
  }

  @Override
  public long fastCommitStart() {
    return fields.hasFastCommits() ? fields.fastCommitStart() : 0;
  }

  @Override
  public long fastCommitBlocks() {
    return fields.hasFastCommits() ? Math.max(0, fields.length() - fields.fastCommitStart()) : 0;
  }

  @Override
  public List<UUID> users() {
    // In an internal log the list has one entry of zeros, which is not the UUID of a file system.
    return fields.users().stream().filter(user -> !user.equals(NO_UUID)).toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LogSnapshot snapshot && fields.bytes().equals(snapshot.fields.bytes());
  }

  @Override
  public int hashCode() {
    return fields.bytes().hashCode();
  }

  @Override
  public String toString() {
    return "journal of " + blockCount() + " blocks, sequence " + sequence();
  }
}
