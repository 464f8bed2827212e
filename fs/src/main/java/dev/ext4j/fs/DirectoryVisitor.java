package dev.ext4j.fs;

import java.io.IOException;

/** Receives the entries of a directory in the order in which they lie on disk. */
@FunctionalInterface
public interface DirectoryVisitor {
  /**
   * One entry, {@code .} and {@code ..} included.
   *
   * @param name the raw bytes of the name; of an encrypted name, its cipher text
   * @param inodeNumber what it points to
   * @param type the type the entry claims; {@link FileType#UNKNOWN} where entries have none
   * @return false to end the listing
   */
  boolean entry(byte[] name, long inodeNumber, FileType type) throws IOException;
}
