package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Inodes;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * A walk that reads everything in an image with any damage, in bounded time, and at the end changes
 * some of it. Exceptions of the documented types are expected; all others are passed on.
 */
final class ImageWalk {
  private static final int INODES = 64;
  private static final int MOST_RUNS = 2000;
  private static final List<String> PATHS =
      List.of("/", "/.", "/lost+found/..", "/a/b", "/dir/file", "/links/loop/x", "/none");

  private final BlockDevice device;

  private ImageWalk(BlockDevice device) {
    this.device = device;
  }

  /** Reads everything in an image. */
  static void read(BlockDevice device) throws IOException {
    new ImageWalk(device).readAll();
  }

  /** Punches a hole into every file, which changes the device. */
  static void punch(BlockDevice device) throws IOException {
    new ImageWalk(device).punchAll();
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void attempt(Step step) throws IOException {
    try {
      step.run();
    } catch (Ext4Exception expected) {
      return;
    }
  }

  private void readAll() throws IOException {
    attempt(
        () -> {
          OpenOptions options =
              OpenOptions.builder().memory(MemoryBounds.DEFAULT.withMetadataBytes(1 << 20)).build();
          try (Ext4FileSystem fs = Ext4FileSystem.open(device, options)) {
            fs.info();
            fs.warnings();
            attempt(() -> fs.inspect().journal());
            attempt(() -> fs.inspect().visitJournal(OptionalLong.empty(), new IgnoringJournal()));
            attempt(() -> fs.inspect().visitJournal(OptionalLong.of(12), new IgnoringJournal()));
            for (String path : PATHS) {
              attempt(() -> fs.file(FileAddress.path(path.getBytes(UTF_8))).stat());
            }
            for (long number = 1; number <= INODES; number++) {
              long inode = number;
              FileAddress address = FileAddress.inode(number);
              attempt(() -> file(fs.file(address)));
              attempt(() -> names(fs.inodes(), inode));
            }
          }
        });
  }

  private static void names(Inodes inodes, long number) throws IOException {
    int[] entries = {0};
    attempt(() -> inodes.list(number, 0, (name, inode, type, next) -> ++entries[0] < MOST_RUNS));
    attempt(
        () -> {
          for (XattrName name : inodes.xattrs(number)) {
            attempt(() -> inodes.xattr(number, name));
          }
        });
    attempt(() -> inodes.acl(number, Acl.Kind.ACCESS));
    attempt(() -> inodes.acl(number, Acl.Kind.DEFAULT));
  }

  private static void file(Ext4File file) throws IOException {
    FileStat stat = file.stat();
    attempt(() -> file.inspect().map(Holes.SHOWN, bounded()));
    attempt(() -> file.inspect().map(Holes.OMITTED, bounded()));
    attempt(() -> file.inspect().tree(new Ignoring()));
    attempt(file::readLink);
    if (stat.type() == FileType.REGULAR) {
      for (long offset : new long[] {0, 4095, 1 << 20, stat.size() / 2, stat.size() - 1}) {
        attempt(() -> file.read(Math.max(0, offset), ByteBuffer.allocate(10_000)));
      }
    }
  }

  private static dev.ext4j.fs.model.MappingVisitor bounded() {
    int[] runs = {0};
    return (logical, physical, count, state) -> ++runs[0] < MOST_RUNS;
  }

  private void punchAll() throws IOException {
    attempt(
        () -> {
          OpenOptions options =
              OpenOptions.builder()
                  .writable(true)
                  .memory(MemoryBounds.DEFAULT.withMetadataBytes(1 << 20))
                  .build();
          try (Ext4FileSystem fs = Ext4FileSystem.open(device, options)) {
            for (long number = 11; number <= INODES; number++) {
              FileAddress address = FileAddress.inode(number);
              attempt(
                  () -> {
                    Ext4File file = fs.file(address);
                    attempt(() -> file.punch(5000, 70_000, ProgressListener.NONE));
                    attempt(() -> file.punch(0, Long.MAX_VALUE, ProgressListener.NONE));
                  });
            }
          }
        });
  }

  private static final class Ignoring implements TreeVisitor {
    @Override
    public void node(int level, int depth, long block, int entryCount, int capacity) {}

    @Override
    public void index(int level, long logicalBlock, long childPhysicalBlock) {}

    @Override
    public void extent(
        int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten) {}
  }

  private static final class IgnoringJournal implements JournalVisitor {
    @Override
    public void transaction(Transaction transaction) {}

    @Override
    public void block(LoggedBlock block) {
      block.owner().describe();
    }

    @Override
    public void revoke(long logBlock, long block) {}

    @Override
    public void end(End end) {}

    @Override
    public void change(Change change) {}

    @Override
    public void fastCommitEnd(End end) {}
  }
}
