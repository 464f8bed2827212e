package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The partitions of a disk. A GPT is believed where the kernel believes it: behind a protective
 * MBR, whose absence means that somebody has since partitioned the disk another way.
 *
 * @param scheme how the disk is partitioned
 * @param partitions in the order of their numbers; containers of logical partitions are left out,
 *     since they hold no file system
 * @param remarks what was wrong but could be passed over, one clause each, for example that the
 *     backup header had to be used; at most {@link #MAX_REMARKS}
 */
public record PartitionTable(Scheme scheme, List<Partition> partitions, List<String> remarks) {
  /** How many remarks a table keeps; a random table could give one for each of its entries. */
  public static final int MAX_REMARKS = 16;

  /** The known ways to partition a disk. */
  public enum Scheme {
    /** UEFI specification, chapter 5. */
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
   * Reads the table of {@code device}; nothing if it has none.
   *
   * @throws PartitionTableException if there is a table and neither it nor its backup is sound
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

  /** The partition with a number. */
  public Optional<Partition> partition(int number) {
    return partitions.stream().filter(p -> p.number() == number).findFirst();
  }
}
