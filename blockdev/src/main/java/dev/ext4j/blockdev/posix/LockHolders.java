package dev.ext4j.blockdev.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The processes that hold a lock on a file, from {@code /proc/PID/fdinfo}, see proc(5). It lists
 * locks of flock(2) and fcntl(2), but only those of processes that this process may inspect.
 */
final class LockHolders {
  /** The locks of flock(2). */
  static final String FLOCK = "FLOCK";

  /** The locks of fcntl(2) that belong to an open file description. */
  static final String OPEN_FILE = "OFDLCK";

  private static final int KIND_FIELD = 1;
  private static final int MODE_FIELD = 3;
  private static final int PID_FIELD = 4;
  private static final int IDENTITY_FIELD = 5;

  private static final Path PROC = Path.of("/proc");

  private LockHolders() {}

  /**
   * Returns whether this process has inherited an open file that holds a lock of flock(2) on a
   * file. A caller such as flock(1) takes the lock for the command that it starts.
   */
  static boolean isInherited(FileStatus file) {
    return holds(PROC.resolve("self"), file, FLOCK);
  }

  /** Returns "pid 12 (name)" for another process that holds a lock on a file, if one is found. */
  static Optional<String> nameOf(FileStatus file, String kind) {
    String self = Long.toString(ProcessHandle.current().pid());
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        String pid = String.valueOf(process.getFileName());
        if (!pid.equals(self) && holds(process, file, kind)) {
          return Optional.of("pid " + pid + name(process));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // no procfs, so no names
    }
    return Optional.empty();
  }

  /**
   * Returns the process that has locked a file for writing, by any kind of lock, or "another
   * program" if it cannot be named. Returns empty if there is no such lock.
   */
  static Optional<String> writerOf(FileStatus file) throws IOException {
    String identity = identity(file);
    for (List<String> fields : ProcFile.read(PROC.resolve("locks"))) {
      if (fields.size() > IDENTITY_FIELD
          && fields.get(MODE_FIELD).equals("WRITE")
          && fields.get(IDENTITY_FIELD).equals(identity)) {
        String pid = fields.get(PID_FIELD);
        return Optional.of(
            pid.startsWith("-") // a lock of an open file description has no process
                ? nameOf(file, fields.get(KIND_FIELD)).orElse("another program")
                : "pid " + pid + name(PROC.resolve(pid)));
      }
    }
    return Optional.empty();
  }

  /** Returns device and inode as procfs writes them. */
  private static String identity(FileStatus file) {
    DeviceNumber device = DeviceNumber.of(file.deviceNumber());
    return hexadecimal(device.major()) + ":" + hexadecimal(device.minor()) + ":" + file.inode();
  }

  /** Returns a number with at least two digits. */
  private static String hexadecimal(int number) {
    String digits = Integer.toHexString(number);
    return digits.length() < 2 ? "0" + digits : digits;
  }

  private static String name(Path process) {
    try {
      String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1);
      return " (" + name.strip() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private static boolean holds(Path process, FileStatus file, String kind) {
    String wanted = " " + identity(file) + " ";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fdinfo"))) {
      for (Path info : files) {
        for (String line : Files.readAllLines(info, StandardCharsets.ISO_8859_1)) {
          if (line.startsWith("lock:") && line.contains(kind) && line.contains(wanted)) {
            return true;
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // the process has ended, or belongs to another user
    }
    return false;
  }
}
