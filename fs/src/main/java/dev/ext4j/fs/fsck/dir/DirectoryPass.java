package dev.ext4j.fs.fsck.dir;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.table.Workers;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Pass 2: checks all blocks of directories in order of physical block. Neighbouring blocks are read
 * together.
 */
public final class DirectoryPass {
  private static final int BUFFER_BYTES = 1 << 18;
  private static final int BATCH = 64;

  private final FsckState state;
  private final CheckedImage image;
  private final Geometry geometry;
  private final Directories directories;
  private final DirectoryRuns runs;
  private final ProgressListener progress;
  private final AtomicLong next = new AtomicLong();
  private final AtomicLong done = new AtomicLong();

  /**
   * Creates the pass.
   *
   * @param directories the directories that pass 1 has found
   * @param progress the listener for the completed and total number of runs of directory blocks;
   *     several threads call the listener
   */
  public DirectoryPass(FsckState state, Directories directories, ProgressListener progress) {
    this.state = state;
    this.image = state.image();
    this.geometry = image.geometry();
    this.directories = directories;
    this.runs = directories.runs();
    this.progress = progress;
  }

  /**
   * Checks the blocks of all directories, and counts the names of inodes. Then chooses the valid
   * entry of each directory that has several entries, and compares hash trees with their blocks.
   *
   * @param threads the largest number of threads to use, at least 1; the thread of the caller is
   *     one of them
   */
  public void run(int threads) throws IOException {
    long batches = (runs.count() + BATCH - 1) / BATCH;
    Workers.run((int) Math.min(threads, Math.max(1, batches)), this::work);
    directories.settle(state.log());
  }

  private void work() throws IOException {
    DirectoryBlockCheck check = new DirectoryBlockCheck(state, directories);
    ByteBuffer buffer = CheckedImage.buffer(Math.max(BUFFER_BYTES, geometry.blockSize()));
    long count = runs.count();
    for (long from = next.getAndAdd(BATCH); from < count; from = next.getAndAdd(BATCH)) {
      long to = Math.min(count, from + BATCH);
      for (long i = from; i < to; ) {
        i = readTogether(i, to, buffer, check);
      }
      progress.progress(done.addAndGet(to - from), count);
    }
  }

  /**
   * Reads a run and the runs that follow it directly on disk, and checks their blocks.
   *
   * @return the index of the next run to read
   */
  private long readTogether(long from, long to, ByteBuffer buffer, DirectoryBlockCheck check)
      throws IOException {
    DirectoryRun first = runs.run(from);
    if (first.inline() != null) {
      check.inline(directory(first), first.inline());
      return from + 1;
    }
    int most = buffer.capacity() >>> geometry.blockSizeBits();
    if (first.blockCount() > most) {
      for (long at = 0; at < first.blockCount(); at += most) {
        int count = (int) Math.min(most, first.blockCount() - at);
        image.read(
            first.physicalBlock() + at, buffer.clear().limit(count << geometry.blockSizeBits()));
        blocks(first, at, 0, count, buffer, check);
      }
      return from + 1;
    }
    long end = first.physicalBlock() + first.blockCount();
    long next = from + 1;
    while (next < to
        && runs.run(next).inline() == null
        && runs.run(next).physicalBlock() == end
        && end + runs.run(next).blockCount() - first.physicalBlock() <= most) {
      end += runs.run(next).blockCount();
      next++;
    }
    int total = (int) (end - first.physicalBlock());
    image.read(first.physicalBlock(), buffer.clear().limit(total << geometry.blockSizeBits()));
    int at = 0;
    for (long i = from; i < next; i++) {
      DirectoryRun run = runs.run(i);
      blocks(run, 0, at, (int) run.blockCount(), buffer, check);
      at += (int) run.blockCount();
    }
    return next;
  }

  private void blocks(
      DirectoryRun run,
      long offset,
      int bufferBlock,
      int count,
      ByteBuffer buffer,
      DirectoryBlockCheck check) {
    Directory directory = directory(run);
    for (int i = 0; i < count; i++) {
      int at = (bufferBlock + i) << geometry.blockSizeBits();
      check.block(directory, run.logicalBlock() + offset + i, buffer, at);
    }
  }

  private Directory directory(DirectoryRun run) {
    return directories.at(directories.indexOf(run.inode()));
  }
}
