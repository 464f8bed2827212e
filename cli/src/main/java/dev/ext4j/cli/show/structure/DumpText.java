package dev.ext4j.cli.show.structure;

import dev.ext4j.cli.output.Output;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.StructureDump;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** A dump of structures as text: a heading for each structure, and a line for each field. */
public final class DumpText {
  private static final int NAME_WIDTH = 26;
  private static final int VALUE_WIDTH = 20;
  private static final int LONGEST_VALUE = 2 * 16; // 16 bytes
  private static final String MORE = "...";

  private final Output out;

  /** Creates a printer of dumps. */
  public DumpText(Output out) {
    this.out = out;
  }

  /** Prints the structures. If there are none, prints the bytes. */
  public void print(StructureDump dump) throws IOException {
    heading(dump);
    problems(dump.problems());
    for (DumpedStructure structure : dump.structures()) {
      print(structure);
    }
    if (dump.structures().isEmpty()) {
      new HexText(out).print(dump.bytes(), dump.byteOffset());
    }
  }

  /** Prints the bytes. */
  public void printRaw(StructureDump dump) throws IOException {
    heading(dump);
    new HexText(out).print(dump.bytes(), dump.byteOffset());
  }

  private void heading(StructureDump dump) throws IOException {
    out.text("Block ").number(dump.block());
    if (dump.byteOffset() != 0) {
      out.text(" at byte ").number(dump.byteOffset());
    }
    out.text(": ").text(dump.kindName().replace('_', ' ')).text(" (");
    out.name(dump.description()).line(")");
  }

  private void print(DumpedStructure structure) throws IOException {
    out.text(structure.name());
    if (!structure.label().isEmpty()) {
      out.text(", ").name(structure.label());
    }
    out.text(", at byte ").number(structure.byteOffset()).line();
    for (DumpedField field : structure.fields()) {
      print(field);
    }
    problems(structure.problems());
  }

  private void print(DumpedField field) throws IOException {
    String value =
        field.value().length() > LONGEST_VALUE
            ? field.value().substring(0, LONGEST_VALUE) + MORE
            : field.value();
    out.text("  0x").text(String.format(Locale.ROOT, "%03x", field.byteOffset())).text("  ");
    if (field.meaning().isEmpty()) {
      out.left(field.name(), NAME_WIDTH).ascii(' ').line(value);
    } else {
      out.left(field.name(), NAME_WIDTH).ascii(' ').left(value, VALUE_WIDTH).ascii(' ');
      out.name(field.meaning()).line();
    }
  }

  private void problems(List<String> problems) throws IOException {
    for (String problem : problems) {
      out.text("  problem: ").name(problem).line();
    }
  }
}
