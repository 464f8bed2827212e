package dev.ext4j.blockdev.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A sequence of bytes in pages, each of which is allocated at the first write to it. Before that,
 * the content of a page comes from an {@link Origin}. Several threads may use this object at once
 * without a lock: a page is complete when it enters the map, and after that only bytes inside it
 * change.
 */
final class SparsePages {
  /** A marker for a page of zeros in the map, which takes no memory. */
  private static final byte[] ZEROED = {};

  /**
   * The bytes that are read from a page marked {@link #ZEROED}. Nothing is ever written into this
   * array.
   */
  private final byte[] zeroPage;

  private final int pageSize;
  private final Origin origin;
  private final ConcurrentHashMap<Long, byte[]> pages = new ConcurrentHashMap<>();

  /** The source of the bytes of pages that were never written. */
  interface Origin {
    /** Fills the remaining bytes of {@code target}. */
    void read(long byteOffset, ByteBuffer target) throws IOException;
  }

  SparsePages(int pageSize, Origin origin) {
    this.pageSize = pageSize;
    this.origin = origin;
    this.zeroPage = new byte[pageSize];
  }

  /** Returns another set of pages with the same content and origin. */
  SparsePages copy() {
    SparsePages copy = new SparsePages(pageSize, origin);
    pages.forEach((index, page) -> copy.pages.put(index, page.clone()));
    return copy;
  }

  int pageCount() {
    return pages.size();
  }

  void read(long byteOffset, ByteBuffer target) throws IOException {
    long at = byteOffset;
    while (target.hasRemaining()) {
      int inPage = (int) (at % pageSize);
      int count = Math.min(target.remaining(), pageSize - inPage);
      byte[] page = pages.get(at / pageSize);
      if (page != null) {
        target.put(page.length > 0 ? page : zeroPage, inPage, count);
      } else {
        int limit = target.limit();
        target.limit(target.position() + count);
        origin.read(at, target);
        target.limit(limit);
      }
      at += count;
    }
  }

  /**
   * Writes the remaining bytes of {@code source}. {@code byteLimit} is the end of the device, which
   * may lie inside its last page.
   */
  void write(long byteOffset, ByteBuffer source, long byteLimit) throws IOException {
    long at = byteOffset;
    while (source.hasRemaining()) {
      int inPage = (int) (at % pageSize);
      int count = Math.min(source.remaining(), pageSize - inPage);
      writablePage(at / pageSize, byteLimit, source, inPage, count);
      at += count;
    }
  }

  private void writablePage(long index, long byteLimit, ByteBuffer source, int inPage, int count)
      throws IOException {
    while (true) {
      byte[] page = pages.get(index);
      if (page != null && page.length > 0) {
        source.get(page, inPage, count);
        return;
      }
      byte[] fresh = page == null ? load(index, byteLimit) : new byte[pageSize];
      source.get(source.position(), fresh, inPage, count);
      boolean entered =
          page == null
              ? pages.putIfAbsent(index, fresh) == null
              : pages.replace(index, page, fresh);
      if (entered) {
        source.position(source.position() + count);
        return;
      }
    }
  }

  private byte[] load(long index, long byteLimit) throws IOException {
    byte[] page = new byte[pageSize];
    long start = index * pageSize;
    origin.read(start, ByteBuffer.wrap(page, 0, (int) Math.min(pageSize, byteLimit - start)));
    return page;
  }

  /** Makes a range read as zeros. This takes a map entry for each page. */
  void zero(long byteOffset, long byteCount, long byteLimit) throws IOException {
    for (long index = firstWhole(byteOffset); index < endWhole(byteOffset, byteCount); index++) {
      pages.put(index, ZEROED);
    }
    zeroEdges(byteOffset, byteCount, byteLimit);
  }

  /** Makes a range read as zeros and frees its memory. The origin must be all zeros. */
  void drop(long byteOffset, long byteCount, long byteLimit) throws IOException {
    long first = firstWhole(byteOffset);
    long end = endWhole(byteOffset, byteCount);
    if (end - first > pages.size()) {
      pages.keySet().removeIf(index -> index >= first && index < end);
    } else {
      for (long index = first; index < end; index++) {
        pages.remove(index);
      }
    }
    zeroEdges(byteOffset, byteCount, byteLimit);
  }

  private long firstWhole(long byteOffset) {
    return byteOffset / pageSize + (byteOffset % pageSize == 0 ? 0 : 1);
  }

  private long endWhole(long byteOffset, long byteCount) {
    return (byteOffset + byteCount) / pageSize;
  }

  /** Zeroes the parts of a range before its first and after its last whole page. */
  private void zeroEdges(long byteOffset, long byteCount, long byteLimit) throws IOException {
    long end = byteOffset + byteCount;
    long firstEdgeEnd = Math.min(end, firstWhole(byteOffset) * pageSize);
    long lastEdgeStart = Math.max(firstEdgeEnd, endWhole(byteOffset, byteCount) * pageSize);
    write(byteOffset, zeros(firstEdgeEnd - byteOffset), byteLimit);
    write(lastEdgeStart, zeros(end - lastEdgeStart), byteLimit);
  }

  private ByteBuffer zeros(long count) {
    return ByteBuffer.wrap(zeroPage, 0, (int) count);
  }

  /** A receiver of pages. */
  interface PageVisitor {
    void page(long byteOffset, ByteBuffer content) throws IOException;
  }

  /**
   * Passes every page that holds a byte other than zero to the visitor, in ascending order of
   * offset.
   */
  void forEachNonZero(long byteLimit, PageVisitor visitor) throws IOException {
    for (Map.Entry<Long, byte[]> entry : new TreeMap<>(pages).entrySet()) {
      long start = entry.getKey() * pageSize;
      byte[] page = entry.getValue();
      if (page.length > 0 && !Arrays.equals(page, zeroPage)) {
        visitor.page(start, ByteBuffer.wrap(page, 0, (int) Math.min(pageSize, byteLimit - start)));
      }
    }
  }
}
