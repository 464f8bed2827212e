package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The exception for an operation that the kernel refuses. */
public final class KernelRefusal extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("Operation not permitted", "EPERM"),
          Map.entry("No such file or directory", "ENOENT"),
          Map.entry("Input/output error", "EIO"),
          Map.entry("Permission denied", "EACCES"),
          Map.entry("File exists", "EEXIST"),
          Map.entry("No such device", "ENODEV"),
          Map.entry("Is a directory", "EISDIR"),
          Map.entry("Invalid argument", "EINVAL"),
          Map.entry("Text file busy", "ETXTBSY"),
          Map.entry("File too large", "EFBIG"),
          Map.entry("No space left on device", "ENOSPC"),
          Map.entry("Read-only file system", "EROFS"),
          Map.entry("Disk quota exceeded", "EDQUOT"),
          Map.entry("Operation not supported", "EOPNOTSUPP"),
          Map.entry("mode is unsupported", "EOPNOTSUPP"), // the words of fallocate(1)
          Map.entry("Structure needs cleaning", "EUCLEAN"));

  private final String errno;

  private KernelRefusal(String message, String errno) {
    super(message);
    this.errno = errno;
  }

  /**
   * Returns the name of the error, as in {@code EINVAL}, or empty text if it is not in the table.
   */
  public String errno() {
    return errno;
  }

  static KernelRefusal of(String action, Path path, IOException cause) {
    KernelRefusal refusal = of(action, path, String.valueOf(cause.getMessage()));
    refusal.initCause(cause);
    return refusal;
  }

  static KernelRefusal of(String action, Path path, String text) {
    String name =
        NAMES.entrySet().stream()
            .filter(entry -> text.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse("");
    return new KernelRefusal(path + ": " + action + ": " + text.strip(), name);
  }
}
