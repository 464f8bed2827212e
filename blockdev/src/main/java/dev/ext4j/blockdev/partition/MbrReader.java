package dev.ext4j.blockdev.partition;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.partition.MbrSector.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A reader of an MBR and of the chains of logical partitions, by the rules of
 * block/partitions/msdos.c. A chain normally ends at a table without a link to a next table. It is
 * cut off if:
 *
 * <ul>
 *   <li>it leaves its container,
 *   <li>it returns to a sector that was already read,
 *   <li>a sector has no signature of a table,
 *   <li>{@link #MAX_LOGICAL} logical partitions were found, or
 *   <li>more than {@link #MOST_EMPTY} consecutive tables have no partition.
 * </ul>
 */
final class MbrReader {
  private static final int FIRST_LOGICAL = 5;
  private static final int MAX_LOGICAL = 256;
  private static final int MOST_EMPTY = 100;
  private static final int DATA_SLOTS = 2;

  private final BlockDevice device;
  private final long sectorSize;
  private final List<Partition> partitions = new ArrayList<>();
  private final Remarks remarks = new Remarks();
  private final Set<Long> visited = new HashSet<>();
  private int nextLogical = FIRST_LOGICAL;

  MbrReader(BlockDevice device) {
    this.device = device;
    this.sectorSize = device.sectorSize();
  }

  /** Returns the partitions, or empty if the entries of the sector cannot be a table. */
  Optional<PartitionTable> read(MbrSector mbr) throws IOException {
    if (!mbr.hasValidBootFlags() || mbr.entries().stream().noneMatch(Entry::used)) {
      return Optional.empty();
    }
    for (Entry entry : mbr.entries()) {
      if (entry.used() && !entry.extended()) {
        add(entry.slot() + 1, entry, 0);
      }
    }
    for (Entry entry : mbr.entries()) {
      if (entry.extended()) {
        readChain(entry);
      }
    }
    return Optional.of(new PartitionTable(PartitionTable.Scheme.MBR, partitions, remarks.texts()));
  }

  private void readChain(Entry container) throws IOException {
    long containerEnd = container.start() + container.count();
    long at = container.start();
    int empty = 0;
    while (true) {
      if (!visited.add(at)) {
        remarks.add("the chain of logical partitions comes back to sector " + at);
        return;
      }
      Optional<MbrSector> head = MbrSector.read(device, at * sectorSize);
      if (head.isEmpty()) {
        remarks.add("the chain of logical partitions breaks off at sector " + at);
        return;
      }
      int before = nextLogical;
      addLogical(head.get(), at, container);
      empty = nextLogical == before ? empty + 1 : 0;
      Optional<Entry> link = head.get().entries().stream().filter(Entry::extended).findFirst();
      if (link.isEmpty()) {
        return;
      }
      at = container.start() + link.get().start();
      if (at >= containerEnd || nextLogical - FIRST_LOGICAL >= MAX_LOGICAL || empty > MOST_EMPTY) {
        remarks.add("the chain of logical partitions leads too far, to sector " + at);
        return;
      }
    }
  }

  private void addLogical(MbrSector head, long headSector, Entry container) {
    for (Entry entry : head.entries()) {
      if (!entry.used() || entry.extended()) {
        continue;
      }
      long start = headSector + entry.start();
      boolean inside =
          start >= container.start()
              && start + entry.count() <= container.start() + container.count();
      // On some disks the last two entries are garbage, and on others they are partitions.
      if (entry.slot() < DATA_SLOTS || inside) {
        add(nextLogical++, entry, headSector);
      }
    }
  }

  /**
   * Adds a partition. Sector numbers are below 2^34 here and a sector is far smaller than 2^29
   * bytes, so the products do not overflow.
   */
  private void add(int number, Entry entry, long relativeTo) {
    partitions.add(
        new Partition(
            number,
            (relativeTo + entry.start()) * sectorSize,
            entry.count() * sectorSize,
            String.format(Locale.ROOT, "0x%02x", entry.type()),
            ""));
  }
}
