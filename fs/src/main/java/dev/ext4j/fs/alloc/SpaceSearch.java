package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.journal.Remembered;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Chooses where clusters are taken: at the goal if they continue something there, else the first
 * run that is long enough, from the goal's group on, else the longest run there is.
 *
 * <p>For each group the longest free run seen last is remembered, with the number of free clusters
 * at that time: while there are not more, no longer run can have come about. So full groups are not
 * looked at again. It is forgotten when an allocation in the group is undone.
 */
final class SpaceSearch {
  private static final int UNKNOWN = -1;

  private final Geometry geometry;
  private final GroupTable groups;
  private final int[] longest;
  private final int[] freeThen;

  SpaceSearch(Geometry geometry, GroupTable groups) {
    this.geometry = geometry;
    this.groups = groups;
    this.longest = new int[geometry.groupCount()];
    this.freeThen = new int[geometry.groupCount()];
    Arrays.fill(freeThen, UNKNOWN);
  }

  /** What is remembered of a group, for the handle that takes clusters of it. */
  record Memory(SpaceSearch search, int group) implements Remembered {
    @Override
    public void forget() {
      search.forget(group);
    }
  }

  /** Gives the free clusters of a group; its bitmap may have to be made first. */
  @FunctionalInterface
  interface Groups {
    /** The free clusters of a group. */
    FreeRuns open(GroupDescriptorView descriptor) throws IOException;
  }

  /**
   * A place for clusters.
   *
   * @param group the group
   * @param cluster the first cluster, counted in the group
   * @param count how many
   */
  record Place(int group, int cluster, int count) {}

  /** The best place, or nothing if no cluster is free. */
  @Nullable Place find(SpaceRequest request, int wanted, StreamWindows windows, Groups open)
      throws IOException {
    long goal =
        geometry.containsBlocks(request.goalBlock(), 1) && request.goalBlock() < request.endBlock()
            ? request.goalBlock()
            : geometry.firstDataBlock();
    int goalGroup = geometry.groupOf(goal);
    int goalCluster =
        (int) ((goal - geometry.groupStart(goalGroup)) >>> geometry.clusterRatioBits());
    if (request.continuing()) {
      Place there = atGoal(request, goalGroup, goalCluster, wanted, windows, open);
      if (there != null) {
        return there;
      }
    }
    int size = wanted;
    while (size > 0) {
      Pass pass = new Pass(request, size, windows, open);
      Place place = pass.run(goalGroup, goalCluster);
      if (place != null) {
        return place;
      }
      size = pass.next;
    }
    return null;
  }

  /** One look at all groups for runs of a size. */
  private final class Pass {
    private final SpaceRequest request;
    private final int size;
    private final StreamWindows windows;
    private final Groups open;

    /** The longest run that there may be, which is shorter than the size. */
    private int next;

    Pass(SpaceRequest request, int size, StreamWindows windows, Groups open) {
      this.request = request;
      this.size = size;
      this.windows = windows;
      this.open = open;
    }

    @Nullable Place run(int goalGroup, int goalCluster) throws IOException {
      if (request.purpose() == SpaceRequest.Purpose.METADATA) {
        // Nodes go to groups that have a bitmap, if they can: making one scatters metadata.
        Place place = look(goalGroup, goalCluster, false);
        if (place != null) {
          return place;
        }
      }
      return look(goalGroup, goalCluster, true);
    }

    private @Nullable Place look(int goalGroup, int goalCluster, boolean everywhere)
        throws IOException {
      for (int i = 0; i < geometry.groupCount(); i++) {
        int group = (goalGroup + i) % geometry.groupCount();
        if (clustersBelow(request, group) == 0) {
          continue;
        }
        GroupDescriptorView descriptor = groups.descriptor(group);
        int bound = bound(descriptor);
        if (bound < size) {
          next = Math.max(next, bound);
        } else if (everywhere || !descriptor.isBlockBitmapUninitialized()) {
          int from = i == 0 ? goalCluster : 0;
          FreeRuns runs = open.open(descriptor);
          int cluster = runs.find(from, size, windows, request.stream(), group);
          if (cluster >= 0) {
            return new Place(group, cluster, size);
          }
          next = Math.max(next, runs.longestForStream());
          if (runs.isComplete()) {
            longest[group] = runs.longest();
            freeThen[group] = counted(descriptor);
          }
        }
      }
      return null;
    }
  }

  private @Nullable Place atGoal(
      SpaceRequest request, int group, int cluster, int wanted, StreamWindows windows, Groups open)
      throws IOException {
    GroupDescriptorView descriptor = groups.descriptor(group);
    int end = Math.min(clustersBelow(request, group), cluster + wanted);
    if (descriptor.freeClusters() == 0 || cluster >= end) {
      return null;
    }
    FreeRuns runs = open.open(descriptor);
    if (runs.nextFree(cluster, end) != cluster
        || windows.passOver(request.stream(), group, cluster) != cluster) {
      return null;
    }
    int stop = runs.nextTaken(cluster, end);
    stop = windows.nextBorder(request.stream(), group, cluster, stop);
    return new Place(group, cluster, stop - cluster);
  }

  /** How many clusters of a group, from its first on, lie before the end that a request sets. */
  int clustersBelow(SpaceRequest request, int group) {
    long blocks = request.endBlock() - geometry.groupStart(group);
    long clusters = Math.max(0, blocks) >>> geometry.clusterRatioBits();
    return (int) Math.min(geometry.clustersIn(group), clusters);
  }

  /** The free clusters of a group, as it counts them, but no more than it has. */
  private int counted(GroupDescriptorView descriptor) {
    return (int) Math.min(descriptor.freeClusters(), geometry.clustersIn(descriptor.group()));
  }

  /** No run of the group is longer. */
  private int bound(GroupDescriptorView descriptor) {
    int group = descriptor.group();
    int free = counted(descriptor);
    boolean known = freeThen[group] != UNKNOWN && free <= freeThen[group];
    return known ? Math.min(free, longest[group]) : free;
  }

  /**
   * Space of a group has become free, or may be given out again: what was seen no longer counts.
   */
  void forget(int group) {
    freeThen[group] = UNKNOWN;
  }
}
