package user.of.ext4j;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.blockdev.open.Devices;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Ext4Probe;
import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.Inodes;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Walks, reads, changes and checks the sample image of ext4j. The only argument is the compressed
 * image. The program prints what it saw, and fails if a change is not found again.
 */
public final class Main {
  private static final String FILE = "/data.bin";
  private static final int HOLE_BYTES = 64 << 10;
  private static final byte[] TEXT = "written by a user".getBytes(StandardCharsets.UTF_8);

  /** The time stamp that hello.txt has in the sample image. */
  private static final Instant MODIFICATION = Instant.parse("2021-03-04T05:06:07.123456789Z");

  private final Path image;

  private Main(Path image) {
    this.image = image;
  }

  /** Runs the program. */
  public static void main(String[] arguments) throws IOException {
    Path image = Files.createTempFile("ext4j-user", ".img");
    try (InputStream packed = Files.newInputStream(Path.of(arguments[0]));
        InputStream content = new GZIPInputStream(packed)) {
      Files.copy(content, image, StandardCopyOption.REPLACE_EXISTING);
      Main program = new Main(image);
      program.walk();
      program.change();
      program.verify();
    } finally {
      Files.deleteIfExists(image);
    }
  }

  /** Prints how many names the tree has, and the sums of their sizes and attributes. */
  private void walk() throws IOException {
    Set<String> names = new HashSet<>();
    long byteCount = 0;
    int attributeCount = 0;
    Deque<Long> directories = new ArrayDeque<>(List.of(Inodes.ROOT));
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readOnly())) {
      Inodes inodes = fs.inodes();
      while (!directories.isEmpty()) {
        List<Long> found = new ArrayList<>();
        inodes.list(
            directories.remove(),
            0,
            (name, inode, type, nextCookie) -> {
              if (!name.toString().equals(".") && !name.toString().equals("..")) {
                names.add(name.toString());
                found.add(inode);
              }
              return true;
            });
        for (long inode : found) {
          if (inodes.stat(inode).type() == FileType.DIRECTORY) {
            directories.add(inode);
          }
          byteCount += inodes.stat(inode).size();
          for (XattrName attribute : inodes.xattrs(inode)) {
            require(inodes.xattr(inode, attribute) != null, "an attribute has a value");
            attributeCount++;
          }
        }
      }
      Instant modification = fs.file("/hello.txt").stat().times().modification();
      require(modification.equals(MODIFICATION), "hello.txt has its time: " + modification);
    }
    require(names.contains("data.bin"), "the walk finds data.bin");
    System.out.println(
        names.size() + " names, " + byteCount + " bytes, " + attributeCount + " xattrs");
  }

  private void change() throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(image, OpenOptions.readWrite())) {
      Ext4File file = fs.file(FILE);
      long sectors = file.stat().sectors();
      file.punch(0, HOLE_BYTES, ProgressListener.NONE);
      require(file.stat().sectors() < sectors, "a hole frees blocks");
      file.write(HOLE_BYTES, ByteBuffer.wrap(TEXT));
      file.force();
    }
  }

  private void verify() throws IOException {
    DeviceAddress address = DeviceAddress.of(image.toString());
    try (BlockDevice device = Devices.open(address, AccessMode.READ_ONLY, new Ext4Probe())) {
      try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readOnly())) {
        ByteBuffer content = ByteBuffer.allocate(HOLE_BYTES + TEXT.length);
        require(fs.file(FILE).read(0, content) == content.capacity(), "all is read");
        byte[] expected = new byte[content.capacity()];
        System.arraycopy(TEXT, 0, expected, HOLE_BYTES, TEXT.length);
        require(Arrays.equals(content.array(), expected), "the changes are found again");
        require(fs.file(FILE).inspect().verify().isEmpty(), "the structures agree");
      }
    }
    try (BlockDevice device = Devices.open(address, AccessMode.READ_ONLY, new Ext4Probe())) {
      FsckOptions options = FsckOptions.at(Instant.now().getEpochSecond());
      Fsck.Outcome outcome =
          Fsck.check(device, options, Fsck.View.REPLAYED, ProgressListener.NONE);
      require(outcome.report().isClean(), "the file system is clean: " + outcome.report());
    }
    System.out.println("verified");
  }

  private static void require(boolean condition, String expectation) {
    if (!condition) {
      throw new IllegalStateException("not true: " + expectation);
    }
  }
}
