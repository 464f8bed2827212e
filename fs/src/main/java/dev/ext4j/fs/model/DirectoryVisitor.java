package dev.ext4j.fs.model;

import java.io.IOException;

/** A receiver for the entries of a directory, called in the order of the entries on disk. */
@FunctionalInterface
public interface DirectoryVisitor {
  /**
   * Receives one entry. The entries {@code .} and {@code ..} are passed as well. The calling thread
   * holds no lock.
   *
   * @param name the name as it is stored; for an encrypted name, its cipher text
   * @param inodeNumber the inode that the entry points to
   * @param type the type stored in the entry, or {@link FileType#UNKNOWN} if the file system stores
   *     no types in entries
   * @param nextCookie the cookie with which a later listing continues after this entry
   * @return false to end the listing
   */
  boolean entry(FileName name, long inodeNumber, FileType type, long nextCookie) throws IOException;
}
