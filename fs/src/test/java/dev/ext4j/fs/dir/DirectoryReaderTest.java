package dev.ext4j.fs.dir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.alloc.BlockAllocator;
import dev.ext4j.fs.alloc.SpaceRequest;
import dev.ext4j.fs.extent.ExtentInsertion;
import dev.ext4j.fs.extent.ExtentRemoval;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryReaderTest extends JudgedTest {
  private static final int BLOCK = 1024;
  private static final int FILES = 300;

  /**
   * Checks that blocks that move while the visitor is called are read at their new place. The
   * directory is not locked during the call.
   */
  @Test
  void blocksThatMoveWhileTheVisitorIsCalled_areReadWhereTheyAre(@TempDir Path folder)
      throws IOException {
    for (int i = 0; i < FILES; i++) {
      Files.createFile(folder.resolve("entry" + i));
    }
    MemoryBlockDevice disk =
        Judge.load(
            judge()
                .make(
                    ImageRecipe.of("moves", "ext4", BLOCK, 8 << 20)
                        .withWords("-N", "400", "-d", folder.toString())));
    try (Mount mount = new Mount(disk, MountOptions.readWrite())) {
      Inode root = mount.inodes().get(InodeTable.ROOT);
      long last = root.fields().size() / BLOCK - 1;
      assertThat(last).isGreaterThan(3);
      putTogether(mount, root, last + 1);
      Set<String> names = new TreeSet<>();
      boolean[] moved = {false};
      new DirectoryReader(root, mount.volume())
          .list(
              (name, inodeNumber, type, next) -> {
                names.add(name.toString());
                if (!moved[0]) {
                  moved[0] = true;
                  for (long block = 1; block <= last; block++) {
                    move(mount, root, block);
                  }
                }
                return true;
              });
      assertThat(names).hasSize(FILES + 3); // the two dots and lost+found
    }
    judge().requireClean(disk, "after blocks of a directory have moved");
  }

  /**
   * Moves all blocks into one run. The lookup of the first block then also gives the places of the
   * others.
   */
  private static void putTogether(Mount mount, Inode root, long count) throws IOException {
    try (RankedLock.Held lock = root.locks().inode().exclusive();
        Handle handle = mount.volume().journal().start(200)) {
      SpaceRequest wanted = SpaceRequest.metadata(1, count);
      BlockAllocator.Run run = mount.volume().allocator().allocateRun(handle, wanted);
      assertThat(run.clusterCount()).isEqualTo((int) count);
      for (long block = 0; block < count; block++) {
        move(mount, root, handle, block, run.firstBlock() + block);
      }
      handle.commit();
      assertThat(new BlockMapper(root, mount.volume()).map(0, count).blockCount()).isEqualTo(count);
    }
  }

  private static void move(Mount mount, Inode root, long logicalBlock) throws IOException {
    try (RankedLock.Held lock = root.locks().inode().exclusive();
        Handle handle = mount.volume().journal().start(40)) {
      long fresh = mount.volume().allocator().allocateCluster(handle, 1);
      move(mount, root, handle, logicalBlock, fresh);
      handle.commit();
    }
  }

  /** Moves a block of the directory to another place, and zeroes the old one in the cache. */
  private static void move(Mount mount, Inode root, Handle handle, long logicalBlock, long fresh)
      throws IOException {
    BlockMapper mapper = new BlockMapper(root, mount.volume());
    Mapping old = mapper.map(logicalBlock, 1);
    byte[] content = mount.volume().cache().get(old.physicalBlock()).copy();
    mount.volume().cache().writePast(fresh, ByteBuffer.wrap(content));
    try (RankedLock.Held tree = root.locks().extentTree().exclusive()) {
      new ExtentRemoval(mapper.extents(), mount.volume().allocator())
          .remove(handle, logicalBlock, logicalBlock + 1, restart -> restart.run(), at -> {});
      new ExtentInsertion(mapper.extents(), mount.volume().allocator())
          .add(handle, logicalBlock, fresh, 1, false);
      root.addSectors(BLOCK / 512);
      root.seal();
      root.status().remove(logicalBlock, logicalBlock + 1);
    }
    ByteBuffer gone = mount.volume().cache().get(old.physicalBlock()).bytes();
    for (int i = 0; i < BLOCK; i++) {
      gone.put(i, (byte) 0);
    }
  }
}
