package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.fs.fsck.FsckOptions;
import dev.ext4j.fs.fsck.FsckReport;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A mover of images between memory, where ext4j works on them, and files, where external checkers
 * such as {@code e2fsck} judge them.
 */
public final class Judge implements AutoCloseable {
  /** A time later than any in an image, in seconds since 1970. */
  private static final long NOW = 1L << 33;

  /** The size in bytes up to which an image is filled with the pattern. Filling takes memory. */
  private static final long MOST_FILLED = 64L << 20;

  private final Scratch scratch;

  private Judge(Scratch scratch) {
    this.scratch = scratch;
  }

  /** Opens a judge with a new folder for its files. */
  @SuppressWarnings("MustBeClosedChecker") // the judge closes it
  public static Judge open() throws IOException {
    return new Judge(Scratch.open());
  }

  /** Returns the path of a file in the folder. */
  public Path file(String name) {
    return scratch.file(name);
  }

  /** Makes a new image by {@code mke2fs}. */
  public Path make(ImageRecipe recipe) throws IOException {
    return Mke2fs.create(recipe, scratch.folder());
  }

  /**
   * Reads an image file into memory. If the file system is sound and not too large, its free blocks
   * are filled with a pattern, as on a used disk. A new block that nothing has written then does
   * not read as zeros by chance.
   */
  public static MemoryBlockDevice load(Path image) throws IOException {
    MemoryBlockDevice disk = loadExactly(image);
    if (disk.size() <= MOST_FILLED) {
      FreeSpace.fillIfSound(disk);
    }
    return disk;
  }

  /** Reads an image file into memory, byte for byte. */
  public static MemoryBlockDevice loadExactly(Path image) throws IOException {
    try (BlockDevice file = PosixBlockDevice.open(image.toString(), AccessMode.READ_ONLY)) {
      return MemoryBlockDevice.copyOf(file);
    }
  }

  /**
   * Writes a disk to a file of the same size. Pieces that hold only the pattern are left out,
   * because checkers do not read free blocks.
   */
  @CanIgnoreReturnValue
  public Path save(BlockDevice disk, String name) throws IOException {
    return save(disk, name, false);
  }

  /** Writes a disk to a file of the same size, byte for byte. */
  public Path saveExactly(BlockDevice disk, String name) throws IOException {
    return save(disk, name, true);
  }

  private Path save(BlockDevice disk, String name, boolean exactly) throws IOException {
    Path path = scratch.file(name);
    Files.deleteIfExists(path);
    try (PosixBlockDevice file = PosixBlockDevice.create(path.toString(), disk.size())) {
      MemoryBlockDevice memory =
          disk instanceof MemoryBlockDevice already ? already : MemoryBlockDevice.copyOf(disk);
      memory.copyTo(exactly ? file : new WithoutPattern(file));
    }
    return path;
  }

  /** A new file in which pieces that hold only the pattern stay holes. */
  private static final class WithoutPattern extends ForwardingDevice {
    WithoutPattern(BlockDevice file) {
      super(file);
    }

    @Override
    public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
      if (!FreeSpace.isPattern(source)) {
        super.writeFully(byteOffset, source);
      }
    }
  }

  /**
   * Returns the verdict of {@code e2fsck -fn} on a disk. Fails unless the checker of ext4j agrees.
   */
  public E2fsck.Verdict check(BlockDevice disk) throws IOException {
    E2fsck.Verdict verdict = E2fsck.check(save(disk, "judged.img"));
    FsckReport report = new Checker(disk, FsckOptions.at(NOW), ProgressListener.NONE).run();
    assertThat(report.isClean())
        .as("ext4j fsck finds %s, and %s", report.problems(), verdict)
        .isEqualTo(verdict.clean());
    return verdict;
  }

  /** Fails unless {@code e2fsck -fn} finds no problem. */
  public void requireClean(BlockDevice disk, String situation) throws IOException {
    E2fsck.Verdict verdict = check(disk);
    assertThat(verdict.clean()).as("%s: %s", situation, verdict).isTrue();
  }

  /**
   * Returns the disk as {@code e2fsck -fy} repairs it. Fails unless every problem was repaired and
   * a second check finds none.
   */
  public MemoryBlockDevice repaired(BlockDevice disk, String situation) throws IOException {
    Path image = save(disk, "repaired.img");
    E2fsck.Verdict verdict = E2fsck.repair(image);
    assertThat(verdict.mended()).as("%s: %s", situation, verdict).isTrue();
    if (verdict.exitCode() != 0) {
      E2fsck.Verdict second = E2fsck.check(image);
      assertThat(second.clean()).as("%s, second look: %s", situation, second).isTrue();
    }
    return loadExactly(image);
  }

  @Override
  public void close() throws IOException {
    scratch.close();
  }
}
