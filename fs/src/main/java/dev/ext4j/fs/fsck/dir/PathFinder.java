package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.DirectoryRecord;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.ReservedInodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A search for a path of each inode that has a problem. Names are not kept while directories are
 * checked. They are read a second time only if there is a problem.
 */
public final class PathFinder {
  private static final int LONGEST_WAY = 4096; // in names; a tree may be a million directories deep
  private static final int MOST_ABOVE = 100_000; // directories whose names are kept
  private static final int LONGEST_PATH = 4096; // PATH_MAX
  private static final String CUT = "...";

  private record Entry(long directory, String name) {}

  private final CheckedImage image;
  private final Geometry geometry;
  private final Directories directories;
  private final Map<Long, Entry> entries = new HashMap<>();
  private Set<Long> wanted = new HashSet<>();

  /** Creates a search in the blocks of the directories that pass 1 has found. */
  public PathFinder(FsckState state, Directories directories) {
    this.image = state.image();
    this.geometry = image.geometry();
    this.directories = directories;
  }

  /** Returns the problems, each with a path of its inode if there is one. */
  public List<Problem> resolve(List<Problem> problems) throws IOException {
    for (Problem problem : problems) {
      if (problem.inode() > ReservedInodes.ROOT) {
        wanted.add(problem.inode());
      }
    }
    if (!wanted.isEmpty()) {
      scan();
      // The names of the directories above these inodes are needed, too. Their parents are
      // recorded.
      Set<Long> above = new HashSet<>();
      for (Entry entry : entries.values()) {
        addWay(entry.directory(), above);
      }
      above.removeAll(entries.keySet());
      wanted = above;
      if (!above.isEmpty()) {
        scan();
      }
    }
    List<Problem> resolved = new ArrayList<>(problems.size());
    for (Problem problem : problems) {
      String path = path(problem.inode());
      resolved.add(path == null ? problem : problem.path(path));
    }
    return resolved;
  }

  private void addWay(long inode, Set<Long> above) {
    long at = inode;
    for (int i = 0;
        i < LONGEST_WAY && at != ReservedInodes.ROOT && above.size() < MOST_ABOVE && above.add(at);
        i++) {
      long index = directories.indexOf(at);
      if (index < 0 || directories.parent(index) == 0) {
        return;
      }
      at = directories.parent(index);
    }
  }

  private @org.jspecify.annotations.Nullable String path(long inode) {
    if (inode == ReservedInodes.ROOT) {
      return "/";
    }
    List<String> names = new ArrayList<>();
    long at = inode;
    int length = 0;
    while (at != ReservedInodes.ROOT) {
      Entry entry = entries.get(at);
      if (entry == null) {
        return null;
      }
      names.add(entry.name());
      length += 1 + entry.name().length();
      if (length > LONGEST_PATH) {
        names.add(CUT);
        break;
      }
      at = entry.directory();
    }
    StringBuilder path = new StringBuilder();
    for (int i = names.size() - 1; i >= 0; i--) {
      path.append('/').append(names.get(i));
    }
    return path.toString();
  }

  private void scan() throws IOException {
    ByteBuffer block = CheckedImage.buffer(geometry.blockSize());
    byte[] bytes = new byte[geometry.blockSize()];
    DirectoryRuns runs = directories.runs();
    for (long i = 0; i < runs.count(); i++) {
      DirectoryRun run = runs.run(i);
      byte[] inline = run.inline();
      if (inline != null) {
        records(run.inode(), inline, Integer.BYTES, InodeView.BLOCK_AREA_SIZE);
        records(run.inode(), inline, InodeView.BLOCK_AREA_SIZE, inline.length);
      }
      for (long j = 0; j < run.blockCount(); j++) {
        image.readBlock(run.physicalBlock() + j, block);
        block.get(0, bytes);
        records(run.inode(), bytes, 0, bytes.length);
      }
    }
  }

  private void records(long directory, byte[] bytes, int from, int end) {
    for (int at = from; end - at >= DirectoryRecord.HEADER_SIZE; ) {
      long inode = DirectoryRecord.inodeNumber(bytes, at);
      int length = DirectoryRecord.recordLength(bytes, at);
      if (length < DirectoryRecord.HEADER_SIZE || length > end - at) {
        return;
      }
      if (inode != 0
          && wanted.contains(inode)
          && DirectoryRecord.nameLength(bytes, at) <= length - DirectoryRecord.HEADER_SIZE) {
        String name = EntryCheck.name(bytes, at);
        if (!name.equals(".") && !name.equals("..")) {
          entries.putIfAbsent(inode, new Entry(directory, name));
        }
      }
      at += length;
    }
  }
}
