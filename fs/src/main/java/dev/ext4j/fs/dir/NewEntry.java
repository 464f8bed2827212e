package dev.ext4j.fs.dir;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.model.FileName;
import dev.ext4j.fs.model.FileType;

/** A directory entry that will be added. Its name has been checked. */
final class NewEntry {

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

  /** Checks that a new entry may have a name. Refuses invalid names, {@code .} and {@code ..}. */
  static void checkName(byte[] name) throws FileOperationException {
    if (name.length > FileName.MAX_LENGTH) {
      throw new FileOperationException(Errno.ENAMETOOLONG, "a name is longer than 255 bytes");
    }
    if (name.length == 0 || isSelfOrParent(name)) {
      throw new FileOperationException(Errno.EINVAL, "no name of a file: empty, . or ..");
    }
    if (!FileName.ofStored(name).isValid()) {
      throw new FileOperationException(Errno.EINVAL, "a name holds a slash or a NUL");
    }
  }

  static boolean isSelfOrParent(byte[] name) {
    return FileName.ofStored(name).isSelfOrParent();
  }
}
