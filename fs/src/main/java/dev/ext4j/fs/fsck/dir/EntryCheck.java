package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * The check of directory entries, one at a time: the name, the type, and the inode that the entry
 * refers to.
 */
public final class EntryCheck {
  /** The entry type for each value of the upper four bits of a mode: {@code ext4_type_by_mode}. */
  private static final int[] TYPE_OF_MODE = {0, 5, 3, 0, 2, 0, 4, 0, 1, 0, 7, 0, 6, 0, 0, 0};

  private static final int DIRECTORY = 4;
  private static final int MOST_BYTES = 255; // of a name
  private static final int SHORTEST_ENCRYPTED = 16; // FSCRYPT_FNAME_MIN_MSG_LEN

  private final InodeNotes.Cursor notes;
  private final Geometry geometry;

  /**
   * The inode of the orphan file. No directory entry may refer to an inode that the superblock
   * names. e2fsck requires this even if the feature of that inode is off.
   */
  private final long orphanFile;

  private final long[] quotaFiles;
  private final Directories directories;
  private final ProblemLog log;
  private final boolean typed;
  private final boolean strict;
  private final CharBuffer decoded = CharBuffer.allocate(MOST_BYTES);
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  EntryCheck(FsckState state, Directories directories) {
    this.notes = state.notes().new Cursor();
    this.geometry = state.image().geometry();
    SuperblockView superblock = state.image().superblock();
    this.orphanFile = superblock.orphanFileInode();
    this.quotaFiles =
        new long[] {
          superblock.userQuotaInode(), superblock.groupQuotaInode(), superblock.projectQuotaInode()
        };
    this.directories = directories;
    this.log = state.log();
    this.strict =
        geometry.features().has(IncompatFeature.CASEFOLD) && superblock.isEncodingStrict();
    this.typed = geometry.features().has(IncompatFeature.FILETYPE);
  }

  /** Returns the name of an entry, with its bytes decoded as Latin-1. */
  public static String name(byte[] block, int at) {
    int start = at + DirectoryRecord.HEADER_SIZE;
    int length = Math.min(DirectoryRecord.nameLength(block, at), block.length - start);
    return new String(block, start, length, StandardCharsets.ISO_8859_1);
  }

  /** Checks the entry {@code .}, which every directory begins with. */
  void self(Directory directory, byte[] block, int at) {
    boolean named =
        DirectoryRecord.nameLength(block, at) == 1
            && block[at + DirectoryRecord.HEADER_SIZE] == '.';
    long number = DirectoryRecord.inodeNumber(block, at);
    if (!named || number != directory.inode() || block[at + DirectoryRecord.HEADER_SIZE + 1] != 0) {
      log.add(
          Problem.of(ProblemCode.DOT_WRONG, directory.inode())
              .name(name(block, at))
              .found(number)
              .expected(directory.inode()));
    }
    int length = DirectoryRecord.recordLength(block, at);
    if (length > 2 * DirectoryRecord.size(1)) {
      log.add(Problem.of(ProblemCode.DOT_BIG, directory.inode()).found(length));
    }
    target(directory, block, at, false);
  }

  /** Checks the entry {@code ..}, which is the second one. */
  void parent(Directory directory, byte[] block, int at) {
    int name = at + DirectoryRecord.HEADER_SIZE;
    long number = DirectoryRecord.inodeNumber(block, at);
    boolean named =
        DirectoryRecord.nameLength(block, at) == 2 && block[name] == '.' && block[name + 1] == '.';
    if (!named || number == 0 || block[name + 2] != 0) {
      log.add(
          Problem.of(ProblemCode.DOT_DOT_MISSING, directory.inode())
              .name(name(block, at))
              .found(number));
    }
    directories.setParentByDots(directory.index(), number);
    target(directory, block, at, false);
  }

  /**
   * Checks the number of the parent, which a directory in its inode stores instead of the first two
   * entries.
   */
  void inlineSelfAndParent(Directory directory, long parent) {
    directories.setParentByDots(directory.index(), parent);
    long unused = notes.countName(directory.inode());
    boolean possible = parent == ReservedInodes.ROOT || parent >= geometry.firstInode();
    if (!possible
        || parent > geometry.inodeCount()
        || !InodeNotes.has(notes.countName(parent), InodeNotes.IN_USE)) {
      log.add(Problem.of(ProblemCode.DOT_DOT_MISSING, directory.inode()).found(parent));
    }
  }

  /** Checks an entry that refers to an inode and is not one of the first two entries. */
  void entry(Directory directory, byte[] block, int at) {
    int length = DirectoryRecord.nameLength(block, at);
    int name = at + DirectoryRecord.HEADER_SIZE;
    boolean dot = length >= 1 && length <= 2 && block[name] == '.';
    if (dot && (length == 1 || block[name + 1] == '.')) {
      problem(ProblemCode.DOT_TWICE, directory, block, at);
    } else if (length == 0) {
      problem(ProblemCode.ENTRY_NAME, directory, block, at);
    } else if (directory.isEncrypted()) {
      if (length < SHORTEST_ENCRYPTED) {
        problem(ProblemCode.ENTRY_ENCRYPTED, directory, block, at);
      }
    } else {
      characters(directory, block, at, length);
      if (strict && directory.isCaseFolded() && !isUtf8(block, name, length)) {
        problem(ProblemCode.ENTRY_NAME, directory, block, at);
      }
    }
    target(directory, block, at, true);
  }

  private void characters(Directory directory, byte[] block, int at, int length) {
    for (int i = at + DirectoryRecord.HEADER_SIZE, end = i + length; i < end; i++) {
      byte b = block[i];
      if (b == '/' || b == 0) {
        problem(ProblemCode.ENTRY_NAME, directory, block, at);
        return;
      }
    }
  }

  private boolean isUtf8(byte[] block, int start, int length) {
    decoded.clear();
    utf8.reset();
    return !utf8.decode(ByteBuffer.wrap(block, start, length), decoded, true).isError();
  }

  private boolean isNamedBySuperblock(long number) {
    boolean quota = number == quotaFiles[0] || number == quotaFiles[1] || number == quotaFiles[2];
    return quota || number == orphanFile;
  }

  /**
   * Checks the inode that an entry refers to.
   *
   * @param link whether the entry makes the inode a part of the tree; false for {@code .} and
   *     {@code ..}
   */
  private void target(Directory directory, byte[] block, int at, boolean link) {
    long number = DirectoryRecord.inodeNumber(block, at);
    if (number == 0) {
      return;
    }
    if ((number != ReservedInodes.ROOT && number < geometry.firstInode())
        || number > geometry.inodeCount()
        || isNamedBySuperblock(number)) {
      problem(ProblemCode.ENTRY_INODE, directory, block, at);
      return;
    }
    long note = notes.countName(number);
    if (!InodeNotes.has(note, InodeNotes.IN_USE)) {
      problem(ProblemCode.ENTRY_UNUSED_INODE, directory, block, at);
      return;
    }
    type(directory, block, at, note);
    if (!link) {
      return;
    }
    if (number == ReservedInodes.ROOT) {
      problem(ProblemCode.ENTRY_TO_ROOT, directory, block, at);
    } else if (number == directory.inode()) {
      problem(ProblemCode.ENTRY_TO_SELF, directory, block, at);
    } else if (InodeNotes.type(note) == DIRECTORY) {
      directories.addParent(number, directory.inode(), block, at);
    }
    if (directory.isEncrypted() && !InodeNotes.has(note, InodeNotes.ENCRYPTED) && isContent(note)) {
      problem(ProblemCode.ENTRY_ENCRYPTED, directory, block, at);
    }
  }

  /** Returns whether an inode has content that could be encrypted. */
  private static boolean isContent(long note) {
    int type = InodeNotes.type(note);
    return type == DIRECTORY || type == 8 || type == 10;
  }

  private void type(Directory directory, byte[] block, int at, long note) {
    int found = DirectoryRecord.typeByte(block, at);
    if (!typed) {
      if (found != 0) {
        problem(ProblemCode.ENTRY_TYPE, directory, block, at);
      }
      return;
    }
    int expected = InodeNotes.has(note, InodeNotes.BAD) ? 0 : TYPE_OF_MODE[InodeNotes.type(note)];
    if (found != expected) {
      ProblemCode code = found == 0 ? ProblemCode.ENTRY_TYPE_UNKNOWN : ProblemCode.ENTRY_TYPE;
      log.add(
          Problem.of(code, directory.inode())
              .name(name(block, at))
              .found(found)
              .expected(expected));
    }
  }

  private void problem(ProblemCode code, Directory directory, byte[] block, int at) {
    log.add(
        Problem.of(code, directory.inode())
            .name(name(block, at))
            .found(DirectoryRecord.inodeNumber(block, at)));
  }
}
