package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.dir.Directories;
import dev.ext4j.fs.fsck.dir.Directory;
import dev.ext4j.fs.fsck.dir.DirectoryBlockCheck;
import dev.ext4j.fs.fsck.dir.EntryCheck;
import dev.ext4j.fs.fsck.dir.FoldedNames;
import dev.ext4j.fs.fsck.inode.MappingCheck;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A search for names that occur in two blocks of one directory without a hash tree. A lookup finds
 * only the first entry of such a name. Directories of several blocks are read again, one at a time,
 * to compute a hash of each name. A directory is read once more if two of its blocks have a hash in
 * common.
 */
final class RepeatedNames {
  private static final int MOST_NAMES = 1 << 22; // further names are not compared, to limit memory
  private static final int BLOCK_BITS = 24;
  private static final long BLOCK_MASK = (1L << BLOCK_BITS) - 1;
  private static final long FNV_START = 0xCBF29CE484222325L;
  private static final long FNV_FACTOR = 0x100000001B3L;

  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final Directories directories;
  private final MappingCheck mapping;
  private final InodeReader inodes;
  private final FoldedNames folded;
  private final byte[] bytes;
  private final ByteBuffer block;
  private long[] hashes = new long[1 << 10];
  private int count;

  RepeatedNames(FsckState state, Directories directories) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.directories = directories;
    this.mapping = new MappingCheck(state);
    this.inodes = new InodeReader(state);
    this.folded = new FoldedNames(geometry.blockSize());
    this.bytes = new byte[geometry.blockSize()];
    this.block = CheckedImage.buffer(geometry.blockSize());
  }

  /**
   * A visitor of names. It receives the block that contains the record of a name, and the offset of
   * the record.
   */
  private interface NameVisitor {
    void name(byte[] record, int at, long logicalBlock);
  }

  void run() throws IOException {
    for (long inode : directories.linear()) {
      Directory directory = directories.at(directories.indexOf(inode));
      count = 0;
      visit(directory, this::note);
      Set<Long> shared = shared();
      if (!shared.isEmpty()) {
        report(directory, shared);
      }
    }
  }

  private void note(byte[] record, int at, long logicalBlock) {
    if (count < MOST_NAMES) {
      if (count == hashes.length) {
        hashes = Arrays.copyOf(hashes, 2 * count);
      }
      hashes[count++] = (hash(record, at) & ~BLOCK_MASK) | (logicalBlock & BLOCK_MASK);
    }
  }

  /**
   * Returns the hashes that names in two different blocks have in common. {@link
   * DirectoryBlockCheck} compares names within one block.
   */
  private Set<Long> shared() {
    Set<Long> shared = new HashSet<>();
    Arrays.sort(hashes, 0, count);
    for (int i = 1; i < count; i++) {
      long other = hashes[i] ^ hashes[i - 1];
      if (other != 0 && (other & ~BLOCK_MASK) == 0) {
        shared.add(hashes[i] & ~BLOCK_MASK);
      }
    }
    return shared;
  }

  private void report(Directory directory, Set<Long> shared) throws IOException {
    Map<String, Long> first = new HashMap<>();
    visit(
        directory,
        (record, at, logicalBlock) -> {
          if (shared.contains(hash(record, at) & ~BLOCK_MASK)) {
            Long other = first.putIfAbsent(EntryCheck.name(record, at), logicalBlock);
            if (other != null && other != logicalBlock) {
              state
                  .log()
                  .add(
                      Problem.of(ProblemCode.ENTRY_TWICE, directory.inode())
                          .name(EntryCheck.name(bytes, at))
                          .found(DirectoryRecord.inodeNumber(bytes, at)));
            }
          }
        });
  }

  private void visit(Directory directory, NameVisitor visitor) throws IOException {
    InodeRecord inode = inodes.read(directory.inode());
    if (inode != null) {
      Runs runs = new Runs(directory, visitor);
      mapping.walkAgain(inode, true, runs::run);
      if (runs.failure != null) {
        throw runs.failure;
      }
    }
  }

  /** A reader of the blocks of one directory during the walk of its mapping. */
  private final class Runs {
    private final Directory directory;
    private final NameVisitor visitor;
    private @org.jspecify.annotations.Nullable IOException failure;

    Runs(Directory directory, NameVisitor visitor) {
      this.directory = directory;
      this.visitor = visitor;
    }

    void run(long logicalBlock, long physicalBlock, long blockCount) {
      for (long i = 0; logicalBlock >= 0 && i < blockCount && failure == null; i++) {
        if (state.claims().repeated().contains(physicalBlock + i)) {
          continue; // a shared block would be read for each directory that has it
        }
        try {
          image.readBlock(physicalBlock + i, block);
          block.get(0, bytes);
          names(logicalBlock + i);
        } catch (IOException e) {
          failure = e;
        }
      }
    }

    private void names(long logicalBlock) {
      int end = DirectoryBlock.entriesSize(bytes.length, geometry.hasMetadataChecksums());
      int index = 0;
      for (int at = 0; at < end; index++) {
        int length = DirectoryBlockCheck.lengthOf(bytes, at, end);
        if (length == 0) {
          return; // already reported
        }
        boolean dots = logicalBlock == 0 && index < 2;
        if (!dots && DirectoryRecord.inodeNumber(bytes, at) != 0) {
          boolean fold = directory.isCaseFolded() && !directory.isEncrypted();
          visitor.name(fold ? folded.of(bytes, at) : bytes, at, logicalBlock);
        }
        at += length;
      }
    }
  }

  private static long hash(byte[] record, int at) {
    int start = at + DirectoryRecord.HEADER_SIZE;
    int end = start + DirectoryRecord.nameLength(record, at);
    long hash = FNV_START;
    for (int i = start; i < end; i++) {
      hash = (hash ^ (record[i] & 0xFF)) * FNV_FACTOR;
    }
    return hash;
  }
}
