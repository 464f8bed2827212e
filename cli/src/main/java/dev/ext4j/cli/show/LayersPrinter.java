package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A mapping in two layers side by side: the mapping on disk and the extent status tree. A row ends
 * where either layer changes.
 */
public final class LayersPrinter {
  private static final int WIDTH = 10;
  private static final int STATE_WIDTH = 10;

  private final long blockSize;
  private final long unit;
  private final List<Mapping> known = new ArrayList<>();
  private int at;
  private long shown;

  /** A receiver of the rows. Positions and lengths are in blocks. */
  private interface Rows {
    void row(long first, long count, Mapping disk, @Nullable Mapping known) throws IOException;
  }

  /**
   * Creates a printer of one file, which can be used once.
   *
   * @param blockSize the block size in bytes
   * @param unit the unit of positions and lengths in text, in bytes, at least 1; in JSON they are
   *     always in bytes
   */
  public LayersPrinter(long blockSize, long unit) {
    this.blockSize = blockSize;
    this.unit = unit;
  }

  /**
   * Prints both layers as text. A row ends with {@code differs} if the layers contradict each
   * other. This method loads nothing into the status tree, so the caller loads the mapping first.
   */
  public void print(Output out, Ext4File file) throws IOException {
    out.right("logical", 2 * WIDTH + 2).right("length", WIDTH).text("  ");
    out.left("disk", STATE_WIDTH).right("physical", WIDTH).text("  ");
    out.left("es", STATE_WIDTH).right("physical", WIDTH).line();
    walk(
        file,
        (first, count, disk, entry) -> {
          out.number(scaled(first), WIDTH).text("..");
          out.number(scaled(first + count) - 1, WIDTH).number(scaled(count), WIDTH).text("  ");
          side(out, disk, first);
          out.text("  ");
          side(out, entry, first);
          boolean agree = entry == null || agree(disk, entry);
          out.line(agree ? "" : "  differs");
        });
  }

  private long scaled(long blocks) {
    return blocks * blockSize / unit;
  }

  private void side(Output out, @Nullable Mapping run, long first) throws IOException {
    if (run == null) {
      out.left("-", STATE_WIDTH).right("-", WIDTH);
      return;
    }
    out.left(name(run.state()), STATE_WIDTH);
    if (run.isAllocated()) {
      out.number(scaled(run.physicalBlock() + first - run.logicalBlock()), WIDTH);
    } else {
      out.right("-", WIDTH);
    }
  }

  private static String name(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns whether the two layers do not contradict each other. A delayed range must be a hole on
   * disk.
   */
  private static boolean agree(Mapping disk, Mapping entry) {
    if (entry.state() == State.DELAYED) {
      return disk.state() == State.HOLE;
    }
    return disk.agreesWith(entry);
  }

  /**
   * Writes both layers as the array {@code layers}. This method loads nothing into the status tree,
   * so the caller loads the mapping first.
   */
  public void write(JsonDocument json, Ext4File file) throws IOException {
    json.beginArray("layers");
    walk(
        file,
        (first, count, disk, entry) -> {
          json.beginRow().number("logical", first * blockSize).number("length", count * blockSize);
          side(json, "disk", disk, first);
          if (entry != null) {
            side(json, "es", entry, first);
          }
          json.endObject();
        });
    json.endArray();
  }

  private void side(JsonDocument json, String key, Mapping run, long first) throws IOException {
    json.beginObject(key).text("state", name(run.state()));
    if (run.isAllocated()) {
      json.number("physical", (run.physicalBlock() + first - run.logicalBlock()) * blockSize);
    }
    json.endObject();
  }

  private void walk(Ext4File file, Rows rows) throws IOException {
    file.inspect()
        .status(
            (logical, physical, count, state) -> {
              known.add(new Mapping(logical, physical, count, state));
              return true;
            });
    file.inspect()
        .map(
            Holes.SHOWN,
            (logical, physical, count, state) -> {
              disk(new Mapping(logical, physical, count, state), rows);
              shown = logical + count;
              return true;
            });
    // After the end of the mapping on disk, only ranges that are not holes get a row.
    for (; at < known.size(); at++) {
      Mapping entry = known.get(at);
      if (entry.state() != State.HOLE && entry.logicalEnd() > shown) {
        long first = Math.max(shown, entry.logicalBlock());
        long count = entry.logicalEnd() - first;
        rows.row(first, count, Mapping.hole(first, count), entry);
      }
    }
  }

  private void disk(Mapping run, Rows rows) throws IOException {
    long first = run.logicalBlock();
    while (first < run.logicalEnd()) {
      while (at < known.size() && known.get(at).logicalEnd() <= first) {
        at++;
      }
      Mapping entry = at < known.size() ? known.get(at) : null;
      boolean here = entry != null && entry.logicalBlock() <= first;
      long end = run.logicalEnd();
      if (entry != null) {
        end = Math.min(end, here ? entry.logicalEnd() : entry.logicalBlock());
      }
      rows.row(first, end - first, run, here ? entry : null);
      first = end;
    }
  }
}
