package dev.ext4j.fs.race;

import static dev.ext4j.fs.race.RaceFixture.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.JudgedTest;
import dev.ext4j.fs.cache.CachedBlock;
import dev.ext4j.fs.group.BlockBitmap;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inspect.Violation;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.mapping.BlockMapper;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.TreeVisitor;
import dev.ext4j.fs.page.Page;
import dev.ext4j.fs.report.FileInvariants;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests of the checker of a file at rest: it finds nothing in a sound file, and each kind of
 * damage.
 */
class InvariantsTest extends JudgedTest {
  private RaceFixture race;

  @BeforeEach
  void prepare() throws IOException {
    race = new RaceFixture(judge(), RaceFixture.plain());
    race.content(race.f()).seekData(0); // notes something in the status tree
    race.dirty(race.f(), 1, 7); // delayed
    race.dirty(race.f(), 2, 8); // has a block
    race.dirty(race.g(), 5, 9); // beyond the size on disk
    race.read(race.f(), 10);
  }

  @AfterEach
  void end() {
    race.close();
  }

  private List<String> violated(Inode inode) throws IOException {
    return new FileInvariants(inode, race.volume())
        .check().stream().map(Violation::invariant).distinct().toList();
  }

  private void requireViolated(String invariant) throws IOException {
    assertThat(violated(race.f())).contains(invariant);
  }

  @Test
  void atRest_nothingIsFound() throws IOException {
    assertThat(violated(race.f())).isEmpty();
    assertThat(violated(race.g())).isEmpty();
    race.volume().pages().writeAll();
    assertThat(violated(race.f())).isEmpty();
    assertThat(violated(race.g())).isEmpty();
    for (long number : new long[] {2, 7, 8, 11}) {
      assertThat(violated(race.mount().inodes().get(number))).as("inode %d", number).isEmpty();
    }
    race.finish("after a check");
  }

  @Test
  void filesOfTheSystemItself_inManyGroups_nothingIsFound() throws IOException {
    ImageRecipe large = ImageRecipe.of("invariants-large", "ext4", BLOCK, 200 << 20);
    try (RaceFixture other = new RaceFixture(judge(), large)) {
      for (long number : new long[] {2, 7, 8, 11}) {
        Inode inode = other.mount().inodes().get(number);
        assertThat(new FileInvariants(inode, other.volume()).check())
            .as("inode %d", number)
            .isEmpty();
      }
    }
  }

  @Test
  void clusters_nothingIsFound() throws IOException {
    ImageRecipe clusters =
        ImageRecipe.of("invariants", "ext4", BLOCK, 16 << 20).withClusters(16 << 10);
    try (RaceFixture other = new RaceFixture(judge(), clusters)) {
      other.dirty(other.f(), 1, 7);
      other.dirty(other.g(), 40, 7);
      for (Inode inode : List.of(other.f(), other.g())) {
        assertThat(new FileInvariants(inode, other.volume()).check()).isEmpty();
      }
    }
  }

  @Test
  void staleStatus_isFound() throws IOException {
    race.f().status().remove(20, 30);
    race.f().status().insert(new Mapping(20, 5000, 1, State.WRITTEN));
    requireViolated("I1");
    race.f().status().insert(Mapping.hole(20, 1));
    requireViolated("I1");
    race.f().status().remove(20, 30);
    race.f().status().insert(new Mapping(21, 5000, 1, State.UNWRITTEN));
    requireViolated("I1");
    race.f().status().remove(20, 30);
    assertThat(violated(race.f())).isEmpty();
  }

  @Test
  void delayedBlockWithoutAPage_isFound() throws IOException {
    race.f().status().insertDelayed(3, 1, false, false);
    requireViolated("I3");
  }

  @Test
  void dirtyPageWithoutAPlace_isFound() throws IOException {
    race.f().status().remove(1, 2);
    requireViolated("I3");
  }

  @Test
  void wrongPromise_isFound() throws IOException {
    race.f().reservedClusters().incrementAndGet();
    requireViolated("I5");
  }

  @Test
  void wrongKey_isFound() throws IOException {
    CachedBlock leaf = leafOf(race.f(), 0);
    int keyOfFirst = 12;
    assertThat(leaf.bytes().getInt(keyOfFirst)).isZero();
    leaf.bytes().putInt(keyOfFirst + 12, 1);
    leaf.bytes().putInt(keyOfFirst, 1);
    requireViolated("I6");
  }

  private CachedBlock leafOf(Inode inode, int number) throws IOException {
    long[] found = new long[1];
    try (RankedLock.Held lock = inode.locks().inode().shared()) {
      new BlockMapper(inode, race.volume())
          .extents()
          .visit(
              new TreeVisitor() {
                private int leaves;

                @Override
                public void node(int level, int depth, long block, int count, int capacity) {
                  if (depth == 0 && leaves++ == number) {
                    found[0] = block;
                  }
                }

                @Override
                public void index(int level, long logicalBlock, long child) {}

                @Override
                public void extent(int level, long first, long block, int count, boolean fresh) {}
              });
    }
    return race.volume().cache().get(found[0]);
  }

  @Test
  void freeBlockInUse_isFound() throws IOException {
    CachedBlock leaf = leafOf(race.f(), 0);
    int group = race.volume().geometry().groupOf(leaf.number());
    int cluster = (int) (leaf.number() - race.volume().geometry().groupStart(group));
    CachedBlock bitmap =
        race.volume().cache().get(race.mount().groups().descriptor(group).blockBitmapBlock());
    assertThat(
            BlockBitmap.read(race.volume().cache(), race.mount().groups().descriptor(group))
                .isSet(cluster))
        .isTrue();
    byte bits = bitmap.bytes().get(cluster / 8);
    bitmap.bytes().put(cluster / 8, (byte) (bits & ~(1 << cluster % 8)));
    requireViolated("I7");
  }

  @Test
  void wrongSizes_areFound() throws IOException {
    long size = race.f().fields().size();
    race.f().fields().setSize(size + 1);
    requireViolated("I8");
    race.f().fields().setSize(size - 5 * BLOCK);
    requireViolated("I8");
  }

  @Test
  void wrongCount_isFound() throws IOException {
    race.f().fields().setSectors(race.f().fields().sectors() + 2);
    requireViolated("I9");
  }

  @Test
  void wrongPage_isFound() throws IOException {
    Page page = race.volume().pages().of(race.f()).find(10);
    assertThat(page).isNotNull();
    page.content().put(5, (byte) (page.content().get(5) + 1));
    requireViolated("I10");
  }

  @Test
  void visit_showsEachEntryOfEachNode() throws IOException {
    long[] counts = new long[2];
    try (RankedLock.Held lock = race.f().locks().inode().shared()) {
      new BlockMapper(race.f(), race.volume())
          .extents()
          .visit(
              new TreeVisitor() {
                @Override
                public void node(int level, int depth, long block, int count, int capacity) {
                  counts[0] += count;
                }

                @Override
                public void index(int level, long logicalBlock, long child) {
                  counts[1]++;
                }

                @Override
                public void extent(int level, long first, long block, int count, boolean fresh) {
                  counts[1]++;
                }
              });
    }
    assertThat(counts[0]).isGreaterThan(RaceFixture.EXTENTS + 1);
    assertThat(counts[1]).isEqualTo(counts[0]);
  }
}
