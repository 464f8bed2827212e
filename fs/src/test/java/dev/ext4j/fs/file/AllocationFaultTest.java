package dev.ext4j.fs.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.DebugfsFiles;
import dev.ext4j.fs.Engine;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileBytes;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.format.ExtentNode;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.volume.Volume;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Tests of operations that run out of space at each possible place: at the n-th allocation,
 * whatever it is for, and on a file system with n free clusters. The operation fails with ENOSPC,
 * changes nothing, and loses no cluster.
 */
class AllocationFaultTest {
  private static final int BLOCK = 1024;
  private static final List<String> FILES = OperationSeries.FILES;

  static final List<ImageRecipe> KINDS =
      List.of(
          kind("b1k", "ext4"),
          kind("ext3", "ext3"),
          kind("inline", "ext4").withFeatures("inline_data").withInodes(256),
          kind("bigalloc", "ext4").withClusters(8 << 10));

  private static Judge judge;

  private static ImageRecipe kind(String name, String type) {
    return ImageRecipe.of("space-" + name, type, 1024, 8 << 20)
        .withWords("-J", "size=2", "-N", "48");
  }

  @BeforeAll
  static void open() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void close() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }

  /** An allocator that refuses the n-th run that is requested. */
  private static final class FailingAllocator extends BlockAllocator {
    private long left = Long.MAX_VALUE;

    FailingAllocator(Volume volume, GroupTable groups) {
      super(volume.geometry(), volume.cache(), volume.superblock(), groups, volume.probes());
    }

    @Override
    public Run allocateRun(Handle handle, SpaceRequest request) throws IOException {
      if (--left == 0) {
        throw new FileOperationException(Errno.ENOSPC, "the test wants it");
      }
      return super.allocateRun(handle, request);
    }
  }

  @MustBeClosed
  private static Engine engine(MemoryBlockDevice disk) throws IOException {
    return Engine.allocatingBy(disk, FailingAllocator::new);
  }

  @ParameterizedTest
  @FieldSource("KINDS")
  void anyAllocationFails_nothingIsChanged(ImageRecipe kind) throws IOException {
    MemoryBlockDevice image = OperationSeries.image(judge, kind);
    assertThat(failEach(image, OperationSeries.of(kind), FILES, kind.name())).isPositive();
  }

  /**
   * Checks failed allocations in a tree whose root and leaves are all full. Each split there needs
   * new nodes up to the root.
   */
  @Test
  void anySplitFailsInAFullTree_nothingIsChanged() throws IOException {
    Path path = judge.make(kind("full", "ext4"));
    new DebugfsFiles(judge, path).empty("full");
    MemoryBlockDevice image = Judge.load(path);
    int leaf = ExtentNode.capacityOfBlock(BLOCK);
    try (Engine engine = Engine.open(image, 1000)) {
      for (long i = 0; i < 4L * leaf; i++) {
        engine.putExtent("/full", 8 * i, 4);
      }
    }
    judge.requireClean(image, "the image to start with");
    long middle = 8L * BLOCK * (leaf + 5);
    long last = 8L * BLOCK * (4 * leaf - 1);
    for (RangeOperation operation :
        List.of(
            RangeOperation.punch("full", middle + BLOCK, BLOCK),
            RangeOperation.punch("full", last + BLOCK + 1, 2 * BLOCK),
            RangeOperation.zero("full", middle + BLOCK, 2 * BLOCK, false),
            RangeOperation.zero("full", middle + BLOCK, 200 * BLOCK, true),
            RangeOperation.allocate("full", middle, 100 * BLOCK, false),
            RangeOperation.write("full", middle + 5 * BLOCK, BLOCK, 1),
            RangeOperation.write("full", last + 9 * BLOCK, BLOCK, 2),
            RangeOperation.insert("full", middle + 2 * BLOCK, 3 * BLOCK),
            RangeOperation.insert("full", BLOCK, BLOCK),
            RangeOperation.collapse("full", middle + BLOCK, BLOCK),
            RangeOperation.collapse("full", middle + 3 * BLOCK, 50 * BLOCK))) {
      int refusals =
          failEach(image.copy(), List.of(operation), List.of("full"), operation.toString());
      assertThat(refusals).as("%s", operation).isPositive();
    }
  }

  private static int failEach(
      MemoryBlockDevice start, List<RangeOperation> operations, List<String> files, String kind)
      throws IOException {
    MemoryBlockDevice image = start;
    int refusals = 0;
    for (RangeOperation operation : operations) {
      List<byte[]> before = FileBytes.of(image, files);
      for (int n = 1; ; n++) {
        MemoryBlockDevice disk = image.copy();
        String situation = kind + ": " + operation + ", allocation " + n + " fails";
        IOException failure;
        try (Engine engine = engine(disk)) {
          long free = engine.volume().superblock().freeClusters();
          failure = failureOf(engine, operation, n);
          if (failure != null) {
            requireNoSpace(failure, situation);
            assertThat(engine.volume().superblock().freeClusters()).as(situation).isEqualTo(free);
          }
        }
        judge.requireClean(disk, situation);
        if (failure == null) {
          image = disk;
          break;
        }
        refusals++;
        FileBytes.requireSame(FileBytes.of(disk, files), before, situation);
      }
    }
    return refusals;
  }

  private static @Nullable IOException failureOf(Engine engine, RangeOperation operation, int n)
      throws IOException {
    FailingAllocator allocator = (FailingAllocator) engine.volume().allocator();
    OrphanList orphans = new OrphanList(engine.volume().superblock(), engine.mount().inodes());
    allocator.left = n;
    try {
      FileRanges.apply(engine.file("/" + operation.file()), engine.volume(), orphans, operation);
      return null;
    } catch (IOException e) {
      return e;
    } finally {
      allocator.left = Long.MAX_VALUE;
      engine.journal().commit();
    }
  }

  private static void requireNoSpace(IOException failure, String situation) {
    assertThat(failure)
        .as(situation)
        .isInstanceOfSatisfying(
            FileOperationException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
  }

  /**
   * Checks each operation on a full file system, then with one more free cluster each time, until
   * it succeeds.
   */
  @ParameterizedTest
  @FieldSource("KINDS")
  void anyFewClustersAreLeft_allOrNothingIsDone(ImageRecipe kind) throws IOException {
    MemoryBlockDevice image = OperationSeries.image(judge, kind);
    int refusals = 0;
    for (RangeOperation operation : OperationSeries.of(kind)) {
      MemoryBlockDevice full = image.copy();
      long filled = fill(full, kind);
      for (int left = 0; ; left++) {
        MemoryBlockDevice disk = full.copy();
        apply(disk, RangeOperation.truncate("filler", filled - (long) left * kind.clusterSize()));
        String situation = kind + ": " + operation + ", " + left + " clusters left";
        List<byte[]> before = FileBytes.of(disk, FILES);
        long free = free(disk);
        IOException failure = null;
        try {
          apply(disk, operation);
        } catch (IOException e) {
          failure = e;
        }
        judge.requireClean(disk, situation);
        if (failure == null) {
          break;
        }
        refusals++;
        requireNoSpace(failure, situation);
        FileBytes.requireSame(FileBytes.of(disk, FILES), before, situation);
        assertThat(free(disk)).as(situation).isEqualTo(free);
      }
      apply(image, operation);
    }
    assertThat(refusals).isGreaterThan(10);
  }

  private static void apply(MemoryBlockDevice disk, RangeOperation operation) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      FileRanges.apply(fs, operation);
    }
  }

  private static long free(MemoryBlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      return fs.info().freeBlockCount();
    }
  }

  /** Makes a file as large as the free space allows, and returns its size in bytes. */
  private static long fill(MemoryBlockDevice disk, ImageRecipe kind) throws IOException {
    long clusters = free(disk) * kind.blockSize() / kind.clusterSize();
    for (long count = clusters; ; count--) {
      long size = count * kind.clusterSize();
      try {
        apply(
            disk,
            kind.type().equals("ext3")
                ? RangeOperation.write("filler", 0, (int) size, 1)
                : RangeOperation.allocate("filler", 0, size, false));
        return size;
      } catch (FileOperationException e) {
        assertThat(e.errno()).isEqualTo(Errno.ENOSPC);
      }
    }
  }
}
