package dev.ext4j.cli.image;

import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** A printer of the entries that a {@link TreeWalk} finds. */
public interface Listing {
  /** Announces that the entries of a directory follow. */
  void directory(String path) throws IOException;

  /**
   * Prints an entry. If the inode cannot be read, this method throws an exception before it prints
   * anything, so that the caller can call {@link #broken} instead.
   *
   * @param parent the path of the directory that holds the entry, which ends in a slash; empty if
   *     the entry is the argument of the command
   */
  void entry(String parent, String name, long inodeNumber, FileType type) throws IOException;

  /** Prints an entry whose inode cannot be read. */
  void broken(String parent, String name, long inodeNumber, FileType type, String reason)
      throws IOException;
}
