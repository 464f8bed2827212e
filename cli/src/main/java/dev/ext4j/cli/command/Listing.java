package dev.ext4j.cli.command;

import dev.ext4j.fs.FileType;
import java.io.IOException;

/** Prints what a {@link TreeWalk} finds. */
interface Listing {
  /** The entries of a directory follow. */
  void directory(String path) throws IOException;

  /**
   * An entry. A failure to read its inode is thrown before anything of the entry is printed, so
   * that {@link #broken} can take its place.
   *
   * @param parent path of its directory, which ends in a slash; empty for the argument itself
   */
  void entry(String parent, String name, long inodeNumber, FileType type) throws IOException;

  /** An entry whose inode cannot be read. */
  void broken(String parent, String name, long inodeNumber, FileType type, String reason)
      throws IOException;
}
