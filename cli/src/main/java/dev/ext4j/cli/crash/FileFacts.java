package dev.ext4j.cli.crash;

import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.util.Locale;

/**
 * The properties of a file that users can see, except its content and its times. The location of
 * its blocks is not included. The size of a directory is always 0 here.
 */
record FileFacts(
    FileType type,
    int mode,
    long userId,
    long groupId,
    long size,
    long linkCount,
    long deviceMajor,
    long deviceMinor,
    String linkTarget) {

  static FileFacts of(Ext4File file) throws IOException {
    FileStat stat = file.stat();
    FileType type = stat.type();
    return new FileFacts(
        type,
        stat.permissions(),
        stat.owner().userId(),
        stat.owner().groupId(),
        type == FileType.DIRECTORY ? 0 : stat.size(),
        stat.linkCount(),
        stat.device().major(),
        stat.device().minor(),
        type == FileType.SYMBOLIC_LINK ? RawText.decode(file.readLink()) : "");
  }

  boolean isRegular() {
    return type == FileType.REGULAR;
  }

  @Override
  public String toString() {
    String text =
        type.name().toLowerCase(Locale.ROOT)
            + " mode 0"
            + Integer.toOctalString(mode)
            + " owner "
            + userId
            + ":"
            + groupId
            + " size "
            + size
            + " links "
            + linkCount;
    return linkTarget.isEmpty() ? text : text + " -> " + linkTarget;
  }
}
