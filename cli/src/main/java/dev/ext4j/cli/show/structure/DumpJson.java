package dev.ext4j.cli.show.structure;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.inspect.DumpedStructure;
import dev.ext4j.fs.inspect.StructureDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/** A dump of structures as fields of a JSON document. */
public final class DumpJson {
  private final JsonDocument json;
  private final int blockSize;

  /** Creates a writer of dumps of a file system with blocks of a size in bytes. */
  public DumpJson(JsonDocument json, int blockSize) {
    this.json = json;
    this.blockSize = blockSize;
  }

  /** Writes the structures, and the bytes if there are no structures. */
  public void write(StructureDump dump) throws IOException {
    heading(dump);
    json.beginArray("structures");
    for (DumpedStructure structure : dump.structures()) {
      json.beginRow().text("name", structure.name()).text("label", structure.label());
      json.number("block", structure.block()).number("offset", structure.byteOffset());
      fields(structure);
      problems(json, structure.problems());
      json.endObject();
    }
    json.endArray();
    if (dump.structures().isEmpty()) {
      bytes(dump);
    }
  }

  /** Writes the bytes. */
  public void writeRaw(StructureDump dump) throws IOException {
    heading(dump);
    bytes(dump);
  }

  private void heading(StructureDump dump) throws IOException {
    json.text("kind", dump.kindName()).text("description", dump.description());
    json.number("block", dump.block()).number("block_size", blockSize);
    json.number("offset", dump.byteOffset());
    json.number("image_offset", dump.block() * blockSize + dump.byteOffset());
    problems(json, dump.problems());
  }

  private void fields(DumpedStructure structure) throws IOException {
    json.beginArray("fields");
    for (DumpedField field : structure.fields()) {
      json.beginRow().text("name", field.name()).number("offset", field.byteOffset());
      json.number("size", field.byteCount()).text("value", field.value());
      json.text("meaning", field.meaning()).endObject();
    }
    json.endArray();
  }

  private void bytes(StructureDump dump) throws IOException {
    ByteBuffer bytes = dump.bytes();
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    json.text("bytes_base64", Base64.getEncoder().encodeToString(copy));
  }

  static void problems(JsonDocument json, List<String> problems) throws IOException {
    json.beginArray("problems");
    for (String problem : problems) {
      json.element(problem);
    }
    json.endArray();
  }
}
