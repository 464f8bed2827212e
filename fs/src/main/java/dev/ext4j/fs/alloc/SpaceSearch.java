package dev.ext4j.fs.alloc;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.GroupDescriptorView;
import dev.ext4j.fs.group.GroupTable;
import dev.ext4j.fs.journal.Remembered;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A search for the clusters of an allocation. If the clusters continue an extent, the goal itself
 * is tried first. Otherwise the search takes the first run that is long enough, starting at the
 * goal's group. If there is none, it takes the longest run that exists.
 *
 * <p>For each group the search remembers the longest free run last seen, and the number of free
 * clusters at that time. While that number has not grown, no run can be longer than the remembered
 * one. Therefore full groups are not searched again. The remembered values are invalidated when an
 * allocation in the group is undone.
 */
final class SpaceSearch {
  private static final int UNKNOWN = -1;

  private final Geometry geometry;
  private final GroupTable groups;
  private final @Nullable Memory[] memories;
  private final int[] longest;
  private final int[] freeThen;

  SpaceSearch(Geometry geometry, GroupTable groups) {
    this.geometry = geometry;
    this.groups = groups;
    this.memories = new Memory[geometry.groupCount()];
    this.longest = new int[geometry.groupCount()];
    this.freeThen = new int[geometry.groupCount()];
    Arrays.fill(freeThen, UNKNOWN);
  }

  /** The remembered run of a group, registered with a handle that changes the group. */
  private final class Memory implements Remembered {
    private final int group;

    Memory(int group) {
      this.group = group;
    }

    @Override
    public void forget() {
      SpaceSearch.this.forget(group);
    }
  }

  /**
   * Returns the object that a handle registers when it changes a group. It is the same object for
   * each call with this group, so that a handle with many allocations in a group registers it once.
   * The caller has a handle open.
   */
  Remembered memory(int group) {
    Memory known = memories[group];
    if (known == null) {
      known = new Memory(group);
      memories[group] = known;
    }
    return known;
  }

  /** A source of the free clusters of groups. */
  @FunctionalInterface
  interface Groups {
    /** Returns the free clusters of a group. */
    FreeRuns open(GroupDescriptorView descriptor) throws IOException;
  }

  /**
   * A run of free clusters, as the result of a search.
   *
   * @param group the number of the block group
   * @param cluster the first cluster, numbered within the group
   * @param count number of clusters
   */
  record Place(int group, int cluster, int count) {}

  /** Returns the best run, or null if there is no free cluster that the request may use. */
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

  /** A search of all groups for runs of one size. */
  private final class Pass {
    private final SpaceRequest request;
    private final int size;
    private final StreamWindows windows;
    private final Groups open;

    /** The length of the longest run that may exist. It is less than {@link #size}. */
    private int next;

    Pass(SpaceRequest request, int size, StreamWindows windows, Groups open) {
      this.request = request;
      this.size = size;
      this.windows = windows;
      this.open = open;
    }

    @Nullable Place run(int goalGroup, int goalCluster) throws IOException {
      if (request.purpose() == SpaceRequest.Purpose.METADATA) {
        // If possible, nodes go to groups whose bitmap is initialised already, because a new bitmap
        // would scatter metadata.
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

  /**
   * Returns the number of clusters of a group, starting at its first one, that are below the end
   * block of a request.
   */
  int clustersBelow(SpaceRequest request, int group) {
    long blocks = request.endBlock() - geometry.groupStart(group);
    long clusters = Math.max(0, blocks) >>> geometry.clusterRatioBits();
    return (int) Math.min(geometry.clustersIn(group), clusters);
  }

  /**
   * Returns the counter of free clusters of a group, but at most the number of clusters in the
   * group.
   */
  private int counted(GroupDescriptorView descriptor) {
    return (int) Math.min(descriptor.freeClusters(), geometry.clustersIn(descriptor.group()));
  }

  /** Returns an upper bound of the length of the free runs of a group. */
  private int bound(GroupDescriptorView descriptor) {
    int group = descriptor.group();
    int free = counted(descriptor);
    boolean known = freeThen[group] != UNKNOWN && free <= freeThen[group];
    return known ? Math.min(free, longest[group]) : free;
  }

  /**
   * Invalidates the remembered run of a group, because space of the group has become free, or can
   * be allocated again.
   */
  void forget(int group) {
    freeThen[group] = UNKNOWN;
  }
}
