package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Random operations that the kernel carried out on a copy of an image. ext4j must produce the same
 * result on another copy.
 *
 * @param image the copy, unmounted
 * @param done the operations that were carried out, in their order
 * @param refused the operations that the kernel refused; {@code image} has no trace of them
 */
public record ReferenceRun(Path image, List<RangeOperation> done, List<RangeOperation> refused) {
  private static final int MOST_BLOCKS = 500;
  private static final int ATTEMPTS = 8;

  /** Copies the lists. */
  public ReferenceRun {
    done = List.copyOf(done);
    refused = List.copyOf(refused);
  }

  /**
   * Moves inline data from the inodes to blocks, and unmounts. Linux 6.18 may lose content that
   * leaves its inode and is changed before the logged blocks are written to their home blocks,
   * whether it was synced or not. The kernel would then be a wrong reference for an implementation
   * that keeps the content.
   */
  public static void settleInlineData(Path base, List<String> files) throws IOException {
    try (KernelMount mount = KernelMount.readWrite(base)) {
      for (String file : files) {
        mount.file(file).punch(1L << 30, 1);
      }
    }
  }

  /**
   * Copies {@code base} to {@code target} and lets the kernel carry out {@code count} operations
   * there. They have the given kinds and are chosen by {@code seed}.
   */
  public static ReferenceRun random(
      ImageRecipe recipe,
      Path base,
      Path target,
      List<String> files,
      List<RangeOperation.Kind> kinds,
      int count,
      long seed)
      throws IOException {
    RandomGenerator random = new Random(seed);
    Scratch.copySparse(base, target);
    List<RangeOperation> done = new ArrayList<>();
    List<RangeOperation> refused = new ArrayList<>();
    try (KernelMount mount = KernelMount.readWrite(target)) {
      for (int i = 0; i < count; i++) {
        String file = files.get(random.nextInt(files.size()));
        long size = mount.file(file).stat().byteSize();
        RangeOperation.Kind kind = kinds.get(random.nextInt(kinds.size()));
        RangeOperation operation = choose(kind, file, size, recipe, random);
        (isDone(operation, mount, recipe) ? done : refused).add(operation);
      }
    }
    boolean clean = refused.isEmpty();
    for (int i = 0; !clean && i < ATTEMPTS; i++) {
      clean = repeat(base, target, recipe, done, refused); // a refused operation may be partial
    }
    if (!clean) {
      throw new IllegalStateException("the kernel refuses another operation each time");
    }
    return new ReferenceRun(target, done, refused);
  }

  private static boolean repeat(
      Path base,
      Path target,
      ImageRecipe recipe,
      List<RangeOperation> done,
      List<RangeOperation> refused)
      throws IOException {
    Scratch.copySparse(base, target);
    List<RangeOperation> again = List.copyOf(done);
    done.clear();
    try (KernelMount mount = KernelMount.readWrite(target)) {
      for (RangeOperation operation : again) {
        (isDone(operation, mount, recipe) ? done : refused).add(operation);
      }
    }
    return done.size() == again.size();
  }

  /**
   * Applies an operation, and returns whether the kernel accepted it. Two kinds of images need a
   * sync before the next operation. With inline data, Linux 6.18 otherwise restores bytes that were
   * in the inode before they were punched or truncated. With block maps, a block that is written
   * and punched before its writeback never gets the indirect block that stays with a block that was
   * allocated.
   */
  private static boolean isDone(RangeOperation operation, KernelMount mount, ImageRecipe recipe)
      throws IOException {
    try {
      operation.applyTo(mount);
      if (recipe.asksFor("inline_data") || !recipe.hasExtents()) {
        mount.sync();
      }
      return true;
    } catch (KernelRefusal refusal) {
      return false;
    }
  }

  private static RangeOperation choose(
      RangeOperation.Kind kind,
      String file,
      long size,
      ImageRecipe recipe,
      RandomGenerator random) {
    int block = recipe.blockSize();
    long cluster = recipe.clusterSize();
    long top = Math.max(size, block) + block * new long[] {0, 1, 30}[random.nextInt(3)];
    long at = random.nextInt(10) == 0 ? 0 : place(random.nextLong(top), block, random);
    long[] lengths = {
      1,
      block / 2,
      block,
      block + 1L,
      2L * block,
      5L * block,
      17L * block,
      100L * block,
      Math.max(1, size),
      random.nextLong(1, size + block + 1)
    };
    long length = lengths[random.nextInt(lengths.length)];
    return switch (kind) {
      case PUNCH -> new RangeOperation(kind, file, at, length, 0);
      case ZERO, ZERO_KEEPING_SIZE, ALLOCATE, ALLOCATE_KEEPING_SIZE ->
          new RangeOperation(kind, file, at, Math.min(length, (long) MOST_BLOCKS * block), 0);
      case COLLAPSE, INSERT ->
          new RangeOperation(
              kind,
              file,
              at / cluster * cluster,
              Math.max(cluster, Math.min(length, 40 * cluster) / cluster * cluster),
              0);
      case TRUNCATE -> new RangeOperation(kind, file, at, 0, 0);
      case WRITE ->
          new RangeOperation(kind, file, at, Math.min(length, 60L * block), random.nextLong());
    };
  }

  /** Returns any byte, the start of a block, or a byte next to a block boundary. */
  private static long place(long at, int block, RandomGenerator random) {
    long start = at / block * block;
    return switch (random.nextInt(20)) {
      case 0, 1 -> start + 1;
      case 2 -> start + block - 1;
      case 3, 4, 5, 6, 7, 8, 9 -> start;
      default -> at;
    };
  }
}
