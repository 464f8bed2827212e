package dev.ext4j.fs.fsck.inode;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import dev.ext4j.fs.format.InodeTable;
import dev.ext4j.fs.fsck.dir.Directories;
import dev.ext4j.fs.fsck.dir.HashTreeMap;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.table.Workers;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pass 1: checks all inodes that may be in use, one piece of the inode table at a time. Each worker
 * takes the next piece, reads it and checks its inodes. Therefore one worker can read while another
 * computes.
 */
public final class InodePass {
  private static final int PIECE_BYTES = 1 << 18;

  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final ProgressListener progress;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final int inodesPerPiece;

  /** The number of the first piece of each group's table; at the end the number of all pieces. */
  private final long[] firstPiece;

  /**
   * Creates the pass. Determines the number of inodes to check in each group. Therefore the caller
   * must first mark the groups whose counts are unreliable.
   *
   * @param progress the listener for the completed and total number of pieces of inode tables;
   *     several threads call the listener
   */
  public InodePass(FsckState state, ProgressListener progress) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.progress = progress;
    int perBlock = geometry.blockSize() / geometry.inodeSize();
    int blocks = Math.max(1, PIECE_BYTES >>> geometry.blockSizeBits());
    this.inodesPerPiece = (int) Math.min(geometry.inodesPerGroup(), (long) blocks * perBlock);
    this.firstPiece = new long[geometry.groupCount() + 1];
    for (int group = 0; group < geometry.groupCount(); group++) {
      long count = isTableUsable(group) ? state.groups().inodesToScan(group) : 0;
      firstPiece[group + 1] = firstPiece[group] + (count + inodesPerPiece - 1) / inodesPerPiece;
    }
  }

  /** Checks all inodes and returns the directories among them. */
  public Directories run(int threads) throws IOException {
    Map<Long, HashTreeMap> trees = new ConcurrentHashMap<>();
    List<Directories.Found> found = new ArrayList<>();
    List<Workers.Work> works = new ArrayList<>();
    long pieces = Math.max(1, firstPiece[geometry.groupCount()]);
    for (int i = 0; i < Math.min(threads, pieces); i++) {
      Directories.Found part = new Directories.Found(state.memory(), trees);
      found.add(part);
      works.add(() -> work(part));
    }
    Workers.run(works);
    return Directories.of(state, found);
  }

  private void work(Directories.Found found) throws IOException {
    InodeCheck check = new InodeCheck(state, found);
    PlainFiles plain = new PlainFiles(state);
    InodeRecord record = new InodeRecord(geometry);
    long pieceBytes = (long) inodesPerPiece * geometry.inodeSize();
    long rounded = (pieceBytes + geometry.blockSize() - 1) & -geometry.blockSize();
    ByteBuffer buffer = CheckedImage.buffer((int) rounded);
    InodeTable table = new InodeTable((int) rounded);
    long pieces = firstPiece[geometry.groupCount()];
    int group = 0;
    for (long piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
      while (piece >= firstPiece[group + 1]) {
        group++;
      }
      long first = (piece - firstPiece[group]) * inodesPerPiece;
      int count = (int) Math.min(inodesPerPiece, state.groups().inodesToScan(group) - first);
      read(group, first, count, buffer);
      table.fill(buffer.flip());
      long number = group * geometry.inodesPerGroup() + first + 1;
      int end = count * geometry.inodeSize();
      for (int at = 0; at < end; at += geometry.inodeSize()) {
        at = plain.skip(table, at, end, number + at / geometry.inodeSize());
        if (at < end) {
          record.moveTo(table.records(), at, number + at / geometry.inodeSize());
          check.check(record);
        }
      }
      progress.progress(done.incrementAndGet(), pieces);
    }
    plain.finish();
  }

  private boolean isTableUsable(int group) {
    return image.contains(
        state.groups().descriptor(group).inodeTableBlock(), image.inodeTableBlocks());
  }

  private void read(int group, long first, int count, ByteBuffer buffer) throws IOException {
    int perBlock = geometry.blockSize() / geometry.inodeSize();
    long block = state.groups().descriptor(group).inodeTableBlock() + first / perBlock;
    int blocks = (count + perBlock - 1) / perBlock;
    image.read(block, buffer.clear().limit(blocks << geometry.blockSizeBits()));
  }
}
