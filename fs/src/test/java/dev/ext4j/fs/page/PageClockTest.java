package dev.ext4j.fs.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class PageClockTest {
  @Test
  void clock_comesByInOrder_andNeverToWhatWasTakenOut() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readOnly())) {
      FilePages file = mount.volume().pages().of(mount.inodes().get(InodeTable.ROOT));
      Page a = new Page(file, 0, 1024);
      Page b = new Page(file, 1, 1024);
      Page c = new Page(file, 2, 1024);
      PageClock clock = new PageClock();
      assertThat(clock.next()).isNull();
      clock.add(a);
      clock.add(b);
      clock.add(c);
      assertThat(clock.next()).isSameAs(a);
      assertThat(clock.next()).isSameAs(b);
      clock.remove(a); // the next pages are now c, a, b
      assertThat(clock.next()).isSameAs(c);
      assertThat(clock.next()).isSameAs(b);
      clock.remove(c);
      clock.remove(c); // not on the clock
      assertThat(clock.next()).isSameAs(b);
      assertThat(clock.next()).isSameAs(b);
      clock.remove(b);
      assertThat(clock.next()).isNull();
      clock.add(a);
      assertThat(clock.next()).isSameAs(a);
    }
  }

  @Test
  void droppedPage_leavesTheClockAtOnce() throws IOException {
    try (Mount mount = new Mount(SampleDisk.make(), MountOptions.readOnly())) {
      PageCache cache = new PageCache(mount.lockOrder(), 1024, 1 << 20);
      FilePages file = new FilePages(cache, mount.inodes().get(InodeTable.ROOT));
      for (int i = 0; i < 10; i++) {
        file.lockOrAdd(i).unlock();
      }
      assertThat(cache.pageCount()).isEqualTo(10);
      assertThat(cache.usedBytes()).isGreaterThan(10 * 1024);
      file.drop(0, 10, page -> {});
      assertThat(cache.pageCount()).isZero();
      assertThat(cache.usedBytes()).isZero();
      assertThat(cache.clockHas()).as("a page on the clock").isFalse();
    }
  }
}
