package dev.ext4j.testimages;

/**
 * The kernel's data about a file on a golden image.
 *
 * @param type the words of stat(1): {@code regular file}, {@code directory}, {@code symbolic link}
 * @param mode the permission bits
 * @param sectors {@code st_blocks}, in units of 512 bytes
 * @param content the SHA-256 of a regular file in lower-case hex, the target of a symbolic link,
 *     otherwise {@code -}
 * @param path the path with a leading slash
 */
public record GoldenFile(
    String type,
    int mode,
    long uid,
    long gid,
    int links,
    long byteSize,
    long sectors,
    String content,
    String path) {

  static GoldenFile parse(String line) {
    String[] words = line.split("\t", -1);
    return new GoldenFile(
        words[0],
        Integer.parseInt(words[1], 8),
        Long.parseLong(words[2]),
        Long.parseLong(words[3]),
        Integer.parseInt(words[4]),
        Long.parseLong(words[5]),
        Long.parseLong(words[6]),
        words[7],
        words[8]);
  }

  /** Returns whether the file has content and a map. */
  public boolean isRegular() {
    return type.equals("regular file");
  }
}
