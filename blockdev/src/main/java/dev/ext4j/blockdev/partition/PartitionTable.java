package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The partitions of a disk. A GPT is used only where the kernel uses it, which is on a disk with a
 * protective MBR. A GPT without a protective MBR is the remainder of an earlier partitioning.
 *
 * @param scheme the way in which the disk is partitioned
 * @param partitions the partitions in the order of their numbers, without the containers of logical
 *     partitions, because these hold no file system
 * @param remarks the problems that could be ignored, one clause each, for example that the backup
 *     header had to be used. There are at most {@link #MAX_REMARKS}.
 */
public record PartitionTable(Scheme scheme, List<Partition> partitions, List<String> remarks) {
  /**
   * The maximum number of remarks of a table. A table of random bytes could have one for each of
   * its entries.
   */
  public static final int MAX_REMARKS = 16;

  /** The supported ways to partition a disk. */
  public enum Scheme {
    /** The GUID partition table of the UEFI specification, chapter 5. */
    GPT,
    /** The four entries of the first sector, and the chain of logical partitions. */
    MBR
  }

  /** Copies the lists. */
  public PartitionTable {
    partitions = List.copyOf(partitions);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads the partition table of {@code device}, and returns empty if it has none.
   *
   * @throws PartitionTableException if the disk has a GPT, but neither the GPT nor its backup is
   *     valid
   */
  public static Optional<PartitionTable> read(BlockDevice device) throws IOException {
    Optional<MbrSector> mbr = MbrSector.read(device, 0);
    if (mbr.isEmpty()) {
      return Optional.empty();
    }
    if (mbr.get().isProtective()) {
      return Optional.of(new GptReader(device).read());
    }
    return new MbrReader(device).read(mbr.get());
  }

  /** Returns the partition with a number, or empty if there is none. */
  public Optional<Partition> partition(int number) {
    return partitions.stream().filter(p -> p.number() == number).findFirst();
  }
}
