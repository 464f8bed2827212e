package dev.ext4j.fs.dir;

import dev.ext4j.fs.FileType;
import dev.ext4j.fs.error.Errno;
import dev.ext4j.fs.error.FileOperationException;

/** An entry that is to be added: its name can be one, whoever asked for it. */
final class NewEntry {
  private static final int MAX_NAME = 255;

  private final byte[] name;
  private final long inodeNumber;
  private final FileType type;

  NewEntry(byte[] name, long inodeNumber, FileType type) throws FileOperationException {
    checkName(name);
    this.name = name.clone();
    this.inodeNumber = inodeNumber;
    this.type = type;
  }

  byte[] name() {
    return name;
  }

  long inodeNumber() {
    return inodeNumber;
  }

  int typeCode() {
    return type.directoryCode();
  }

  /** Lets names pass that a file can have; those of the directory itself and its parent stay. */
  static void checkName(byte[] name) throws FileOperationException {
    if (name.length > MAX_NAME) {
      throw new FileOperationException(Errno.ENAMETOOLONG, "a name is longer than 255 bytes");
    }
    if (name.length == 0 || isSelfOrParent(name)) {
      throw new FileOperationException(Errno.EINVAL, "no name of a file: empty, . or ..");
    }
    for (byte b : name) {
      if (b == '/' || b == 0) {
        throw new FileOperationException(Errno.EINVAL, "a name holds a slash or a NUL");
      }
    }
  }

  static boolean isSelfOrParent(byte[] name) {
    return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
  }
}
