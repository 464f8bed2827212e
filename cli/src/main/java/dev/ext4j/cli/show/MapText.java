package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.FileStat;
import java.io.IOException;

/** A mapping in the columns of {@code filefrag -v}, with the flag names of filefrag. */
public final class MapText extends MappingRuns {
  private static final int LOGICAL_WIDTH = 8;
  private static final int PHYSICAL_WIDTH = 10;
  private static final int LENGTH_WIDTH = 6;
  private static final int INDEX_WIDTH = 4;
  private static final String HOLE_COLUMNS = "         -..         -: ";

  private static final String[] FLAGS = {
    "last", "not_aligned,inline", "unwritten", "merged", "eof"
  };

  private final Output out;
  private final String name;
  private final long unit;
  private long index;
  private long extents;
  private long previousLogical;
  private long previousPhysical;
  private long previousLength;

  /**
   * Creates a printer of one file, which can be used once.
   *
   * @param name the file as the user wrote it
   * @param stat the attributes of the file
   * @param blockSize the block size in bytes
   * @param unit the unit of the printed numbers in bytes, at least 1
   */
  public MapText(Output out, String name, FileStat stat, int blockSize, long unit) {
    super(stat, blockSize);
    this.out = out;
    this.name = name;
    this.unit = unit;
  }

  /**
   * Prints a heading, a row for each run of the mapping, and the number of extents.
   *
   * @param file the file to which the attributes belong
   */
  public void print(Ext4File file, Holes holes) throws IOException {
    long blocks = stat.size() / unit + (stat.size() % unit == 0 ? 0 : 1);
    out.text("File size of ").name(name).text(" is ").number(stat.size()).text(" (");
    out.number(blocks).text(blocks == 1 ? " block of " : " blocks of ");
    out.number(unit).line(" bytes)");
    out.text(" ext: ").right("logical_offset: ", LOGICAL_WIDTH * 2 + 4);
    out.right("physical_offset: ", PHYSICAL_WIDTH * 2 + 4);
    out.text("length: ").right("expected: ", PHYSICAL_WIDTH + 2).line("flags:");
    walk(file, holes);
    out.name(name)
        .text(": ")
        .number(extents)
        .line(extents == 1 ? " extent found" : " extents found");
  }

  @Override
  void row(boolean last) throws IOException {
    boolean inline = state == State.INLINE;
    long divisor = inline ? 1 : unit;
    out.number(index++, INDEX_WIDTH).text(": ");
    range(logical, divisor, LOGICAL_WIDTH);
    if (state == State.HOLE) {
      out.text(HOLE_COLUMNS);
    } else {
      range(physical, divisor, PHYSICAL_WIDTH);
    }
    out.number(length / divisor, LENGTH_WIDTH).text(": ");
    if (state == State.HOLE) {
      out.blanks(PHYSICAL_WIDTH + 2).text(last ? "last,hole" : "hole");
    } else {
      expected(hasFlags(last));
      flags(last);
    }
    out.line();
  }

  private void range(long start, long divisor, int width) throws IOException {
    out.number(start / divisor, width).text("..");
    out.number((start + length - 1) / divisor, width).text(": ");
  }

  /** Prints the block at which filefrag expects the extent, if the extent is elsewhere. */
  private void expected(boolean blankFollows) throws IOException {
    long dense = previousPhysical + previousLength;
    long wanted = previousPhysical + logical - previousLogical;
    boolean jump = logical != 0 && physical != wanted && physical != dense;
    if (jump || extents == 0) {
      extents++;
    }
    if (jump && wanted != 0 && state != State.INLINE) {
      out.number(wanted / unit, PHYSICAL_WIDTH).ascii(':');
    } else {
      out.blanks(PHYSICAL_WIDTH + 1);
    }
    if (blankFollows) {
      out.ascii(' ');
    }
    previousLogical = logical;
    previousPhysical = physical;
    previousLength = length;
  }

  private void flags(boolean last) throws IOException {
    String separator = "";
    for (int i = 0; i < FLAGS.length; i++) {
      if (isSet(i, last)) {
        out.text(separator).text(FLAGS[i]);
        separator = ",";
      }
    }
  }

  private boolean hasFlags(boolean last) {
    for (int i = 0; i < FLAGS.length; i++) {
      if (isSet(i, last)) {
        return true;
      }
    }
    return false;
  }

  private boolean isSet(int flag, boolean last) {
    return switch (flag) {
      case 0 -> last;
      case 1 -> state == State.INLINE;
      case 2 -> state == State.UNWRITTEN;
      case 3 -> isMerged();
      default -> reachesEnd();
    };
  }
}
