package dev.ext4j.fs.campaign;

import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.testimages.DamageSites.Site;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.random.RandomGenerator;

/** Changes of several places that match, so that a check of one place alone finds nothing. */
enum LinkedChange {
  /** One value for two fields of the same name, for example a block with two owners. */
  SAME_VALUE {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      List<Site> kind = Spot.pick(patch.image().sites(), random);
      Site first = Spot.pick(kind, random);
      List<Site> alike = kind.stream().filter(s -> s.field().equals(first.field())).toList();
      Spot one = Spot.of(first);
      Spot two = Spot.of(Spot.pick(alike, random));
      long value =
          random.nextBoolean()
              ? patch.get(two)
              : new Values(patch.image(), random).other(patch.get(one), one.width());
      patch.put(one, value);
      patch.put(two, value);
    }
  },

  /** An exchange of the values of two fields of the same name. */
  EXCHANGE {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      List<Site> kind = Spot.pick(patch.image().sites(), random);
      Site first = Spot.pick(kind, random);
      List<Site> alike = kind.stream().filter(s -> s.field().equals(first.field())).toList();
      Spot one = Spot.of(first);
      Spot two = Spot.of(Spot.pick(alike, random));
      long value = patch.get(one);
      patch.put(one, patch.get(two));
      patch.put(two, value);
    }
  },

  /** A change of a counter of a group and that of the file system by the same number. */
  COUNTERS {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      boolean blocks = random.nextBoolean();
      CampaignImage image = patch.image();
      Spot total =
          Spot.of(image.fields(blocks ? "s_free_blocks_count_lo" : "s_free_inodes_count").get(0));
      String inGroup = blocks ? "bg_free_blocks_count_lo" : "bg_free_inodes_count_lo";
      Spot part = Spot.of(Spot.pick(image.fields(inGroup), random));
      int by = random.nextInt(random.nextBoolean() ? 4 : 40_000) * (random.nextBoolean() ? 1 : -1);
      patch.put(part, patch.get(part) + by);
      patch.put(
          total,
          patch.get(total) + ((long) by << (blocks ? image.geometry().clusterRatioBits() : 0)));
    }
  },

  /**
   * A change of a bit of a block bitmap and of the counters, but not of the owner of the blocks.
   */
  BIT_AND_COUNTERS {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      CampaignImage image = patch.image();
      List<MetadataPiece> bitmaps = image.pieces(Kind.BLOCK_BITMAP);
      List<Site> counters = image.fields("bg_free_blocks_count_lo");
      if (bitmaps.isEmpty() || bitmaps.size() != counters.size()) {
        return;
      }
      int group = random.nextInt(bitmaps.size());
      MetadataPiece bitmap = bitmaps.get(group);
      int bit = random.nextInt(8 * bitmap.byteCount());
      Spot bits = Spot.in(bitmap, bit / 8, 1);
      long now = patch.get(bits);
      int by = ((now >> (bit % 8)) & 1) != 0 ? 1 : -1;
      patch.put(bits, now ^ (1L << (bit % 8)));
      Spot part = Spot.of(counters.get(group));
      Spot total = Spot.of(image.fields("s_free_blocks_count_lo").get(0));
      patch.put(part, patch.get(part) + by);
      patch.put(total, patch.get(total) + ((long) by << image.geometry().clusterRatioBits()));
    }
  },

  /** A change of the size of a file and of its last extent or its count of sectors. */
  SIZE_AND_MAPPING {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      CampaignImage image = patch.image();
      MetadataPiece inode = Spot.pick(image.pieces(Kind.INODE), random);
      Values values = new Values(image, random);
      long blocks = random.nextInt(4) == 0 ? 1L << random.nextInt(33) : random.nextInt(600);
      long size = (blocks << image.geometry().blockSizeBits()) - random.nextInt(3);
      patch.put(Spot.in(inode, SIZE_LOW, 4), size);
      patch.put(Spot.in(inode, SIZE_HIGH, 4), size >>> 32);
      int entries = (int) Math.min(4, patch.get(Spot.in(inode, AREA + 2, 2)));
      int last = AREA + 12 * Math.max(1, entries);
      switch (random.nextInt(4)) {
        case 0 -> patch.put(Spot.in(inode, last, 4), blocks - 1);
        case 1 -> patch.put(Spot.in(inode, last + 4, 2), blocks);
        case 2 -> patch.put(Spot.in(inode, last + 8, 4), values.block());
        default -> patch.put(Spot.in(inode, SECTORS, 4), values.other(blocks, 4));
      }
    }
  },

  /** A copy of a structure over another one of the same kind. */
  COPY {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      List<MetadataPiece> kind = Spot.pick(patch.image().byKind(), random);
      MetadataPiece from = Spot.pick(kind, random);
      MetadataPiece to = Spot.pick(kind, random);
      patch.copy(to.byteOffset(), from.read(patch.image().base()), from + " over " + to);
    }
  },

  /** The mapping of a file copied to another file. */
  SHARED_MAPPING {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      List<MetadataPiece> inodes = patch.image().pieces(Kind.INODE);
      MetadataPiece from = Spot.pick(inodes, random);
      MetadataPiece to = Spot.pick(inodes, random);
      ByteBuffer area = ByteBuffer.allocate(AREA_SIZE);
      patch.image().base().readFully(from.byteOffset() + AREA, area);
      patch.copy(to.byteOffset() + AREA, area, "mapping of " + from + " for " + to);
      patch.put(Spot.in(to, SIZE_LOW, 4), patch.get(Spot.in(from, SIZE_LOW, 4)));
      patch.put(Spot.in(to, SECTORS, 4), patch.get(Spot.in(from, SECTORS, 4)));
    }
  },

  /** Nodes of an extent tree, or indirect blocks, that point to themselves or to each other. */
  RING {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      CampaignImage image = patch.image();
      boolean extents = !image.pieces(Kind.EXTENT_NODE).isEmpty();
      List<MetadataPiece> nodes = image.pieces(extents ? Kind.EXTENT_NODE : Kind.INDIRECT_BLOCK);
      if (nodes.isEmpty()) {
        return;
      }
      MetadataPiece one = Spot.pick(nodes, random);
      MetadataPiece two = random.nextBoolean() ? one : Spot.pick(nodes, random);
      point(patch, one, image.block(two), extents, random);
      point(patch, two, image.block(one), extents, random);
    }

    private void point(
        Patch patch, MetadataPiece from, long to, boolean extents, RandomGenerator random)
        throws IOException {
      if (extents) {
        patch.put(Spot.in(from, 6, 2), random.nextInt(4) == 0 ? random.nextInt(7) : 1);
        patch.put(Spot.in(from, 2, 2), random.nextInt(3) + 1);
        patch.put(Spot.in(from, 16, 4), to);
        patch.put(Spot.in(from, 20, 4), 0);
        return;
      }
      ByteBuffer all = from.read(patch.device()).order(ByteOrder.LITTLE_ENDIAN);
      int first = random.nextInt(all.capacity() / 4);
      int end = random.nextInt(3) == 0 ? all.capacity() / 4 : first + 1;
      for (int i = first; i < end; i++) {
        all.putInt(4 * i, (int) to);
      }
      patch.copy(
          from.byteOffset(), all, from + " points to " + to + " from " + first + " to " + end);
    }
  },

  /** Inodes on the orphan list. The list is a ring or ends with any inode number. */
  ORPHANS {
    @Override
    void apply(Patch patch, RandomGenerator random) throws IOException {
      CampaignImage image = patch.image();
      Values values = new Values(image, random);
      List<MetadataPiece> inodes = image.pieces(Kind.INODE);
      MetadataPiece one = Spot.pick(inodes, random);
      MetadataPiece two = Spot.pick(inodes, random);
      patch.put(Spot.of(image.fields("s_last_orphan").get(0)), number(one));
      patch.put(
          Spot.in(one, DELETION_TIME, 4), random.nextBoolean() ? number(two) : values.inode());
      if (random.nextBoolean()) {
        patch.put(Spot.in(two, DELETION_TIME, 4), random.nextBoolean() ? number(one) : 0);
      }
      if (random.nextBoolean()) {
        patch.put(Spot.in(one, LINKS, 2), 0);
      }
    }
  };

  private static final int SIZE_LOW = 0x4;
  private static final int DELETION_TIME = 0x14;
  private static final int LINKS = 0x1A;
  private static final int SECTORS = 0x1C;
  private static final int AREA = 0x28;
  private static final int AREA_SIZE = 60;
  private static final int SIZE_HIGH = 0x6C;

  /** Changes the places that belong together. */
  abstract void apply(Patch patch, RandomGenerator random) throws IOException;

  private static long number(MetadataPiece inode) {
    return Long.parseLong(inode.what().replaceAll("\\D", ""));
  }
}
