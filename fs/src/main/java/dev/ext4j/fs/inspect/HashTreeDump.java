package dev.ext4j.fs.inspect;

import java.util.List;

/**
 * The hash tree of a directory.
 *
 * @param inodeNumber the inode of the directory
 * @param hashName the hash function, for example "half_md4"
 * @param levels the number of levels of index blocks below the root ({@code indirect_levels})
 * @param nodes the index blocks, parents before children, from left to right
 * @param leaves the leaves from left to right
 * @param problems the contradictions that concern the tree as a whole, and blocks that cannot be
 *     read
 */
public record HashTreeDump(
    long inodeNumber,
    String hashName,
    int levels,
    List<Node> nodes,
    List<Leaf> leaves,
    List<String> problems) {
  /** Copies the lists. */
  public HashTreeDump {
    nodes = List.copyOf(nodes);
    leaves = List.copyOf(leaves);
    problems = List.copyOf(problems);
  }

  /**
   * An index block.
   *
   * @param level the level: 0 for the root
   * @param logicalBlock the block within the directory
   * @param block the block on the file system
   * @param limit the number of entries that fit
   * @param entries the entries in use
   * @param problems the contradictions that were found
   */
  public record Node(
      int level,
      long logicalBlock,
      long block,
      int limit,
      List<Entry> entries,
      List<String> problems) {
    /** Copies the lists. */
    public Node {
      entries = List.copyOf(entries);
      problems = List.copyOf(problems);
    }
  }

  /**
   * An entry of an index block.
   *
   * @param hash the lowest hash in or below the block, 0 for the first entry. If the lowest bit is
   *     set, names with this hash are also in the block of the previous entry.
   * @param logicalBlock the block within the directory
   */
  public record Entry(long hash, long logicalBlock) {}

  /**
   * A leaf.
   *
   * @param logicalBlock the block within the directory
   * @param block the block on the file system
   * @param lowestHash the lowest hash that the index allows in the leaf
   * @param highestHash the highest hash that the index allows in the leaf
   * @param entryCount the number of names
   * @param firstHash the lowest hash of a name in the leaf, or -1 if there is no name or the hash
   *     function is not known
   * @param lastHash the highest hash of a name in the leaf, or -1 as {@code firstHash}
   * @param problems the contradictions that were found
   */
  public record Leaf(
      long logicalBlock,
      long block,
      long lowestHash,
      long highestHash,
      int entryCount,
      long firstHash,
      long lastHash,
      List<String> problems) {
    /** Copies the list. */
    public Leaf {
      problems = List.copyOf(problems);
    }
  }
}
