package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.inspect.PunchPlan;
import java.io.IOException;

/** The printer of the effect that a planned punch would have, as text and as JSON. */
public final class PunchPlanPrinter {
  private static final int WIDTH = 12;

  private PunchPlanPrinter() {}

  /**
   * Prints a plan as text.
   *
   * @param file the file as the user wrote it
   * @param blockSize the block size in bytes
   */
  public static void print(Output out, String file, PunchPlan plan, int blockSize)
      throws IOException {
    out.name(file).text(": bytes ").number(plan.byteOffset()).text(" to ");
    out.number(plan.byteOffset() + plan.byteCount()).text(" would be punched, ");
    out.number(plan.removedBlocks() * blockSize).text(" bytes (").number(plan.removedBlocks());
    out.line(" blocks) be freed");
    if (!plan.removed().isEmpty()) {
      out.line("extents that would go (logical, physical, length in blocks):");
      for (PunchPlan.Piece piece : plan.removed()) {
        out.number(piece.logicalBlock(), WIDTH).ascii(' ').number(piece.physicalBlock(), WIDTH);
        out.ascii(' ')
            .number(piece.blockCount(), WIDTH)
            .line(piece.unwritten() ? " unwritten" : "");
      }
    }
    for (PunchPlan.ByteRange edge : plan.zeroedEdges()) {
      out.text("would become zeros: bytes ").number(edge.byteOffset()).text(" to ");
      out.number(edge.byteOffset() + edge.byteCount()).line();
    }
    if (!plan.changedBlocks().isEmpty()) {
      out.line("blocks that would change:");
      for (PunchPlan.ChangedBlock block : plan.changedBlocks()) {
        out.number(block.physicalBlock(), WIDTH).ascii(' ').line(block.what());
      }
    }
    for (long block : plan.freedTreeBlocks()) {
      out.text("would be freed: block ").number(block).line(" of the extent tree");
    }
  }

  /**
   * Writes a plan as fields of the current object. All lengths and positions are in bytes, except
   * the block numbers of changed blocks and of freed tree blocks.
   *
   * @param blockSize the block size in bytes
   */
  public static void write(JsonDocument json, PunchPlan plan, int blockSize) throws IOException {
    json.number("offset", plan.byteOffset()).number("length", plan.byteCount());
    json.number("freed_bytes", plan.removedBlocks() * blockSize).number("block_size", blockSize);
    json.beginArray("extents");
    for (PunchPlan.Piece piece : plan.removed()) {
      json.beginRow().number("logical", piece.logicalBlock() * blockSize);
      json.number("physical", piece.physicalBlock() * blockSize);
      json.number("length", piece.blockCount() * blockSize).beginArray("flags");
      if (piece.unwritten()) {
        json.element("unwritten");
      }
      json.endArray().endObject();
    }
    json.endArray().beginArray("zeroed");
    for (PunchPlan.ByteRange edge : plan.zeroedEdges()) {
      json.beginRow().number("offset", edge.byteOffset()).number("length", edge.byteCount());
      json.endObject();
    }
    json.endArray().beginArray("changed_blocks");
    for (PunchPlan.ChangedBlock block : plan.changedBlocks()) {
      json.beginRow().number("block", block.physicalBlock());
      json.number("physical", block.physicalBlock() * blockSize).text("what", block.what());
      json.endObject();
    }
    json.endArray().beginArray("freed_tree_blocks");
    for (long block : plan.freedTreeBlocks()) {
      json.element(block);
    }
    json.endArray();
  }
}
