package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeView;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.InodeNotes;
import dev.ext4j.fs.fsck.state.InodeReader;
import dev.ext4j.fs.fsck.table.BlockSet;
import dev.ext4j.fs.model.FileFlag;
import java.io.IOException;

/**
 * Pass 1B, which runs if blocks were claimed twice. It walks all inodes again, and reports each
 * inode that claims such blocks. The problem contains the first of these blocks and their number.
 */
public final class SharedBlocksPass {
  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final BlockSet repeated;

  private long first;
  private long count;

  /** Creates the pass. {@link #run} needs the results of pass 1. */
  public SharedBlocksPass(FsckState state) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.repeated = state.claims().repeated();
  }

  /**
   * Walks the inodes in use and reports those that claim shared blocks. Pass 1 must be complete,
   * because it records the inodes and claims their blocks.
   */
  public void run() throws IOException {
    MappingCheck mapping = new MappingCheck(state);
    InodeReader reader = new InodeReader(state);
    long end = geometry.inodeCount() + 1;
    InodeNotes notes = state.notes();
    for (long inode = notes.next(1, end); inode > 0; inode = notes.next(inode + 1, end)) {
      InodeRecord record = reader.read(inode);
      if (record != null) {
        claims(record, mapping);
      }
    }
  }

  private void claims(InodeRecord inode, MappingCheck mapping) throws IOException {
    int type = inode.mode() >>> 12;
    boolean mapped = type == 4 || type == 8 || type == 10 || type == 0;
    if (!mapped || inode.hasFlag(FileFlag.INLINE_DATA)) {
      return;
    }
    first = -1;
    count = 0;
    InodeView view = inode.view();
    if (type != 10 || !isFastSymlink(inode)) {
      mapping.walkAgain(inode, type == 4, this::run);
    }
    long attributes = view.xattrBlock();
    if (attributes != 0 && image.contains(attributes, 1)) {
      run(-1, attributes, 1);
    }
    if (count > 0) {
      state
          .log()
          .add(
              Problem.of(ProblemCode.BLOCK_CLAIMED_TWICE, inode.number())
                  .block(first)
                  .found(count)
                  .name(withWhom()));
    }
  }

  private static boolean isFastSymlink(InodeRecord inode) {
    return inode.size() < InodeView.BLOCK_AREA_SIZE && !inode.hasFlag(FileFlag.EXTENTS);
  }

  private String withWhom() {
    return state.claims().metadata().touches(first, 1) ? "file system metadata" : "other files";
  }

  private void run(long logical, long physical, long blockCount) {
    long found = repeated.countIn(physical, blockCount);
    if (found > 0 && count == 0) {
      first = repeated.firstIn(physical, blockCount);
    }
    count += found;
  }
}
