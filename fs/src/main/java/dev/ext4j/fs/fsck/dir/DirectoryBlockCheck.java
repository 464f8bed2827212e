package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.DirectoryBlock;
import dev.ext4j.fs.format.DirectoryHash;
import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.table.NameSet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A check of the blocks of all directories, one block at a time. Each thread needs its own
 * instance.
 */
public final class DirectoryBlockCheck {
  private static final int INLINE_PARENT_SIZE = 4;
  private static final int STORED_HASH_SIZE = 8; // struct ext4_dir_entry_hash

  private final CheckedImage image;
  private final Geometry geometry;
  private final ProblemLog log;
  private final Directories directories;
  private final EntryCheck entries;
  private final HashTreeCheck hashTrees;
  private final NameSet names;
  private final FoldedNames folded;
  private final DirectoryHash[] hashes = new DirectoryHash[DirectoryHash.Version.values().length];
  private final int[] scratch = new int[DirectoryHash.SCRATCH];
  private final byte[] bytes;
  private final ByteBuffer wrapped;
  private final boolean checksums;

  private long lowest;
  private long highest;

  DirectoryBlockCheck(FsckState state, Directories directories) {
    this.image = state.image();
    this.geometry = image.geometry();
    this.log = state.log();
    this.directories = directories;
    this.entries = new EntryCheck(state, directories);
    this.hashTrees = new HashTreeCheck(image, log);
    this.names = new NameSet(geometry.blockSize());
    this.folded = new FoldedNames(geometry.blockSize());
    this.bytes = new byte[geometry.blockSize()];
    this.wrapped = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.checksums = geometry.hasMetadataChecksums();
    for (DirectoryHash.Version version : DirectoryHash.Version.values()) {
      hashes[version.code()] = image.superblock().directoryHash(version);
    }
  }

  /** Checks a directory whose entries are in its inode. */
  void inline(Directory directory, byte[] content) {
    entries.inlineSelfAndParent(directory, DirectoryRecord.inodeNumber(content, 0));
    names.clear();
    inlineArea(directory, content, INLINE_PARENT_SIZE, InodeView.BLOCK_AREA_SIZE);
    if (content.length > InodeView.BLOCK_AREA_SIZE) {
      inlineArea(directory, content, InodeView.BLOCK_AREA_SIZE, content.length);
    }
  }

  private void inlineArea(Directory directory, byte[] bytes, int from, int to) {
    for (int at = from; at < to; ) {
      int length = lengthOf(bytes, at, to);
      if (length == 0) {
        corrupt(directory, 0, at);
        return;
      }
      entry(directory, bytes, at, 0);
      at += length;
    }
  }

  /** Checks the block that begins at a byte offset of a buffer. */
  void block(Directory directory, long logicalBlock, ByteBuffer buffer, int byteOffset) {
    buffer.get(byteOffset, bytes);
    HashTreeMap tree = directory.tree();
    if (tree == null && logicalBlock > 0) {
      directories.noteLinear(directory.inode());
    }
    boolean node = false;
    if (tree != null && logicalBlock < tree.blockCount()) {
      if (logicalBlock == 0) {
        hashTrees.root(directory, tree, wrapped);
        node = true;
      } else if (hashTrees.isNode(bytes, wrapped)) {
        hashTrees.node(directory, tree, (int) logicalBlock, wrapped);
        return;
      }
    }
    lowest = Long.MAX_VALUE;
    highest = -1;
    int end =
        checksums && !node
            ? DirectoryBlock.entriesSize(geometry.blockSize(), true)
            : geometry.blockSize();
    boolean sound = records(directory, logicalBlock, bytes, end);
    if (checksums && !node && sound) {
      checksum(directory, logicalBlock);
    }
    if (tree != null && !node && logicalBlock < tree.blockCount()) {
      tree.leaf((int) logicalBlock, lowest, highest);
    }
  }

  private void checksum(Directory directory, long logicalBlock) {
    DirectoryBlock.ChecksumVerdict verdict =
        DirectoryBlock.checkChecksum(wrapped, directory.checksumSeed());
    if (verdict != DirectoryBlock.ChecksumVerdict.MATCHES) {
      log.add(
          Problem.of(ProblemCode.DIRECTORY_CHECKSUM, directory.inode())
              .logical(logicalBlock)
              .name(verdict == DirectoryBlock.ChecksumVerdict.MISSING ? "missing" : "wrong"));
    }
  }

  private boolean records(Directory directory, long logicalBlock, byte[] block, int end) {
    names.clear();
    int index = logicalBlock == 0 ? 0 : 2;
    for (int at = 0; at < end; index++) {
      int length = lengthOf(block, at, end);
      if (length == 0) {
        corrupt(directory, logicalBlock, at);
        return false;
      }
      entry(directory, block, at, index == 0 ? 1 : index == 1 ? 2 : 0);
      at += length;
    }
    return true;
  }

  /** Returns the length of a record, or 0 if the length is impossible. */
  public static int lengthOf(byte[] block, int at, int end) {
    if (end - at < DirectoryRecord.HEADER_SIZE) {
      return 0;
    }
    int length = DirectoryRecord.recordLength(block, at);
    boolean possible =
        length >= DirectoryRecord.size(1)
            && length % 4 == 0
            && length <= end - at
            && DirectoryRecord.HEADER_SIZE + DirectoryRecord.nameLength(block, at) <= length;
    return possible ? length : 0;
  }

  private void corrupt(Directory directory, long logicalBlock, int at) {
    log.add(
        Problem.of(ProblemCode.DIRECTORY_CORRUPT, directory.inode())
            .logical(logicalBlock)
            .found(at));
  }

  /**
   * Checks one record.
   *
   * @param dots 1 if the record must be {@code .}, 2 if it must be {@code ..}, otherwise 0
   */
  private void entry(Directory directory, byte[] block, int at, int dots) {
    if (dots == 0 && DirectoryRecord.inodeNumber(block, at) == 0) {
      return;
    }
    byte[] named = block; // holds the record with its name in the form that is compared
    int key;
    if (dots == 1) {
      entries.self(directory, block, at);
      key = NameSet.keyOf(block, at);
    } else if (dots == 2) {
      entries.parent(directory, block, at);
      key = NameSet.keyOf(block, at);
    } else {
      entries.entry(directory, block, at);
      if (directory.isCaseFolded() && !directory.isEncrypted()) {
        named = folded.of(block, at);
      }
      key = hash(directory, named, at);
    }
    if (!names.add(named, at, key)) {
      log.add(
          Problem.of(ProblemCode.ENTRY_TWICE, directory.inode())
              .name(EntryCheck.name(block, at))
              .found(DirectoryRecord.inodeNumber(block, at)));
    }
  }

  /**
   * Computes the hash of a name if the directory has a hash tree, and adds it to the range of
   * hashes of the block.
   *
   * @return a key that is equal for equal names
   */
  private int hash(Directory directory, byte[] block, int at) {
    HashTreeMap tree = directory.tree();
    if (tree == null) {
      return NameSet.keyOf(block, at);
    }
    int length = DirectoryRecord.nameLength(block, at);
    int version = tree.hashVersion();
    long hash;
    if (directory.isCaseFolded() && directory.isEncrypted()) {
      int stored = at + DirectoryRecord.size(length); // after the name
      if (stored + STORED_HASH_SIZE > block.length) {
        return NameSet.keyOf(block, at);
      }
      hash = DirectoryRecord.inodeNumber(block, stored) & 0xFFFFFFFEL; // reads the stored hash
    } else if (DirectoryHash.Version.isKnown(version)
        && !(directory.isCaseFolded() && !FoldedNames.isAscii(block, at))) {
      hash = hashes[version].of(block, at + DirectoryRecord.HEADER_SIZE, length, scratch);
    } else {
      return NameSet.keyOf(block, at);
    }
    lowest = Math.min(lowest, hash);
    highest = Math.max(highest, hash);
    return (int) hash;
  }
}
