package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** The fields that {@code stat --json} and {@code ls --json} have in common. */
public final class StatJson {

  private StatJson() {}

  /** Writes the fields. {@code linkTarget} is used for symbolic links only. */
  public static void write(JsonDocument json, FileStat stat, String linkTarget) throws IOException {
    FileType type = stat.type();
    json.number("ino", stat.id().inode()).text("type", Modes.word(type));
    json.number("mode", stat.permissions());
    json.number("uid", stat.owner().userId()).number("gid", stat.owner().groupId());
    json.number("size", stat.size()).number("nlink", stat.linkCount());
    json.time("mtime", stat.times().modification());
    if (type == FileType.CHARACTER_DEVICE || type == FileType.BLOCK_DEVICE) {
      json.beginArray("rdev")
          .element(stat.device().major())
          .element(stat.device().minor())
          .endArray();
    } else if (type == FileType.SYMBOLIC_LINK) {
      json.name("target", linkTarget);
    }
  }
}
