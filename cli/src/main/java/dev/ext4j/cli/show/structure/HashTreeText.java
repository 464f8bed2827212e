package dev.ext4j.cli.show.structure;

import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.inspect.HashTreeDump;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;

/** The hash tree of a directory as text. */
public final class HashTreeText {
  private final Output out;

  /** Creates a printer of hash trees. */
  public HashTreeText(Output out) {
    this.out = out;
  }

  /** Prints the index blocks with their entries, and then the leaves. */
  public void print(HashTreeDump tree) throws IOException {
    out.text("Hash tree of inode ").number(tree.inodeNumber()).text(": ").text(tree.hashName());
    out.text(", ").number(tree.levels()).text(" levels of index blocks below the root, ");
    out.number(tree.leaves().size()).line(" leaves");
    problems(tree.problems());
    for (HashTreeDump.Node node : tree.nodes()) {
      out.text(node.level() == 0 ? "root" : "index block, level " + node.level());
      blocks(node.logicalBlock(), node.block()).number(node.entries().size()).text(" of ");
      out.number(node.limit()).line(" entries");
      for (HashTreeDump.Entry entry : node.entries()) {
        out.text("  hash ").text(hash(entry.hash())).text(" -> logical block ");
        out.number(entry.logicalBlock()).line();
      }
      problems(node.problems());
    }
    for (HashTreeDump.Leaf leaf : tree.leaves()) {
      out.text("leaf");
      blocks(leaf.logicalBlock(), leaf.block()).number(leaf.entryCount()).text(" entries");
      if (leaf.firstHash() >= 0) {
        out.text(" with hashes ").text(hash(leaf.firstHash())).text("..");
        out.text(hash(leaf.lastHash()));
      }
      out.text(", room for ").text(hash(leaf.lowestHash())).text("..");
      out.line(hash(leaf.highestHash()));
      problems(leaf.problems());
    }
  }

  private Output blocks(long logicalBlock, long block) throws IOException {
    out.text(", logical block ").number(logicalBlock).text(", block ").number(block);
    return out.text(": ");
  }

  private void problems(List<String> problems) throws IOException {
    for (String problem : problems) {
      out.text("  problem: ").name(problem).line();
    }
  }

  private static String hash(long hash) {
    return "0x" + HexFormat.of().toHexDigits((int) hash);
  }
}
