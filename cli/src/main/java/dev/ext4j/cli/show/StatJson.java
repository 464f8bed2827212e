package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** The fields that {@code stat --json} and {@code ls --json} have in common. */
public final class StatJson {
  private static final int PERMISSIONS = 07777;

  private StatJson() {}

  /** Writes the fields. {@code linkTarget} is used for symbolic links only. */
  public static void write(JsonDocument json, FileStat stat, String linkTarget) throws IOException {
    FileType type = stat.type();
    json.number("ino", stat.inodeNumber()).text("type", Modes.word(type));
    json.number("mode", stat.mode() & PERMISSIONS);
    json.number("uid", stat.userId()).number("gid", stat.groupId());
    json.number("size", stat.size()).number("nlink", stat.linkCount());
    json.time("mtime", stat.modificationTime());
    if (type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE) {
      json.beginArray("rdev").element(stat.deviceMajor()).element(stat.deviceMinor()).endArray();
    } else if (type == FileType.SYMBOLIC_LINK) {
      json.name("target", linkTarget);
    }
  }
}
