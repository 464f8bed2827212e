package dev.ext4j.fs.page;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.lock.LockOrder;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Probes;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/**
 * A test that the pages of a file are linearizable. Several threads add, fill, dirty, clean and
 * drop pages at once; each result must equal that of some sequential order.
 */
@Param(name = "block", gen = IntGen.class, conf = "0:3")
public class PageIndexLincheckTest extends LinearizableTest {
  private static final Inode FILE = anyFile();

  private final FilePages pages =
      new FilePages(new PageCache(new LockOrder("test", Probes.NONE), 1024, 1 << 20), FILE);

  @SuppressWarnings("MustBeClosedChecker") // opened for reading: nothing has to be closed
  private static Inode anyFile() {
    try {
      return new Mount(SampleDisk.make(), MountOptions.readOnly()).inodes().get(12);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether a page has content. */
  @Operation
  public boolean isThere(@Param(name = "block") int block) {
    Page page = pages.find(block);
    if (page == null) {
      return false;
    }
    page.lock(); // the state of a page may be read only under its lock
    boolean there = page.isFilled() && page.isAttached();
    page.unlock();
    return there;
  }

  /** Adds a page, and returns whether it had content before. */
  @Operation
  public boolean add(@Param(name = "block") int block) {
    Page page = pages.lockOrAdd(block);
    boolean was = page.isFilled();
    page.setFilled();
    page.unlock();
    return was;
  }

  /** Writes to a page, and returns whether it was dirty before. */
  @Operation
  public boolean write(@Param(name = "block") int block) {
    Page page = pages.lockOrAdd(block);
    boolean was = page.isDirty();
    page.setFilled();
    page.setDirty();
    page.unlock();
    return was;
  }

  /** Cleans a page if it is dirty, and returns whether it was. */
  @Operation
  public boolean clean(@Param(name = "block") int block) {
    for (Page page : pages.lockDirtyRun(block, 1)) {
      page.setClean();
      page.unlock();
      return true;
    }
    return false;
  }

  /** Drops a page. */
  @Operation
  public void drop(@Param(name = "block") int block) {
    pages.drop(block, block + 1L, page -> {});
  }
}
