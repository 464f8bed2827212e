package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.TreeVisitor;
import java.io.IOException;

/**
 * An extent tree as rows of a JSON array: nodes, index entries and extents. Positions and lengths
 * are in bytes.
 */
public final class TreeJson implements TreeVisitor {
  private final JsonDocument json;
  private final int blockSize;

  /**
   * Creates a printer to a document.
   *
   * @param blockSize the block size in bytes
   */
  public TreeJson(JsonDocument json, int blockSize) {
    this.json = json;
    this.blockSize = blockSize;
  }

  /**
   * Writes the extent tree of a file as the array {@code tree}, which is empty if the file has no
   * extent tree.
   */
  public void write(Ext4File file) throws IOException {
    json.beginArray("tree");
    file.inspect().tree(this);
    json.endArray();
  }

  @Override
  public void node(int level, int depth, long physicalBlock, int entryCount, int capacity)
      throws IOException {
    row("node", level).number("depth", depth).number("physical", physicalBlock * blockSize);
    json.number("entries", entryCount).number("capacity", capacity).endObject();
  }

  @Override
  public void index(int level, long logicalBlock, long childPhysicalBlock) throws IOException {
    row("index", level).number("logical", logicalBlock * blockSize);
    json.number("physical", childPhysicalBlock * blockSize).endObject();
  }

  @Override
  public void extent(
      int level, long logicalBlock, long physicalBlock, int blockCount, boolean unwritten)
      throws IOException {
    row("extent", level).number("logical", logicalBlock * blockSize);
    json.number("physical", physicalBlock * blockSize);
    json.number("length", (long) blockCount * blockSize).beginArray("flags");
    if (unwritten) {
      json.element("unwritten");
    }
    json.endArray().endObject();
  }

  private JsonDocument row(String kind, int level) throws IOException {
    return json.beginRow().text("kind", kind).number("level", level);
  }
}
