package dev.ext4j.cli.crash;

import dev.ext4j.fs.error.Ext4Exception;
import java.io.IOException;
import java.util.Arrays;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A check that every file of a crashed and recovered disk is as before or as after a step of the
 * command. If the step is not atomic, each block of a file is checked separately. Any other content
 * is a fault: data was lost, or the file shows data of another file.
 */
final class ContentOracle {
  private static final int CHUNK = 1 << 16;

  private final FileTree before;
  private final FileTree after;
  private final TouchedRanges touched;
  private final boolean atomic;
  private final int sectorSize;
  private boolean allAsBefore;
  private boolean allAsAfter;

  /** The similarity of a tree to the trees before and after the step. */
  enum Likeness {
    AS_BEFORE,
    AS_AFTER,
    PARTS_OF_BOTH
  }

  /**
   * Creates a comparison with two trees.
   *
   * @param atomic whether the whole tree must be equal to one of them
   * @param sectorSize the number of bytes that are compared as one unit, if this is less than a
   *     block; each unit may be as before the step or as after it
   */
  ContentOracle(
      FileTree before, FileTree after, TouchedRanges touched, boolean atomic, int sectorSize) {
    this.before = before;
    this.after = after;
    this.touched = touched;
    this.atomic = atomic;
    this.sectorSize = sectorSize;
  }

  /** The result: a likeness, or a fault. */
  record Finding(Likeness likeness, String fault) {
    boolean isGood() {
      return fault.isEmpty();
    }
  }

  /**
   * Compares a tree with the trees before and after the step.
   *
   * @param logIsAll whether the disk differs from the base only by changes in the log; if so,
   *     blocks that the log does not touch need not be read
   */
  Finding compare(FileTree found, boolean logIsAll) throws IOException {
    allAsBefore = true;
    allAsAfter = true;
    TreeSet<String> paths = new TreeSet<>(before.entries().keySet());
    paths.addAll(after.entries().keySet());
    paths.addAll(found.entries().keySet());
    for (String path : paths) {
      String fault = compare(path, found, logIsAll);
      if (!fault.isEmpty()) {
        return new Finding(Likeness.PARTS_OF_BOTH, path + ": " + fault);
      }
    }
    Likeness likeness =
        allAsAfter ? Likeness.AS_AFTER : allAsBefore ? Likeness.AS_BEFORE : Likeness.PARTS_OF_BOTH;
    boolean torn = atomic && likeness == Likeness.PARTS_OF_BOTH;
    return new Finding(
        likeness, torn ? "the tree is neither as before the step nor as after it" : "");
  }

  private String compare(String path, FileTree found, boolean logIsAll) throws IOException {
    FileTree.@Nullable Entry mine = found.entries().get(path);
    FileTree.@Nullable Entry old = before.entries().get(path);
    FileTree.@Nullable Entry young = after.entries().get(path);
    boolean asBefore = looksLike(mine, old);
    boolean asAfter = looksLike(mine, young);
    if (!asBefore && !asAfter) {
      return "is " + text(mine) + "; before " + text(old) + "; after " + text(young);
    }
    FileFacts facts = mine == null ? null : mine.facts();
    String fault = "";
    if (mine != null && facts != null && facts.isRegular()) {
      try {
        Pieces pieces = new Pieces(found, mine, logIsAll, asBefore, asAfter);
        fault = pieces.compare(old, young);
        asBefore = pieces.asBefore;
        asAfter = pieces.asAfter;
      } catch (Ext4Exception e) {
        fault = unreadable(e, mine, old, young);
      }
    }
    allAsBefore &= asBefore;
    allAsAfter &= asAfter;
    return fault;
  }

  private static boolean looksLike(FileTree.@Nullable Entry one, FileTree.@Nullable Entry other) {
    if (one == null) {
      return other == null;
    }
    return other != null && one.looksLike(other);
  }

  private static String text(FileTree.@Nullable Entry entry) {
    return entry == null ? "absent" : entry.toString();
  }

  /**
   * Returns the fault of a file that cannot be read. The fault is empty if the file is also
   * unreadable in the trees before and after the step, because then nothing is lost.
   */
  private String unreadable(
      Ext4Exception failure,
      FileTree.Entry mine,
      FileTree.@Nullable Entry old,
      FileTree.@Nullable Entry young)
      throws IOException {
    boolean always =
        old != null && young != null && !isReadable(before, old) && !isReadable(after, young);
    return always
        ? ""
        : "cannot be read: " + failure.getMessage() + " <" + mine.inodeNumber() + ">";
  }

  private static boolean isReadable(FileTree tree, FileTree.Entry entry) throws IOException {
    try {
      FileRuns runs = new FileRuns(tree.file(entry.inodeNumber()), tree.info().blockSize());
      for (long offset = 0; offset < runs.size(); offset += CHUNK) {
        runs.read(offset, (int) Math.min(CHUNK, runs.size() - offset));
      }
      return true;
    } catch (Ext4Exception e) {
      return false;
    }
  }

  /** The comparison of one file's content, block by block. */
  private final class Pieces {
    private final FileRuns mine;
    private final boolean logIsAll;
    private final int pieceSize;
    private boolean asBefore;
    private boolean asAfter;

    Pieces(
        FileTree found, FileTree.Entry entry, boolean logIsAll, boolean asBefore, boolean asAfter)
        throws IOException {
      int blockSize = found.info().blockSize();
      this.pieceSize = Math.min(blockSize, sectorSize);
      this.mine = new FileRuns(found.file(entry.inodeNumber()), blockSize);
      this.logIsAll = logIsAll;
      this.asBefore = asBefore;
      this.asAfter = asAfter;
    }

    String compare(FileTree.@Nullable Entry oldEntry, FileTree.@Nullable Entry youngEntry)
        throws IOException {
      FileRuns old = runs(before, oldEntry);
      FileRuns young = runs(after, youngEntry);
      long offset = 0;
      while (offset < mine.size()) {
        long sameAsOld = sameUnread(old, offset);
        long sameAsYoung = sameUnread(young, offset);
        boolean decided = (sameAsOld > 0 || !asBefore) && (sameAsYoung > 0 || !asAfter);
        if (decided && (sameAsOld > 0 || sameAsYoung > 0)) {
          offset += shorter(sameAsOld, sameAsYoung);
          continue;
        }
        long end = Math.min(mine.size(), roundedDown(offset) + CHUNK);
        String fault = compareChunk(old, young, offset, (int) (end - offset));
        if (!fault.isEmpty()) {
          return fault;
        }
        offset = end;
      }
      return "";
    }

    private String compareChunk(
        @Nullable FileRuns old, @Nullable FileRuns young, long offset, int byteCount)
        throws IOException {
      byte[] bytes = mine.read(offset, byteCount);
      byte[] oldBytes = old == null ? null : old.read(offset, byteCount);
      byte[] youngBytes = young == null ? null : young.read(offset, byteCount);
      int start = 0;
      while (start < byteCount) {
        int end = (int) Math.min(byteCount, roundedDown(offset + start) + pieceSize - offset);
        boolean inOld =
            old != null && offset + start < old.size() && isSame(bytes, oldBytes, start, end);
        boolean inYoung =
            young != null && offset + start < young.size() && isSame(bytes, youngBytes, start, end);
        if (!inOld && !inYoung) {
          return "the block or sector with byte "
              + (offset + start)
              + " is neither as before nor as after";
        }
        asBefore &= inOld;
        asAfter &= inYoung;
        start = end;
      }
      return "";
    }

    private long roundedDown(long offset) {
      return offset - offset % pieceSize;
    }

    private long sameUnread(@Nullable FileRuns other, long offset) {
      return other == null || !logIsAll ? 0 : mine.sameUnread(other, offset, touched);
    }

    private static long shorter(long one, long other) {
      return one == 0 ? other : other == 0 ? one : Math.min(one, other);
    }

    private static @Nullable FileRuns runs(FileTree tree, FileTree.@Nullable Entry entry)
        throws IOException {
      FileFacts facts = entry == null ? null : entry.facts();
      return entry == null || facts == null || !facts.isRegular()
          ? null
          : new FileRuns(tree.file(entry.inodeNumber()), tree.info().blockSize());
    }

    private static boolean isSame(byte[] bytes, byte @Nullable [] others, int start, int end) {
      return others != null && Arrays.equals(bytes, start, end, others, start, end);
    }
  }
}
