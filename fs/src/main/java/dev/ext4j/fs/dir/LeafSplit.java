package dev.ext4j.fs.dir;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.format.DirectoryHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A plan for the split of a full leaf. The entries with the highest hashes move to a new leaf,
 * until about half a block is filled. If all entries would move in this way, half of them move.
 */
final class LeafSplit {
  private final List<Integer> staying = new ArrayList<>();
  private final List<Integer> moved = new ArrayList<>();
  private final long firstMovedHash;
  private final boolean continued;

  /** A record and the hash of its name. */
  private record Hashed(long hash, int byteOffset, int recordLength) {}

  private LeafSplit(List<Hashed> byHash, int split) {
    for (int i = 0; i < byHash.size(); i++) {
      (i < split ? staying : moved).add(byHash.get(i).byteOffset());
    }
    staying.sort(Comparator.naturalOrder());
    firstMovedHash = byHash.get(split).hash();
    continued = byHash.get(split - 1).hash() == firstMovedHash;
  }

  /**
   * Plans the split of a leaf.
   *
   * @throws CorruptionException with DIRECTORY if the leaf has fewer than two entries, because such
   *     a leaf cannot be full
   */
  static LeafSplit of(DirectoryLeaf leaf, DirectoryHash function, int blockSize)
      throws CorruptionException {
    List<Hashed> byHash = new ArrayList<>();
    leaf.entries()
        .visit(
            (byteOffset, recordLength, name) ->
                byHash.add(new Hashed(function.of(name), byteOffset, recordLength)));
    byHash.sort(Comparator.comparingLong(Hashed::hash));
    if (byHash.size() < 2) {
      throw new CorruptionException(
          Kind.DIRECTORY, leaf + ": full with " + byHash.size() + " entries");
    }
    int split = byHash.size();
    int size = 0;
    while (split > 0 && size + byHash.get(split - 1).recordLength() / 2 <= blockSize / 2) {
      split--;
      size += byHash.get(split).recordLength();
    }
    return new LeafSplit(byHash, split > 0 ? split : byHash.size() / 2);
  }

  /** Returns the byte offsets of the records that stay, in ascending order. */
  List<Integer> staying() {
    return staying;
  }

  /** Returns the byte offsets of the records that move, in ascending order of their hashes. */
  List<Integer> moved() {
    return moved;
  }

  /** Returns the lowest hash of the records that move. */
  long firstMovedHash() {
    return firstMovedHash;
  }

  /**
   * Returns the hash that the index stores for the new leaf. The lowest bit is set if the old leaf
   * also has names of the lowest moved hash.
   */
  long border() {
    return firstMovedHash | (continued ? 1 : 0);
  }
}
