package dev.ext4j.fs.inspect;

import java.util.List;
import java.util.UUID;

/**
 * The fields of the superblock that are of interest less often than those of {@link
 * dev.ext4j.fs.model.FileSystemInfo}.
 *
 * @param features the features, each with an explanation
 * @param defaultMountOptions the default mount options, as {@code dumpe2fs} names them
 * @param mountOptions the mount options as a text ({@code s_mount_opts}); empty if there are none
 * @param reservedUserId the number of the user that may allocate reserved blocks
 * @param reservedGroupId the group that may use reserved blocks
 * @param errorsBehavior what the kernel does when it finds an error: "continue", "remount-ro" or
 *     "panic"
 * @param hashVersion the hash function of new hash trees, for example "half_md4"
 * @param hashSigned whether the bytes of names are signed numbers in the hash
 * @param hashSeed the seed of the hash
 * @param raidStride the stride of the RAID in blocks, or 0
 * @param raidStripeWidth the width of a stripe of the RAID in blocks, or 0
 * @param flexGroupSize the number of groups whose bitmaps and inode tables are together; 1 without
 *     flex_bg
 * @param firstInode the first inode that is not reserved
 * @param requiredExtraSize the bytes after the first 128 that every inode uses ({@code
 *     s_min_extra_isize})
 * @param desiredExtraSize the bytes after the first 128 that new inodes use ({@code
 *     s_want_extra_isize})
 * @param reservedDescriptorBlocks the number of blocks after the descriptors that are reserved for
 *     growth
 * @param maxMountCount the number of mounts after which a check is due; 0 or less for no such limit
 * @param checkIntervalSeconds the time after which a check is due, or 0 for no such limit
 * @param kilobytesWritten the amount of data written in the life of the file system
 * @param backups the blocks with backups of the superblock
 */
public record SuperblockDetails(
    List<FeatureInfo> features,
    List<String> defaultMountOptions,
    String mountOptions,
    long reservedUserId,
    long reservedGroupId,
    String errorsBehavior,
    String hashVersion,
    boolean hashSigned,
    UUID hashSeed,
    long raidStride,
    long raidStripeWidth,
    long flexGroupSize,
    long firstInode,
    int requiredExtraSize,
    int desiredExtraSize,
    int reservedDescriptorBlocks,
    int maxMountCount,
    long checkIntervalSeconds,
    long kilobytesWritten,
    List<Long> backups) {
  /** Copies the lists. */
  public SuperblockDetails {
    features = List.copyOf(features);
    defaultMountOptions = List.copyOf(defaultMountOptions);
    backups = List.copyOf(backups);
  }

  /**
   * A feature of the file system.
   *
   * @param name the name in the spelling of e2fsprogs
   * @param explanation a short phrase; empty if the feature is not known
   */
  public record FeatureInfo(String name, String explanation) {}
}
