package dev.ext4j.fs.fsck;

import dev.ext4j.fs.ProgressListener;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.InodeRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pass 1: all inodes that may be in use, a piece of the inode table at a time. Each worker takes
 * the next piece, tells the device which piece follows the ones under way, and decodes its own.
 */
final class InodePass {
  private static final int PIECE_BYTES = 1 << 20;

  private final FsckState state;
  private final Image image;
  private final Geometry geometry;
  private final ProgressListener progress;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();
  private final int inodesPerPiece;
  private final int piecesPerGroup;

  InodePass(FsckState state, ProgressListener progress) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.progress = progress;
    int perBlock = geometry.blockSize() / geometry.inodeSize();
    int blocks = Math.max(1, PIECE_BYTES >>> geometry.blockSizeBits());
    this.inodesPerPiece = (int) Math.min(geometry.inodesPerGroup(), (long) blocks * perBlock);
    this.piecesPerGroup = (int) ((geometry.inodesPerGroup() + inodesPerPiece - 1) / inodesPerPiece);
  }

  /** Looks at all inodes; gives the directories among them. */
  Directories run(int threads) throws IOException {
    List<Directories.Found> found = new ArrayList<>();
    List<Workers.Work> works = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Directories.Found part = new Directories.Found();
      found.add(part);
      works.add(() -> work(part));
    }
    Workers.run(works);
    return Directories.of(found);
  }

  private void work(Directories.Found found) throws IOException {
    InodeCheck check = new InodeCheck(state, found);
    PlainFiles plain = new PlainFiles(state);
    InodeRecord record = new InodeRecord(geometry);
    long pieceBytes = (long) inodesPerPiece * geometry.inodeSize();
    long rounded = (pieceBytes + geometry.blockSize() - 1) & -geometry.blockSize();
    ByteBuffer table = Image.buffer((int) rounded);
    byte[] bytes = new byte[(int) rounded];
    ByteBuffer records = ByteBuffer.wrap(bytes).order(table.order());
    long pieces = (long) geometry.groupCount() * piecesPerGroup;
    for (long piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
      int group = (int) (piece / piecesPerGroup);
      long first = piece % piecesPerGroup * inodesPerPiece;
      long count = Math.min(inodesPerPiece, state.groups().inodesToScan(group) - first);
      if (count > 0 && isTableUsable(group)) {
        read(group, first, (int) count, table);
        table.flip().get(bytes, 0, table.limit());
        long number = group * geometry.inodesPerGroup() + first + 1;
        int end = (int) count * geometry.inodeSize();
        for (int at = 0; at < end; at += geometry.inodeSize()) {
          at = plain.skip(bytes, at, end, number + at / geometry.inodeSize());
          if (at < end) {
            record.moveTo(records, at, number + at / geometry.inodeSize());
            check.check(record);
          }
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

  private void read(int group, long first, int count, ByteBuffer table) throws IOException {
    int perBlock = geometry.blockSize() / geometry.inodeSize();
    long block = state.groups().descriptor(group).inodeTableBlock() + first / perBlock;
    int blocks = (count + perBlock - 1) / perBlock;
    image.read(block, table.clear().limit(blocks << geometry.blockSizeBits()));
  }
}
