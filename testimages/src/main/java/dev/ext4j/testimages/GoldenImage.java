package dev.ext4j.testimages;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The images that are part of the tests. They were made by {@code mke2fs} and the kernel, and the
 * kernel's view of their files is stored with them. They need neither root nor any program. Each is
 * a folder below {@code /images} on the class path, and its {@code README} states its purpose.
 */
public enum GoldenImage {
  /** An ordinary ext4 of 16 MiB with some files. */
  SAMPLE,
  /** Extent trees of depth 2 and 1. */
  EXTENT_DEPTH_2,
  /** An ext3 with blocks below all three levels of indirect blocks. */
  INDIRECT_TRIPLE,
  /** Files and directories inside their inodes. */
  INLINE,
  /** Clusters of four blocks, some of them partially mapped. */
  BIGALLOC,
  /** Group descriptors with crc16, and groups that were never initialised. */
  GDT_CRC16,
  /** A journal to replay. {@link #files} and {@link #maps} return the state after the replay. */
  DIRTY_JOURNAL;

  private static final int PAGE = 4096;

  /** Returns the name of the folder. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Writes the image to {@code target} as a sparse file. */
  public Path unpackTo(Path target) throws IOException {
    Files.deleteIfExists(target);
    try (InputStream content = open();
        RandomAccessFile file = new RandomAccessFile(target.toFile(), "rw")) {
      long end = 0;
      for (byte[] page = content.readNBytes(PAGE);
          page.length > 0;
          page = content.readNBytes(PAGE)) {
        if (!isZero(page)) {
          file.seek(end);
          file.write(page);
        }
        end += page.length;
      }
      file.setLength(end);
    }
    return target;
  }

  /** Returns the image as bytes. */
  public byte[] bytes() throws IOException {
    try (InputStream content = open()) {
      return content.readAllBytes();
    }
  }

  /** Returns the text of {@code README}. */
  public String readme() throws IOException {
    return text("README");
  }

  /** Returns whether its journal must be replayed. If not, {@code e2fsck -fn} finds nothing. */
  public boolean needsRecovery() throws IOException {
    return text("expect.fsck").strip().equals("needs-recovery");
  }

  /** Returns every file, directory and link below the root by its path. */
  public Map<String, GoldenFile> files() throws IOException {
    Map<String, GoldenFile> files = new TreeMap<>();
    for (String line : text("expect.files").lines().toList()) {
      GoldenFile file = GoldenFile.parse(line);
      files.put(file.path(), file);
    }
    return files;
  }

  /**
   * Returns the map of every regular file that has one, by path, with the extents of the kernel's
   * FIEMAP.
   */
  public Map<String, List<KernelExtent>> maps() throws IOException {
    Map<String, List<KernelExtent>> maps = new TreeMap<>();
    for (String line : text("expect.maps").lines().toList()) {
      String[] words = line.split("\t", -1);
      maps.computeIfAbsent(words[4], path -> new ArrayList<>())
          .add(
              new KernelExtent(
                  Long.parseLong(words[0]),
                  Long.parseLong(words[1]),
                  Long.parseLong(words[2]),
                  words[3].equals("unwritten"),
                  false,
                  words[3].equals("inline")));
    }
    return maps;
  }

  /** Returns the file at {@code path}. */
  public GoldenFile file(String path) throws IOException {
    GoldenFile file = files().get(path);
    if (file == null) {
      throw new NoSuchElementException(path);
    }
    return file;
  }

  /** Returns the map of the file at {@code path}, empty if it has none. */
  public List<KernelExtent> map(String path) throws IOException {
    return maps().getOrDefault(path, List.of());
  }

  private InputStream open() throws IOException {
    return new GZIPInputStream(resource("image.gz"), 1 << 16);
  }

  private String text(String file) throws IOException {
    try (InputStream content = resource(file)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private InputStream resource(String file) {
    String name = "/images/" + folder() + "/" + file;
    return Objects.requireNonNull(GoldenImage.class.getResourceAsStream(name), name);
  }

  private static boolean isZero(byte[] page) {
    for (byte b : page) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }
}
