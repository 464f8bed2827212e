package dev.ext4j.fs.format;

import dev.ext4j.blockdev.memory.OverlayDevice;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.journal.recovery.LogTargets;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The targets of fuzzing: a parser, or a use of an image that a script has damaged. */
enum FuzzTarget {
  SUPERBLOCK(ParserTargets::superblock, Kind.SUPERBLOCK),
  GROUP_DESCRIPTOR(ParserTargets::groupDescriptor, Kind.GROUP_DESCRIPTOR),
  INODE(ParserTargets::inode, Kind.INODE),
  EXTENT_NODE(ParserTargets::extentNode, Kind.EXTENT_NODE),
  DIRECTORY_BLOCK(ParserTargets::directoryBlock, Kind.DIRECTORY_LEAF),
  XATTRS(ParserTargets::xattrs, Kind.INODE, 160),
  XATTR_REMOVAL(ParserTargets::xattrRemoval, Kind.INODE, 160),
  PARTITION_TABLE(ParserTargets::partitionTable, null),
  FAST_COMMITS(LogTargets::fastCommitSeeds, LogTargets::fastCommits),
  LOG(LogTargets::logSeeds, LogTargets::log),
  IMAGE_SAMPLE(reading(GoldenImage.SAMPLE), null),
  IMAGE_EXTENT_TREE(reading(GoldenImage.EXTENT_DEPTH_2), null),
  IMAGE_INDIRECT(reading(GoldenImage.INDIRECT_TRIPLE), null),
  IMAGE_INLINE(reading(GoldenImage.INLINE), null),
  IMAGE_BIGALLOC(reading(GoldenImage.BIGALLOC), null),
  IMAGE_CRC16(reading(GoldenImage.GDT_CRC16), null),
  IMAGE_DIRTY_JOURNAL(reading(GoldenImage.DIRTY_JOURNAL), null),
  PUNCH_EXTENT_TREE(punching(GoldenImage.EXTENT_DEPTH_2), null),
  PUNCH_INDIRECT(punching(GoldenImage.INDIRECT_TRIPLE), null),
  PUNCH_INLINE(punching(GoldenImage.INLINE), null),
  PUNCH_BIGALLOC(punching(GoldenImage.BIGALLOC), null);

  /** The work done with an input. */
  interface Body {
    void run(byte[] input) throws IOException;
  }

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Body body;

  private final @org.jspecify.annotations.Nullable Kind seedKind;
  private final int seedOffset;

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final @org.jspecify.annotations.Nullable Seeds madeSeeds;

  /** A source of sound inputs. */
  interface Seeds {
    List<byte[]> make() throws IOException;
  }

  FuzzTarget(Seeds madeSeeds, Body body) {
    this.body = body;
    this.seedKind = null;
    this.seedOffset = 0;
    this.madeSeeds = madeSeeds;
  }

  FuzzTarget(Body body, @org.jspecify.annotations.Nullable Kind seedKind) {
    this(body, seedKind, 0);
  }

  FuzzTarget(Body body, @org.jspecify.annotations.Nullable Kind seedKind, int seedOffset) {
    this.body = body;
    this.seedKind = seedKind;
    this.seedOffset = seedOffset;
    this.madeSeeds = null;
  }

  private static Body reading(GoldenImage image) {
    return input -> {
      try (OverlayDevice device = MutableImage.of(image).damaged(input)) {
        ImageWalk.read(device);
      }
    };
  }

  private static Body punching(GoldenImage image) {
    return input -> {
      try (OverlayDevice device = MutableImage.of(image).damaged(input)) {
        ImageWalk.punch(device);
      }
    };
  }

  /** Runs the target. An exception that it throws is a finding. */
  void run(byte[] input) throws IOException {
    body.run(input);
  }

  /** Returns whether an input is a script of damage, and not the bytes of a structure. */
  boolean takesScript() {
    return seedKind == null && madeSeeds == null && this != PARTITION_TABLE;
  }

  /** Returns sound inputs, to be damaged. */
  List<byte[]> seeds() throws IOException {
    if (madeSeeds != null) {
      return madeSeeds.make();
    }
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(new byte[takesScript() ? 1 : 4096]);
    if (seedKind != null) {
      for (GoldenImage image : List.of(GoldenImage.EXTENT_DEPTH_2, GoldenImage.INLINE)) {
        for (byte[] structure : MutableImage.of(image).structures(seedKind)) {
          seeds.add(
              java.util.Arrays.copyOfRange(
                  structure, Math.min(seedOffset, structure.length), structure.length));
        }
      }
    }
    return seeds;
  }
}
