package dev.ext4j.testimages;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code mke2fs} is asked to make. Two images made from equal recipes are equal byte for byte:
 * UUID, hash seed and times are fixed, and the defaults are ours, not the machine's.
 *
 * @param name a name fit for a file
 * @param type {@code ext2}, {@code ext3} or {@code ext4}: the features to start from
 * @param blockSize bytes a block
 * @param clusterSize bytes a cluster, equal to {@code blockSize} without bigalloc
 * @param inodeSize bytes an inode
 * @param byteCount size of the image
 * @param features words for {@code -O}: added, or with {@code ^} taken away
 * @param extended words for {@code -E}
 * @param words further words for {@code mke2fs}
 * @param tuning words for a run of {@code tune2fs} afterwards, none if empty
 * @param mounting who can mount the result
 */
public record ImageRecipe(
    String name,
    String type,
    int blockSize,
    int clusterSize,
    int inodeSize,
    long byteCount,
    List<String> features,
    List<String> extended,
    List<String> words,
    List<String> tuning,
    Mounting mounting) {
  /** The UUID of every image. */
  public static final String UUID = "5ca1ab1e-0000-4000-8000-00000e0a4a00";

  /** The seed of every image's directory hashes. */
  public static final String HASH_SEED = "0badcafe-1111-4222-8333-444444444444";

  /** When every image was made, in seconds since 1970. */
  public static final long MADE_AT = 1_600_000_000L;

  /** Whether a Linux of this decade mounts an image for writing. */
  public enum Mounting {
    /** Every one. */
    EVERY_KERNEL,
    /** It depends on its version and on how it was built: {@link Oracles#requireMount} tells. */
    SOME_KERNELS
  }

  /** Copies the lists. */
  public ImageRecipe {
    features = List.copyOf(features);
    extended = List.copyOf(extended);
    words = List.copyOf(words);
    tuning = List.copyOf(tuning);
  }

  /** A recipe with 256-byte inodes and the default features of its type. */
  public static ImageRecipe of(String name, String type, int blockSize, long byteCount) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        blockSize,
        256,
        byteCount,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Mounting.EVERY_KERNEL);
  }

  /** Under another name. */
  public ImageRecipe named(String newName) {
    return new ImageRecipe(
        newName,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        features,
        extended,
        words,
        tuning,
        mounting);
  }

  /** With another size of the image. */
  public ImageRecipe sized(long newByteCount) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        newByteCount,
        features,
        extended,
        words,
        tuning,
        mounting);
  }

  /** With clusters of several blocks, which is the feature bigalloc. */
  public ImageRecipe withClusters(int newClusterSize) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        newClusterSize,
        inodeSize,
        byteCount,
        plus(features, "bigalloc"),
        extended,
        words,
        tuning,
        mounting);
  }

  /** With inodes of another size. */
  public ImageRecipe withInodes(int newInodeSize) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        newInodeSize,
        byteCount,
        features,
        extended,
        words,
        tuning,
        mounting);
  }

  /** With more words for {@code -O}. */
  public ImageRecipe withFeatures(String... more) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        plus(features, more),
        extended,
        words,
        tuning,
        mounting);
  }

  /** With more words for {@code -E}. */
  public ImageRecipe withExtended(String... more) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        features,
        plus(extended, more),
        words,
        tuning,
        mounting);
  }

  /** With further words for {@code mke2fs}. */
  public ImageRecipe withWords(String... more) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        features,
        extended,
        plus(words, more),
        tuning,
        mounting);
  }

  /** With words for {@code tune2fs} once the image is made. */
  public ImageRecipe tuned(String... more) {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        features,
        extended,
        words,
        plus(tuning, more),
        mounting);
  }

  /** For {@link Mounting#SOME_KERNELS}. */
  public ImageRecipe onSomeKernels() {
    return new ImageRecipe(
        name,
        type,
        blockSize,
        clusterSize,
        inodeSize,
        byteCount,
        features,
        extended,
        words,
        tuning,
        Mounting.SOME_KERNELS);
  }

  /** Blocks a cluster; 1 without bigalloc. */
  public int blocksPerCluster() {
    return clusterSize / blockSize;
  }

  /** Whether {@code feature} was asked for by name. */
  public boolean asksFor(String feature) {
    return features.contains(feature);
  }

  /** The name: recipes are the parameters of tests. */
  @Override
  public String toString() {
    return name;
  }

  private static List<String> plus(List<String> words, String... more) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of(more));
    return all;
  }
}
