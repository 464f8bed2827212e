package dev.ext4j.cli.show;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.model.FileStat;
import java.io.IOException;

/** A mapping as rows of a JSON array. Positions and lengths are in bytes. */
public final class MapJson extends MappingRuns {
  private static final SerializableString LOGICAL = new SerializedString("logical");
  private static final SerializableString PHYSICAL = new SerializedString("physical");
  private static final SerializableString LENGTH = new SerializedString("length");
  private static final SerializableString FLAGS = new SerializedString("flags");
  private static final SerializableString LAST = new SerializedString("last");
  private static final SerializableString HOLE = new SerializedString("hole");
  private static final SerializableString NOT_ALIGNED = new SerializedString("not_aligned");
  private static final SerializableString INLINE = new SerializedString("inline");
  private static final SerializableString UNWRITTEN = new SerializedString("unwritten");
  private static final SerializableString MERGED = new SerializedString("merged");
  private static final SerializableString EOF = new SerializedString("eof");

  private final JsonDocument document;
  private final JsonGenerator json;

  /**
   * Creates a printer of one file, which can be used once.
   *
   * @param stat the attributes of the file
   * @param blockSize the block size in bytes
   */
  public MapJson(JsonDocument document, FileStat stat, int blockSize) {
    super(stat, blockSize);
    this.document = document;
    this.json = document.generator();
  }

  /**
   * Writes the mapping as the array {@code extents}.
   *
   * @param file the file to which the attributes belong
   */
  public void write(Ext4File file, Holes holes) throws IOException {
    document.beginArray("extents");
    walk(file, holes);
    document.endArray();
  }

  @Override
  void row(boolean last) throws IOException {
    document.beginRow();
    json.writeFieldName(LOGICAL);
    json.writeNumber(logical);
    json.writeFieldName(PHYSICAL);
    if (state == State.HOLE || state == State.INLINE) {
      json.writeNull();
    } else {
      json.writeNumber(physical);
    }
    json.writeFieldName(LENGTH);
    json.writeNumber(length);
    json.writeFieldName(FLAGS);
    json.writeStartArray();
    flag(last, LAST);
    flag(state == State.HOLE, HOLE);
    flag(state == State.INLINE, NOT_ALIGNED);
    flag(state == State.INLINE, INLINE);
    flag(state == State.UNWRITTEN, UNWRITTEN);
    flag(isMerged(), MERGED);
    flag(reachesEnd() && state != State.HOLE, EOF);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void flag(boolean set, SerializableString name) throws IOException {
    if (set) {
      json.writeString(name);
    }
  }
}
