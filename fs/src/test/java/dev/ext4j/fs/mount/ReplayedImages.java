package dev.ext4j.fs.mount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.journal.LogArea;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.LoopDevice;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Dirty images after a replay, by ext4j and by other programs, compared block for block. */
final class ReplayedImages {
  private ReplayedImages() {}

  /** Returns the image after ext4j has opened it for writing and closed it. */
  static MemoryBlockDevice byExt4j(BlockDevice dirty) throws IOException {
    MemoryBlockDevice disk = MemoryBlockDevice.copyOf(dirty);
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      assertThat(fs.warnings()).anyMatch(warning -> warning.contains("journal was replayed"));
    }
    return disk.reopened();
  }

  /** Returns the image after e2fsck has replayed it and done nothing else. */
  static MemoryBlockDevice byE2fsck(Judge judge, BlockDevice dirty) throws IOException {
    Path image = judge.saveExactly(dirty, "by-e2fsck.img");
    ToolResult result =
        ExternalTool.named("e2fsck").run("-y", "-E", "journal_only", image.toString());
    assertThat(result.exitCode()).as(result.toString()).isLessThanOrEqualTo(1);
    return Judge.loadExactly(image);
  }

  /** Returns the image after a read-only mount by the kernel, which replays the journal. */
  static MemoryBlockDevice byKernel(Judge judge, BlockDevice dirty) throws IOException {
    Path image = judge.saveExactly(dirty, "by-kernel.img");
    // The device must be writable. On a read-only device, the kernel refuses.
    try (LoopDevice loop = LoopDevice.attach(image);
        KernelMount mount = KernelMount.readOnly(loop.device())) {
      assertThat(mount.root()).isDirectory();
    }
    return Judge.loadExactly(image);
  }

  /**
   * Returns the blocks that may differ: those of the log, and that of the superblock, to which each
   * recovery writes times and counts.
   */
  static Set<Long> ownBlocks(BlockDevice disk) throws IOException {
    LogArea log = KernelTraffic.log(disk).area();
    SuperblockLoader loaded = SuperblockLoader.load(disk, MountOptions.readOnly());
    int bits = loaded.geometry().blockSizeBits();
    Set<Long> blocks = new HashSet<>();
    for (long i = 0; i < log.blockCount(); i++) {
      blocks.add(log.byteOffset(i) >>> bits);
    }
    blocks.add(SuperblockView.PRIMARY_BYTE_OFFSET >>> bits);
    return blocks;
  }

  /** Fails if a block outside of {@code own} differs. */
  static void requireSame(BlockDevice ours, BlockDevice theirs, Set<Long> own, String situation)
      throws IOException {
    assertThat(differences(ours, theirs, own)).as(situation).isEmpty();
  }

  /** Returns the blocks outside of {@code own} that differ. */
  static Set<Long> differences(BlockDevice ours, BlockDevice theirs, Set<Long> own)
      throws IOException {
    Geometry geometry = SuperblockLoader.load(theirs, MountOptions.readOnly()).geometry();
    ByteBuffer one = ByteBuffer.allocate(geometry.blockSize());
    ByteBuffer other = ByteBuffer.allocate(geometry.blockSize());
    Set<Long> different = new java.util.TreeSet<>();
    for (long block = geometry.firstDataBlock(); block < geometry.blockCount(); block++) {
      if (!own.contains(block)) {
        ours.readFully(block * geometry.blockSize(), one.clear());
        theirs.readFully(block * geometry.blockSize(), other.clear());
        if (!one.flip().equals(other.flip())) {
          different.add(block);
        }
      }
    }
    return different;
  }
}
