package dev.ext4j.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.model.MemoryBounds;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.page.PageCache;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Tests that the bounds of {@link MemoryBounds} also hold for inodes and small files. */
@Isolated("measures the heap")
class MemoryBoundsTest extends JudgedTest {
  private static final int FILES = 900;
  private static final long PAGE_BYTES = 1 << 18;

  /**
   * The bytes that may exceed the bound: pages in use at the moment, and the inodes of their files.
   */
  private static final long MOST_ABOVE = 2 * 4096 + 2 * Inode.BYTES;

  private static final OpenOptions LITTLE =
      OpenOptions.builder()
          .writable(true)
          .memory(new MemoryBounds(1 << 20, PAGE_BYTES, 64))
          .build();

  private static MemoryBlockDevice image;

  @BeforeAll
  static void makeImage(@TempDir Path folder) throws IOException {
    for (int i = 0; i < FILES; i++) {
      Files.writeString(folder.resolve("f" + i), "content of a small file");
    }
    image =
        Judge.load(
            judge()
                .make(
                    ImageRecipe.of("many", "ext4", 4096, 32L << 20)
                        .withWords("-N", "1200", "-d", folder.toString())));
  }

  private static Inode file(Mount mount, int number) throws IOException {
    return mount.paths().resolve(("/f" + number).getBytes(UTF_8));
  }

  @Test
  void manyFilesReadAndWritten_pagesAndInodesStayWithinTheBound() throws IOException {
    MemoryBlockDevice disk = image.copy();
    try (Mount mount = new Mount(disk, LITTLE.forMount())) {
      mount.volume().pages().writeInForegroundOnly(); // pages being written would stay in memory
      List<WeakReference<Inode>> inodes = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        Inode inode = file(mount, i);
        inodes.add(new WeakReference<>(inode));
        FileContent content = new FileContent(inode, mount.volume());
        content.read(0, ByteBuffer.allocate(10));
        requireWithinBound(mount.volume().pages());
        content.write(0, ByteBuffer.wrap("changed".getBytes(UTF_8)));
        requireWithinBound(mount.volume().pages());
      }
      mount.sync();
      System.gc();
      long alive = inodes.stream().filter(inode -> inode.get() != null).count();
      // A quarter of the memory for metadata, and the inodes kept by pages and by the last
      // transaction.
      assertThat(alive * Inode.BYTES).isLessThan((1 << 18) + PAGE_BYTES + 64 * Inode.BYTES);
    }
    judge().requireClean(disk, "after many small files");
  }

  /**
   * Fails unless pages and inodes are within the bound. Each file has one page, which keeps the
   * inode of the file in memory.
   */
  private static void requireWithinBound(PageCache pages) {
    assertThat(pages.usedBytes()).isLessThanOrEqualTo(PAGE_BYTES + MOST_ABOVE);
    assertThat(pages.pageCount() * (4096 + Inode.BYTES)).isLessThanOrEqualTo(pages.usedBytes());
  }

  @Test
  void inodeThatIsReadAgain_isTheSameFile() throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(image.copy(), LITTLE)) {
      List<Ext4File> files = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        files.add(fs.file(FileAddress.path(("/f" + i).getBytes(UTF_8))));
      }
      for (int round = 0; round < 2; round++) {
        for (Ext4File file : files) {
          byte[] wanted = (round == 0 ? "content" : "CHANGED").getBytes(UTF_8);
          ByteBuffer read = ByteBuffer.allocate(7);
          file.read(0, read);
          assertThat(read.array()).isEqualTo(wanted);
          file.write(0, ByteBuffer.wrap("CHANGED".getBytes(UTF_8)));
        }
      }
    }
  }
}
