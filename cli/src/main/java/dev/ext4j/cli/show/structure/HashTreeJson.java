package dev.ext4j.cli.show.structure;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.inspect.HashTreeDump;
import java.io.IOException;

/** The hash tree of a directory as fields of a JSON document. */
public final class HashTreeJson {
  private final JsonDocument json;
  private final int blockSize;

  /** Creates a writer of hash trees of a file system with blocks of a size in bytes. */
  public HashTreeJson(JsonDocument json, int blockSize) {
    this.json = json;
    this.blockSize = blockSize;
  }

  /** Writes the index blocks with their entries, and the leaves. */
  public void write(HashTreeDump tree) throws IOException {
    json.text("kind", "hash_tree").number("ino", tree.inodeNumber());
    json.text("hash", tree.hashName()).number("levels", tree.levels());
    json.number("block_size", blockSize);
    DumpJson.problems(json, tree.problems());
    json.beginArray("nodes");
    for (HashTreeDump.Node node : tree.nodes()) {
      json.beginRow().number("level", node.level());
      json.number("logical_block", node.logicalBlock()).number("block", node.block());
      json.number("limit", node.limit()).beginArray("entries");
      for (HashTreeDump.Entry entry : node.entries()) {
        json.beginRow().number("hash", entry.hash());
        json.number("logical_block", entry.logicalBlock()).endObject();
      }
      json.endArray();
      DumpJson.problems(json, node.problems());
      json.endObject();
    }
    json.endArray().beginArray("leaves");
    for (HashTreeDump.Leaf leaf : tree.leaves()) {
      write(leaf);
    }
    json.endArray();
  }

  private void write(HashTreeDump.Leaf leaf) throws IOException {
    json.beginRow().number("logical_block", leaf.logicalBlock()).number("block", leaf.block());
    json.number("lowest_hash", leaf.lowestHash()).number("highest_hash", leaf.highestHash());
    json.number("entries", leaf.entryCount());
    if (leaf.firstHash() >= 0) {
      json.number("first_hash", leaf.firstHash()).number("last_hash", leaf.lastHash());
    }
    DumpJson.problems(json, leaf.problems());
    json.endObject();
  }
}
