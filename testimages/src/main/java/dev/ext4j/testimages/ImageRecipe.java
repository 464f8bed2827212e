package dev.ext4j.testimages;

import java.util.ArrayList;
import java.util.List;

/**
 * The options of an image that {@code mke2fs} makes. Two images made from equal recipes are equal
 * byte for byte. UUID, hash seed and times are fixed, and the defaults come from this project and
 * not from the machine.
 *
 * @param name a name that is usable as a file name
 * @param type {@code ext2}, {@code ext3} or {@code ext4}, which selects the initial features
 * @param blockSize the size of a block in bytes
 * @param clusterSize the size of a cluster in bytes, equal to {@code blockSize} without bigalloc
 * @param inodeSize the size of an inode in bytes
 * @param byteCount the size of the image in bytes
 * @param features words for {@code -O}, which add a feature or remove it with {@code ^}
 * @param extended words for {@code -E}
 * @param words further words for {@code mke2fs}
 * @param tuning words for a later run of {@code tune2fs}, which is omitted if there are none
 * @param mounting the kernels that can mount the image
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

  /** The seed of the directory hashes of every image. */
  public static final String HASH_SEED = "0badcafe-1111-4222-8333-444444444444";

  /** The creation time of every image, in seconds since 1970. */
  public static final long MADE_AT = 1_600_000_000L;

  /** The kernels of this decade that mount an image for writing. */
  public enum Mounting {
    /** Every kernel. */
    EVERY_KERNEL,
    /**
     * Only some kernels, depending on version and configuration. {@link Oracles#requireMount}
     * determines whether this machine's kernel is one of them.
     */
    SOME_KERNELS
  }

  /** Copies the lists. */
  public ImageRecipe {
    features = List.copyOf(features);
    extended = List.copyOf(extended);
    words = List.copyOf(words);
    tuning = List.copyOf(tuning);
  }

  /** Returns a recipe with 256-byte inodes and the default features of its type. */
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

  /** Returns a copy with another name. */
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

  /** Returns a copy with another size of the image. */
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

  /** Returns a copy with clusters of several blocks, which is the feature bigalloc. */
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

  /** Returns a copy with inodes of another size. */
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

  /** Returns a copy with more words for {@code -O}. */
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

  /** Returns a copy with more words for {@code -E}. */
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

  /** Returns a copy with further words for {@code mke2fs}. */
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

  /** Returns a copy with words for {@code tune2fs}, which runs after {@code mke2fs}. */
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

  /** Returns a copy for {@link Mounting#SOME_KERNELS}. */
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

  /** Returns the number of blocks in a cluster, 1 without bigalloc. */
  public int blocksPerCluster() {
    return clusterSize / blockSize;
  }

  /** Returns whether {@code feature} is requested by name. */
  public boolean asksFor(String feature) {
    return features.contains(feature);
  }

  /** Returns whether files are mapped by extents, and not by block maps. */
  public boolean hasExtents() {
    return !type.equals("ext2") && !type.equals("ext3");
  }

  /** Returns the name, because recipes are the parameters of tests. */
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
