package dev.ext4j.fs.dir;

import dev.ext4j.fs.DirectoryVisitor;
import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.FileType;
import dev.ext4j.fs.Mapping;
import dev.ext4j.fs.MappingVisitor.State;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.file.BlockMapper;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.file.InlineData;
import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads the entries of a directory, one with a hash tree like any other: the blocks of the tree
 * look like unused entries. Of a directory inside its inode the first four bytes name the parent.
 */
public final class DirectoryReader {
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};
  private static final int INLINE_HEADER = 4;
  private static final int INLINE_FIRST_PART = 60;

  private final Inode inode;
  private final FileContext context;

  /** Reads a directory. */
  public DirectoryReader(Inode inode, FileContext context) {
    this.inode = inode;
    this.context = context;
  }

  /** Shows all entries to a visitor, until it has seen enough. */
  public void list(DirectoryVisitor visitor) throws IOException {
    scan(
        entry ->
            visitor.entry(
                entry.name(), entry.inodeNumber(), FileType.ofDirectoryCode(entry.typeCode())),
        visitor);
  }

  /** The inode that an entry names, 0 if there is no entry of this name. */
  public long find(byte[] name) throws IOException {
    long[] found = {0};
    scan(
        entry -> {
          if (entry.isNamed(name)) {
            found[0] = entry.inodeNumber();
            return false;
          }
          return true;
        },
        (entryName, inodeNumber, type) -> {
          if (Arrays.equals(entryName, name)) {
            found[0] = inodeNumber;
            return false;
          }
          return true;
        });
    return found[0];
  }

  private interface EntryVisitor {
    boolean visit(DirectoryBlock entry) throws IOException;
  }

  private void scan(EntryVisitor visitor, DirectoryVisitor dots) throws IOException {
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      if (inode.has(FileFlag.INLINE_DATA)) {
        scanInline(visitor, dots);
      } else {
        scanBlocks(visitor);
      }
    }
  }

  private void scanInline(EntryVisitor visitor, DirectoryVisitor dots) throws IOException {
    byte[] room = new InlineData(inode).read();
    ByteBuffer bytes = ByteBuffer.wrap(room).order(ByteOrder.LITTLE_ENDIAN);
    long parent = bytes.getInt(0) & 0xFFFFFFFFL;
    if (!dots.entry(SELF, inode.inodeNumber(), FileType.DIRECTORY)
        || !dots.entry(PARENT, parent, FileType.DIRECTORY)) {
      return;
    }
    ByteBuffer first =
        bytes.slice(INLINE_HEADER, INLINE_FIRST_PART - INLINE_HEADER).order(bytes.order());
    if (!scanEntries(first, visitor, "inline entries of " + inode)) {
      return;
    }
    if (room.length > INLINE_FIRST_PART) {
      ByteBuffer second =
          bytes.slice(INLINE_FIRST_PART, room.length - INLINE_FIRST_PART).order(bytes.order());
      scanEntries(second, visitor, "inline entries of " + inode);
    }
  }

  private void scanBlocks(EntryVisitor visitor) throws IOException {
    Geometry geometry = context.geometry();
    BlockMapper mapper = new BlockMapper(inode, context);
    long blocks = inode.fields().size() >>> geometry.blockSizeBits();
    for (long at = 0; at < blocks; ) {
      Mapping mapping = mapper.map(at, blocks - at);
      if (mapping.state() != State.WRITTEN) {
        at = mapping.logicalEnd();
        continue;
      }
      context.cache().prefetch(mapping.physicalBlock(), Math.min(mapping.blockCount(), 256));
      for (long i = 0; i < mapping.blockCount(); i++) {
        if (!scanBlock(at + i, mapping.physicalBlock() + i, visitor)) {
          return;
        }
      }
      at = mapping.logicalEnd();
    }
  }

  private boolean scanBlock(long logicalBlock, long physicalBlock, EntryVisitor visitor)
      throws IOException {
    String where = "directory block " + logicalBlock + " of " + inode;
    ByteBuffer bytes = context.cache().get(physicalBlock).bytes();
    if (context.geometry().hasMetadataChecksums()
        && DirectoryBlock.checkChecksum(bytes, inode.checksumSeed())
            != DirectoryBlock.ChecksumVerdict.MATCHES) {
      throw new CorruptionException(Kind.DIRECTORY_CHECKSUM, where + ": checksum does not match");
    }
    return scanEntries(bytes, visitor, where);
  }

  private boolean scanEntries(ByteBuffer bytes, EntryVisitor visitor, String where)
      throws IOException {
    boolean typed = context.geometry().features().has(IncompatFeature.FILETYPE);
    DirectoryBlock entries = new DirectoryBlock(bytes, typed, where);
    while (entries.next()) {
      if (entries.inodeNumber() > context.geometry().inodeCount()) {
        throw new CorruptionException(
            Kind.DIRECTORY, where + ": names inode " + entries.inodeNumber());
      }
      if (!visitor.visit(entries)) {
        return false;
      }
    }
    return true;
  }
}
