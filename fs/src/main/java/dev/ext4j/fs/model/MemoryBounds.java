package dev.ext4j.fs.model;

/**
 * Bounds of the memory used for caches, independent of the number of open files. In addition, the
 * changes of transactions that are running, committing or not yet written home need up to 40 MiB.
 * They need less if the journal is small. An open file itself takes about 100 bytes.
 *
 * @param metadataBytes bytes for metadata blocks and inodes in use, from 1 MiB on
 * @param pageBytes bytes for pages and the inodes of their files, from 64 KiB on; at least 16 pages
 *     fit in any case
 * @param statusEntries number of runs in all extent status trees, 24 bytes each, from 16 on;
 *     delayed runs may exceed the bound
 */
public record MemoryBounds(long metadataBytes, long pageBytes, long statusEntries) {
  /** 16 MiB for metadata, 16 MiB for pages, and 12 MiB for extent status trees. */
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

  /** Returns these bounds with another bound for metadata, in bytes. */
  public MemoryBounds withMetadataBytes(long bytes) {
    return new MemoryBounds(bytes, pageBytes, statusEntries);
  }
}
