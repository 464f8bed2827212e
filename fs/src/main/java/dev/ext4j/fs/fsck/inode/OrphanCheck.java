package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.format.OrphanBlock;
import dev.ext4j.fs.format.RoCompatFeature;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The check of the inodes whose deletion or truncation a crash interrupted. They are in the orphan
 * list or in the orphan file. The orphan list begins in the superblock and continues in the
 * deletion times of its inodes.
 */
public final class OrphanCheck {
  private static final int DIRECTORY = 4;
  private static final int REGULAR = 8;
  private static final int SYMLINK = 10;
  private static final long MOST_FILE_BLOCKS = 512; // EXT4_MAX_ORPHAN_FILE_BLOCKS

  private final FsckState state;
  private final Geometry geometry;
  private final InodeReader reader;
  private final Set<Long> orphans = new HashSet<>();
  private final boolean mayBeMarked;
  private boolean damaged;
  private boolean inFile;

  /**
   * Creates a check of orphans.
   *
   * @param mayBeMarked whether orphan_present may be set without an orphan. It is set while the
   *     file system is mounted, so it is still set after a crash.
   */
  public OrphanCheck(FsckState state, boolean mayBeMarked) {
    this.state = state;
    this.mayBeMarked = mayBeMarked;
    this.geometry = state.image().geometry();
    this.reader = new InodeReader(state);
  }

  /**
   * Checks the list and the file, and reports their problems.
   *
   * @return all inodes that the list or the file contains
   */
  public Set<Long> run() throws IOException {
    list();
    if (geometry.features().has(CompatFeature.ORPHAN_FILE)) {
      file(state.image().superblock().orphanFileInode());
    }
    boolean marked = geometry.features().has(RoCompatFeature.ORPHAN_PRESENT);
    if (marked && !inFile && !damaged && !mayBeMarked) {
      state.log().add(Problem.of(ProblemCode.ORPHAN_PRESENT));
    }
    return orphans;
  }

  /**
   * Checks the list. It cannot be longer than the number of inodes, because it may contain each
   * inode only once.
   */
  private void list() throws IOException {
    long number = state.image().superblock().lastOrphan();
    while (number != 0) {
      InodeRecord inode = isPossible(number) ? reader.read(number) : null;
      if (inode == null || !mayBeOrphan(inode) || !orphans.add(number)) {
        state.log().add(Problem.of(ProblemCode.ORPHAN_LIST).found(number));
        return;
      }
      number = inode.deletionTime();
    }
  }

  private boolean isPossible(long number) {
    SuperblockView superblock = state.image().superblock();
    return number >= geometry.firstInode()
        && number <= geometry.inodeCount()
        && number != superblock.journalInode()
        && number != superblock.orphanFileInode();
  }

  /** Returns whether a mount can delete an inode or cut off its content. */
  private static boolean mayBeOrphan(InodeRecord inode) {
    int type = inode.mode() >>> 12;
    boolean withContent =
        type == REGULAR
            || type == DIRECTORY
            || (type == SYMLINK && inode.size() >= InodeView.BLOCK_AREA_SIZE);
    boolean cut = withContent && !inode.hasFlag(FileFlag.VERITY);
    return inode.mode() != 0 && (inode.linkCount() == 0 || cut);
  }

  private void file(long number) throws IOException {
    InodeRecord inode = number <= geometry.inodeCount() && number > 0 ? reader.read(number) : null;
    if (inode == null
        || inode.mode() >>> 12 != REGULAR
        || inode.hasFlag(FileFlag.INLINE_DATA)
        || inode.size() >>> geometry.blockSizeBits() > MOST_FILE_BLOCKS) {
      damaged = true;
      state.log().add(Problem.of(ProblemCode.ORPHAN_FILE, Math.max(number, 0)));
      return;
    }
    int seed = inode.checksumSeed();
    Set<Long> blocks = new HashSet<>();
    new MappingCheck(state)
        .walkAgain(
            inode,
            false,
            (logical, physical, count) -> {
              for (long i = 0; logical >= 0 && i < Math.min(count, MOST_FILE_BLOCKS); i++) {
                blocks.add(physical + i);
              }
            });
    ByteBuffer bytes = CheckedImage.buffer(geometry.blockSize());
    for (long block : blocks) {
      state.image().readBlock(block, bytes);
      OrphanBlock view = new OrphanBlock(bytes, geometry);
      if (!view.isMagicValid() || !view.isChecksumValid(seed, block)) {
        damaged = true;
      } else {
        for (int place = 0; place < OrphanBlock.capacity(geometry); place++) {
          addFromFile(view.inodeNumber(place));
        }
      }
    }
    if (damaged) {
      state.log().add(Problem.of(ProblemCode.ORPHAN_FILE, number));
    }
  }

  private void addFromFile(long number) throws IOException {
    if (number == 0) {
      return;
    }
    inFile = true;
    InodeRecord inode = isPossible(number) ? reader.read(number) : null;
    if (inode == null || !mayBeOrphan(inode) || !orphans.add(number)) {
      damaged = true;
    }
  }
}
