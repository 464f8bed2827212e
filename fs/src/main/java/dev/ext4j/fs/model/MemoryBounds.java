package dev.ext4j.fs.model;

/**
 * Bounds of the memory used for caches. They do not depend on the number of open files.
 * Transactions need up to 40 MiB more, until their changes are written from the log to their home
 * blocks. They need less if the journal is small. The object of an open file takes about 100 bytes.
 *
 * @param metadataBytes bytes for metadata blocks and inodes in use, at least 1 MiB
 * @param pageBytes bytes for pages and the inodes of their files, at least 64 KiB; the page cache
 *     holds at least 16 pages, whatever this value is
 * @param statusEntries number of runs in all extent status trees together, at least 16; each run
 *     takes 24 bytes, and delayed runs may exceed the bound
 */
public record MemoryBounds(long metadataBytes, long pageBytes, long statusEntries) {
  /** The default: 16 MiB for metadata, 16 MiB for pages, and 12 MiB for extent status trees. */
  public static final MemoryBounds DEFAULT = new MemoryBounds(16L << 20, 16L << 20, 1 << 19);

  /** Checks the bounds. */
  public MemoryBounds {
    if (metadataBytes < 1 << 20) {
      throw new IllegalArgumentException("a cache of " + metadataBytes + " bytes is too small");
    }
    if (pageBytes < 1 << 16 || statusEntries < 16) {
      throw new IllegalArgumentException(
          "too small: " + pageBytes + " bytes of content, " + statusEntries + " entries");
    }
  }

  /** Returns a copy with another bound for metadata, in bytes. */
  public MemoryBounds withMetadataBytes(long bytes) {
    return new MemoryBounds(bytes, pageBytes, statusEntries);
  }
}
