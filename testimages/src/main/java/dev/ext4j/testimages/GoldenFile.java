package dev.ext4j.testimages;

/**
 * What the kernel says of a file on a golden image.
 *
 * @param type stat(1)'s words: {@code regular file}, {@code directory}, {@code symbolic link}
 * @param mode permission bits
 * @param sectors {@code st_blocks}, in units of 512 bytes
 * @param content SHA-256 of a regular file in lower-case hex, the target of a symbolic link, else
 *     {@code -}
 * @param path with a leading slash
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

  /** Whether it has content and a map. */
  public boolean isRegular() {
    return type.equals("regular file");
  }
}
