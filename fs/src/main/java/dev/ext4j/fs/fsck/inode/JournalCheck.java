package dev.ext4j.fs.fsck.inode;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.UnsupportedFeatureException;
import dev.ext4j.fs.format.CompatFeature;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.fsck.state.ProblemLog;
import dev.ext4j.fs.journal.format.JournalSuperblock;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A check of the journal that the superblock refers to: whether it exists and can be used. */
public final class JournalCheck {
  private static final int REGULAR = 8;
  private static final int FEWEST_BLOCKS = 1024; // JBD2_MIN_JOURNAL_BLOCKS
  private static final UUID NO_UUID = new UUID(0, 0);

  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final ProblemLog log;
  private final @Nullable BlockDevice external;

  private long mapped;
  private long firstBlock;

  /**
   * Creates a check of the journal.
   *
   * @param external the device of an external journal, null if none was given
   */
  public JournalCheck(FsckState state, @Nullable BlockDevice external) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.log = state.log();
    this.external = external;
  }

  /**
   * Finds the journal that the superblock of the file system refers to, and reports its problems.
   * Does not read any transaction.
   */
  public void run() throws IOException {
    SuperblockView superblock = image.superblock();
    boolean hasJournal = geometry.features().has(CompatFeature.HAS_JOURNAL);
    // A UUID refers to a journal on another device, even if there is also an inode number.
    boolean elsewhere = !superblock.journalUuid().equals(NO_UUID);
    boolean named = superblock.journalInode() != 0 || elsewhere;
    if (!hasJournal) {
      if (geometry.features().has(IncompatFeature.RECOVER)) {
        log.add(Problem.of(ProblemCode.RECOVERY_WITHOUT_JOURNAL));
      }
      if (named) {
        log.add(Problem.of(ProblemCode.JOURNAL_UNANNOUNCED).found(superblock.journalInode()));
        find(superblock.journalInode(), elsewhere);
      }
    } else {
      find(superblock.journalInode(), elsewhere);
    }
  }

  private void find(long inode, boolean elsewhere) throws IOException {
    if (inode != 0 && !elsewhere) {
      inside(inode);
    } else {
      outside();
    }
  }

  private void inside(long number) throws IOException {
    if (number > geometry.inodeCount()) {
      log.add(Problem.of(ProblemCode.JOURNAL_INODE_INVALID).found(number));
      return;
    }
    InodeRecord inode = new InodeReader(state).read(number);
    if (inode == null || inode.linkCount() == 0 || inode.mode() >>> 12 != REGULAR) {
      log.add(Problem.of(ProblemCode.JOURNAL_INODE_INVALID, number));
      return;
    }
    mapped = 0;
    firstBlock = 0;
    if (!inode.hasFlag(FileFlag.INLINE_DATA)) {
      new MappingCheck(state).walkAgain(inode, false, this::run);
    }
    long blocks = inode.size() >>> geometry.blockSizeBits();
    boolean whole = mapped << geometry.blockSizeBits() >= inode.size();
    if (blocks < FEWEST_BLOCKS || !whole || firstBlock == 0) {
      log.add(Problem.of(ProblemCode.JOURNAL_INODE_INVALID, number).found(mapped).expected(blocks));
      return;
    }
    ByteBuffer bytes = CheckedImage.buffer(geometry.blockSize());
    image.readBlock(firstBlock, bytes);
    superblock(bytes, blocks, false);
  }

  private void run(long logical, long physical, long count) {
    if (logical >= 0) {
      mapped += count;
    }
    if (logical == 0) {
      firstBlock = physical;
    }
  }

  private void superblock(ByteBuffer bytes, long blocks, boolean outside) {
    try {
      JournalSuperblock view = JournalSuperblock.of(bytes, geometry.blockSize(), blocks);
      boolean announced = geometry.features().has(IncompatFeature.RECOVER);
      if (view.startBlock() != 0 && !announced) {
        log.add(Problem.of(ProblemCode.RECOVERY_UNANNOUNCED));
      }
      if (!view.hasRoomBesideFastCommits()) {
        log.add(Problem.of(ProblemCode.JOURNAL_SUPERBLOCK).name("blocks of fast commits"));
      }
      // e2fsck treats a count of 0 as 1. Linux requires a count of 1 for an external journal.
      if (view.userCount() > 1 || (outside && view.userCount() == 0)) {
        log.add(Problem.of(ProblemCode.JOURNAL_USERS).found(view.userCount()).expected(1));
      }
    } catch (UnsupportedFeatureException e) {
      log.add(Problem.of(ProblemCode.JOURNAL_FEATURES).name(String.valueOf(e.getMessage())));
    } catch (CorruptionException e) {
      log.add(Problem.of(ProblemCode.JOURNAL_SUPERBLOCK).name(String.valueOf(e.getMessage())));
    }
  }

  private void outside() throws IOException {
    UUID uuid = image.superblock().journalUuid();
    if (external == null) {
      log.add(Problem.of(ProblemCode.JOURNAL_NOT_FOUND).name(uuid.toString()));
      return;
    }
    long end = SuperblockView.PRIMARY_BYTE_OFFSET + SuperblockView.SIZE;
    if (external.size() < end + geometry.blockSize()) {
      log.add(Problem.of(ProblemCode.JOURNAL_OF_ANOTHER).name("too short"));
      return;
    }
    ByteBuffer bytes = CheckedImage.buffer(SuperblockView.SIZE);
    external.readFully(SuperblockView.PRIMARY_BYTE_OFFSET, bytes);
    try {
      SuperblockView view = SuperblockView.of(bytes.flip());
      view.verifyChecksum();
      if (!view.features().has(IncompatFeature.JOURNAL_DEV) || !view.uuid().equals(uuid)) {
        log.add(Problem.of(ProblemCode.JOURNAL_OF_ANOTHER).name(view.uuid().toString()));
        return;
      }
      // The superblock of the journal follows the ext4 superblock of the journal device.
      long block = (SuperblockView.PRIMARY_BYTE_OFFSET >>> geometry.blockSizeBits()) + 1;
      ByteBuffer first = CheckedImage.buffer(geometry.blockSize());
      external.readFully(block << geometry.blockSizeBits(), first);
      superblock(first.flip(), view.blockCount(false), true);
    } catch (CorruptionException e) {
      log.add(Problem.of(ProblemCode.JOURNAL_SUPERBLOCK).name(String.valueOf(e.getMessage())));
    }
  }
}
