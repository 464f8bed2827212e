package dev.ext4j.fs.alloc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Tests of which requests may have which of the last free blocks. */
class BlockAllocatorTest {
  @Test
  void blocksBeforeAnEnd_areGivenOutWhateverTheGoal_andNoOthers() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      BlockAllocator allocator = mount.volume().allocator();
      long end = mount.geometry().blockCount() / 2;
      SpaceRequest request =
          SpaceRequest.metadata(mount.geometry().blockCount() - 10, 1000).before(end);
      long free = mount.superblock().freeClusters();
      long taken = 0;
      try (Handle handle = mount.volume().journal().start(100)) {
        for (boolean more = true; more; ) {
          try {
            BlockAllocator.Run run = allocator.allocateRun(handle, request);
            assertThat(run.firstBlock() + run.clusterCount()).isLessThanOrEqualTo(end);
            taken += run.clusterCount();
          } catch (FileOperationException e) {
            assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
            more = false;
          }
        }
        assertThat(taken).isPositive().isLessThan(free);
        // Other requests find blocks beyond the end.
        assertThat(allocator.allocateRun(handle, SpaceRequest.metadata(0, 1)).firstBlock())
            .isGreaterThanOrEqualTo(end);
      }
      assertThat(mount.superblock().freeClusters()).as("after the undoing").isEqualTo(free);
    }
  }

  @Test
  void promises_leaveTheReserveForTreeNodes() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      Reserves reserves = new Reserves(mount.geometry(), mount.superblock());
      long reserve = Math.min(mount.geometry().blockCount() / 50, 4096);
      long free = mount.superblock().freeClusters();
      assertThat(reserve).isPositive();
      assertThat(reserves.promise(free - reserve + 1)).isFalse();
      assertThat(reserves.promise(free - reserve)).isTrue();
      assertThat(reserves.promise(1)).isFalse();
      assertThat(reserves.available(SpaceRequest.Purpose.DATA)).isZero();
      assertThat(reserves.available(SpaceRequest.Purpose.METADATA)).isEqualTo(reserve);
    }
  }

  @Test
  void whatIsSetAside_isPromisedToNobody() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      Reserves reserves = new Reserves(mount.geometry(), mount.superblock());
      long available = reserves.available(SpaceRequest.Purpose.DATA);
      assertThat(reserves.setAside(SpaceRequest.Purpose.DATA, 10)).isEqualTo(10);
      assertThat(reserves.promise(available - 9)).isFalse();
      try (Handle handle = mount.volume().journal().start(3)) {
        reserves.taken(handle, 10);
        assertThat(reserves.promise(available - 9)).isFalse();
        assertThat(reserves.promise(available - 10)).isTrue();
        reserves.changePromised(-(available - 10));
      }
      assertThat(reserves.promise(available)).as("after the undoing").isTrue();
    }
  }

  /**
   * Checks that the longest run noted for a group no longer counts after an undo. It was noted
   * while an allocation cut a run in two. It must not count even if the group later has the same
   * number of free clusters.
   */
  @Test
  void longestRunSeenBeforeAnUndo_noLongerCounts() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readWrite())) {
      BlockAllocator allocator = mount.volume().allocator();
      BlockAllocator.Run longest;
      try (Handle handle = mount.volume().journal().start(100)) {
        longest = allocator.allocateRun(handle, SpaceRequest.metadata(1, 4000));
      }
      int length = longest.clusterCount();
      assertThat(length).isGreaterThan(100);
      try (Handle handle = mount.volume().journal().start(100)) {
        long middle = longest.firstBlock() + length / 2;
        assertThat(take(allocator, handle, middle, 1).firstBlock()).isEqualTo(middle);
        // Searches the group, and finds no run that is long enough.
        take(allocator, handle, longest.firstBlock(), length - 10);
      }
      try (Handle handle = mount.volume().journal().start(100)) {
        take(allocator, handle, longest.firstBlock(), 1);
        assertThat(take(allocator, handle, longest.firstBlock(), length - 10))
            .isEqualTo(new BlockAllocator.Run(longest.firstBlock() + 1, length - 10));
      }
    }
  }

  private static BlockAllocator.Run take(
      BlockAllocator allocator, Handle handle, long goalBlock, long count) throws IOException {
    return allocator.allocateRun(handle, SpaceRequest.metadata(goalBlock, count));
  }
}
