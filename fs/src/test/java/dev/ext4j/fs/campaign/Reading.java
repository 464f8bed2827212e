package dev.ext4j.fs.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A reader of all that an image offers, like a program that copies a tree, within limits as a
 * caller sets them.
 */
final class Reading {
  private static final int MOST_FILES = 200;
  private static final int MOST_ENTRIES = 2000;
  private static final int FIRST_INODES = 24;
  private static final int MOST_TURNS = 12;
  private static final int PIECE = 1 << 16;
  private static final int PLANS = 1; // each plan opens a copy for writing
  private static final int AUDITS = 4;
  private static final long MOST_CONTENT = 1 << 18;
  private static final List<String> PATHS =
      List.of("/", "/.", "/lost+found/..", "/none", "/dir/sub/file", "/big/../link/x", "/loop/x");

  private final Calls calls;
  private int plans = PLANS;
  private int audits = AUDITS;
  private final ByteBuffer buffer = ByteBuffer.allocate(PIECE);

  Reading(Calls calls) {
    this.calls = calls;
  }

  /** Opens the device for reading and reads everything. */
  void all(BlockDevice device) {
    calls.make(
        "open for reading",
        () -> {
          try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
            look(fs);
            calls.begin("close after reading");
          }
        });
  }

  private void look(Ext4FileSystem fs) {
    calls.make("info", fs::info);
    calls.make("warnings", fs::warnings);
    calls.make("journalInfo", () -> fs.inspect().journal());
    calls.make(
        "visitJournal", () -> fs.inspect().visitJournal(OptionalLong.empty(), new Ignoring()));
    calls.make(
        "visitJournal of inode 12",
        () -> fs.inspect().visitJournal(OptionalLong.of(12), new Ignoring()));
    for (String path : PATHS) {
      calls.make("stat " + path, () -> fs.file(FileAddress.path(path.getBytes(UTF_8))).stat());
    }
    Set<Long> seen = new LinkedHashSet<>();
    Deque<Long> waiting = new ArrayDeque<>(List.of(2L));
    while (!waiting.isEmpty() && seen.size() < MOST_FILES) {
      long number = waiting.remove();
      if (seen.add(number)) {
        calls.make("file <" + number + ">", () -> file(fs, number, waiting));
      }
    }
    for (long number = 1; number < FIRST_INODES; number++) {
      long inode = number;
      if (!seen.contains(number)) {
        calls.make("file <" + number + ">", () -> file(fs, inode, new ArrayDeque<>()));
      }
    }
  }

  private static void attributes(Ext4FileSystem fs, long number) throws IOException {
    for (XattrName name : fs.inodes().xattrs(number)) {
      byte[] unused = fs.inodes().xattr(number, name);
    }
  }

  private void file(Ext4FileSystem fs, long number, Deque<Long> found) throws IOException {
    Ext4File file = fs.file(FileAddress.inode(number));
    String of = " of <" + number + ">";
    FileStat stat = file.stat();
    if (stat.type() == FileType.DIRECTORY) {
      calls.make(
          "list" + of,
          () -> fs.inodes().list(number, 0, (name, inode, type, next) -> take(inode, found)));
    }
    calls.make("readLink" + of, file::readLink);
    calls.make("xattrs" + of, () -> attributes(fs, number));
    calls.make("acl" + of, () -> fs.inodes().acl(number, Acl.Kind.ACCESS));
    calls.make("default acl" + of, () -> fs.inodes().acl(number, Acl.Kind.DEFAULT));
    calls.make("map with holes" + of, () -> file.inspect().map(Holes.SHOWN, Ignoring.runs()));
    calls.make("map" + of, () -> file.inspect().map(Holes.OMITTED, Ignoring.runs()));
    calls.make("visitTree" + of, () -> file.inspect().tree(new Ignoring()));
    if (stat.type() == FileType.REGULAR) {
      content(file, stat.size(), of);
    }
    if (audits-- > 0) {
      calls.make("precache" + of, () -> file.inspect().precache());
      calls.make("visitStatus" + of, () -> file.inspect().status(Ignoring.runs()));
      calls.make("verify" + of, () -> file.inspect().verify());
    }
  }

  private static boolean take(long inode, Deque<Long> found) {
    if (inode > 0 && inode <= 0xFFFFFFFFL) {
      found.add(inode);
    }
    return found.size() < MOST_ENTRIES;
  }

  private void content(Ext4File file, long size, String of) {
    calls.make("read" + of, () -> readOn(file));
    for (long at : new long[] {size - 1, size / 2, size + 1, 1L << 40}) {
      long from = Math.max(0, at);
      calls.make("read at " + from + of, () -> file.read(from, buffer.clear()));
      calls.make("readDirect at " + from + of, () -> file.readDirect(from, buffer.clear()));
    }
    calls.make("readDirect" + of, () -> file.readDirect(0, buffer.clear()));
    calls.make("seek" + of, () -> seek(file));
    calls.make("seekHole behind the end" + of, () -> file.seekHole(size));
    if (plans-- > 0) {
      calls.make("planPunch" + of, () -> file.inspect().planPunch(5000, 70_000));
    }
  }

  private void readOn(Ext4File file) throws IOException {
    for (long at = 0; at < MOST_CONTENT; ) {
      int count = file.read(at, buffer.clear());
      if (count <= 0) {
        return;
      }
      at += count;
    }
  }

  private static void seek(Ext4File file) throws IOException {
    long at = 0;
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      at = file.seekHole(file.seekData(at));
    }
  }
}
