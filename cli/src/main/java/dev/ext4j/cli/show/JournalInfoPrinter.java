package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.Sizes;
import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.inspect.JournalInfo.Location;
import java.io.IOException;
import java.util.Locale;
import java.util.UUID;

/** The printer of {@code journal info}. */
public final class JournalInfoPrinter {
  /** The line that is printed for a file system without a journal. */
  public static final String NO_JOURNAL = "no journal";

  private static final int KEY_WIDTH = 20;

  private JournalInfoPrinter() {}

  /** Prints the location of the journal, its superblock, and what a replay would do, as text. */
  public static void print(Output out, JournalInfo info) throws IOException {
    if (info.location() == Location.NONE) {
      out.line(NO_JOURNAL);
      return;
    }
    key(out, "Journal");
    if (info.location() == Location.INODE) {
      out.text("inode ").number(info.inodeNumber()).line();
    } else {
      out.line("external, " + info.externalUuid());
    }
    key(out, "Needs recovery").line(info.needsRecovery() ? "yes" : "no");
    if (info.log().isPresent()) {
      print(out, info.log().get());
    }
    if (info.recovery().isPresent()) {
      print(out, info.recovery().get());
    }
  }

  private static void print(Output out, JournalInfo.Log log) throws IOException {
    long bytes = log.blockCount() * log.blockSize();
    key(out, "Size").number(bytes).text(" bytes (").text(Sizes.binary(bytes));
    out.text(", ").number(log.blockCount()).line(" blocks)");
    key(out, "Block size").number(log.blockSize()).line();
    key(out, "Version").number(log.version()).line();
    key(out, "Features").line(log.features().isEmpty() ? "-" : String.join(" ", log.features()));
    key(out, "Checksums").line(log.checksum());
    key(out, "UUID").line(log.uuid().toString());
    for (UUID user : log.users()) {
      key(out, "User").line(user.toString());
    }
    key(out, "Transactions in").text("blocks ").number(log.firstBlock()).text("..");
    out.number(log.endBlock() - 1).line();
    if (log.fastCommitStart() != 0) {
      key(out, "Fast commits in").text("blocks ").number(log.fastCommitStart()).text("..");
      out.number(log.fastCommitStart() + log.fastCommitBlocks() - 1).line();
    }
    key(out, "Start");
    if (log.isEmpty()) {
      out.line("empty");
    } else {
      out.text("block ").number(log.startBlock()).line();
    }
    key(out, "Sequence").number(log.sequence()).line();
    key(out, "Error").number(log.errno()).line();
  }

  private static void print(Output out, JournalInfo.Recovery recovery) throws IOException {
    key(out, "To replay").text("transactions ").number(recovery.transactions());
    out.text(", blocks ").number(recovery.blocks()).text(", revokes ").number(recovery.revokes());
    out.text(", fast commits ").number(recovery.fastCommits());
    out.text(" (records ").number(recovery.fastCommitRecords()).line(")");
    key(out, "Damage").line(damage(recovery));
  }

  private static String damage(JournalInfo.Recovery recovery) {
    String blocks =
        recovery.damagedBlocks() == 0
            ? ""
            : "wrong checksum of logged blocks: " + recovery.damagedBlocks();
    String end = recovery.damaged() ? "the log ends at a damaged transaction" : "";
    if (blocks.isEmpty() && end.isEmpty()) {
      return "none found";
    }
    return blocks + (blocks.isEmpty() || end.isEmpty() ? "" : "; ") + end;
  }

  private static Output key(Output out, String key) throws IOException {
    return out.text(key).ascii(':').blanks(KEY_WIDTH - 1 - key.length());
  }

  /**
   * Writes the location of the journal, its superblock, and what a replay would do, as fields of
   * the current object.
   */
  public static void write(JsonDocument json, JournalInfo info) throws IOException {
    json.text("location", info.location().name().toLowerCase(Locale.ROOT));
    if (info.location() == Location.INODE) {
      json.number("ino", info.inodeNumber());
    } else if (info.location() == Location.EXTERNAL) {
      json.text("external_uuid", info.externalUuid().toString());
    }
    json.flag("needs_recovery", info.needsRecovery());
    if (info.log().isPresent()) {
      write(json, info.log().get());
    }
    if (info.recovery().isPresent()) {
      write(json, info.recovery().get());
    }
  }

  private static void write(JsonDocument json, JournalInfo.Log log) throws IOException {
    json.number("size_bytes", log.blockCount() * log.blockSize());
    json.number("blocks", log.blockCount()).number("block_size", log.blockSize());
    json.number("version", log.version()).beginArray("features");
    for (String feature : log.features()) {
      json.element(feature);
    }
    json.endArray().text("checksum", log.checksum()).text("uuid", log.uuid().toString());
    json.beginArray("users");
    for (UUID user : log.users()) {
      json.element(user.toString());
    }
    json.endArray().number("first_block", log.firstBlock()).number("end_block", log.endBlock());
    json.flag("empty", log.isEmpty()).number("start_block", log.startBlock());
    json.number("start_bytes", log.startBlock() * log.blockSize());
    json.number("sequence", log.sequence()).number("errno", log.errno());
    json.number("fast_commit_start", log.fastCommitStart());
    json.number("fast_commit_blocks", log.fastCommitBlocks());
    json.number("fast_commit_bytes", log.fastCommitBlocks() * log.blockSize());
  }

  private static void write(JsonDocument json, JournalInfo.Recovery recovery) throws IOException {
    json.beginObject("recovery").number("transactions", recovery.transactions());
    json.number("blocks", recovery.blocks()).number("revokes", recovery.revokes());
    json.number("fast_commits", recovery.fastCommits());
    json.number("fast_commit_records", recovery.fastCommitRecords());
    json.number("damaged_blocks", recovery.damagedBlocks());
    json.flag("damaged", recovery.damaged()).endObject();
  }
}
