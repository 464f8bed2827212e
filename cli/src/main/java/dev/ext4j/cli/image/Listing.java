package dev.ext4j.cli.image;

import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** A printer of the entries that a {@link TreeWalk} finds. */
public interface Listing {
  /** Announces that the entries of a directory follow. */
  void directory(String path) throws IOException;

  /**
   * Prints an entry. If its inode cannot be read, throws before anything of the entry is printed,
   * so that {@link #broken} can be called instead.
   *
   * @param parent the path of its directory, which ends in a slash; empty for the argument itself
   */
  void entry(String parent, String name, long inodeNumber, FileType type) throws IOException;

  /** Prints an entry whose inode cannot be read. */
  void broken(String parent, String name, long inodeNumber, FileType type, String reason)
      throws IOException;
}
