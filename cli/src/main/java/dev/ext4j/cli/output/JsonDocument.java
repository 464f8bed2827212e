package dev.ext4j.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.util.JsonGeneratorDelegate;
import dev.ext4j.cli.text.RawText;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;

/**
 * A JSON document that begins with the name of its schema. It is written as a stream, and is never
 * in memory as a whole. Objects in arrays are on separate lines. The text is proper Unicode, which
 * every reader accepts. In a name that is not UTF-8, each invalid byte becomes U+FFFD, and the name
 * is repeated as base64 of its bytes.
 */
public final class JsonDocument implements AutoCloseable {
  private static final char UNKNOWN = '\uFFFD';

  private final Output output;
  private final JsonGenerator rows;
  private final JsonGenerator json;
  private final String beforeRow;

  /** Begins a document. */
  public JsonDocument(Output output, String schema) throws IOException {
    this(output, schema, "\n");
  }

  /** Begins a document that takes one line, for an output with one document in each line. */
  public static JsonDocument inOneLine(Output output, String schema) throws IOException {
    return new JsonDocument(output, schema, "");
  }

  private JsonDocument(Output output, String schema, String beforeRow) throws IOException {
    this.beforeRow = beforeRow;
    this.output = output;
    this.rows = new JsonFactory().createGenerator(output.asStream());
    this.json = new ProperUnicode(rows);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.writeStartObject();
    text("schema", schema);
  }

  /**
   * A generator that writes U+FFFD in place of each lone surrogate. A lone surrogate represents a
   * byte that is not UTF-8 in text from images and command lines.
   */
  private static final class ProperUnicode extends JsonGeneratorDelegate {
    ProperUnicode(JsonGenerator below) {
      super(below);
    }

    @Override
    public void writeString(String text) throws IOException {
      super.writeString(proper(text));
    }

    private static String proper(String text) {
      StringBuilder changed = null;
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          if (i + 1 < text.length()
              && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
            i++;
          } else {
            changed = changed == null ? new StringBuilder(text) : changed;
            changed.setCharAt(i, UNKNOWN);
          }
        }
      }
      return changed == null ? text : changed.toString();
    }
  }

  /**
   * Returns the underlying generator, for a loop that writes a million rows. All text written to it
   * must be proper Unicode.
   */
  public JsonGenerator generator() {
    return rows;
  }

  /** Writes a field with text. */
  public JsonDocument text(String key, String value) throws IOException {
    json.writeStringField(key, value);
    return this;
  }

  /** Writes a field with a name that is encoded as {@link RawText} does it. */
  public JsonDocument name(String key, String value) throws IOException {
    text(key, value);
    return RawText.hasEscapes(value)
        ? text(key + "_base64", Base64.getEncoder().encodeToString(RawText.encode(value)))
        : this;
  }

  /** Writes a field with a number. */
  public JsonDocument number(String key, long value) throws IOException {
    json.writeNumberField(key, value);
    return this;
  }

  /** Writes a field with an unsigned number of 64 bits. */
  public JsonDocument unsigned(String key, long value) throws IOException {
    json.writeFieldName(key);
    json.writeNumber(Long.toUnsignedString(value));
    return this;
  }

  /** Writes a field that is true or false. */
  public JsonDocument flag(String key, boolean value) throws IOException {
    json.writeBooleanField(key, value);
    return this;
  }

  /** Writes a point in time as two fields: the seconds since 1970, and the nanoseconds. */
  public JsonDocument time(String key, Instant time) throws IOException {
    return number(key, time.getEpochSecond()).number(key + "_nsec", time.getNano());
  }

  /** Begins an array as the value of a field. */
  public JsonDocument beginArray(String key) throws IOException {
    json.writeArrayFieldStart(key);
    return this;
  }

  /** Ends an array. */
  public JsonDocument endArray() throws IOException {
    json.writeEndArray();
    return this;
  }

  /** Begins an object as the value of a field. */
  public JsonDocument beginObject(String key) throws IOException {
    json.writeObjectFieldStart(key);
    return this;
  }

  /** Begins an object in an array, on a new line. */
  public JsonDocument beginRow() throws IOException {
    json.writeRaw(beforeRow);
    json.writeStartObject();
    return this;
  }

  /** Ends an object. */
  public JsonDocument endObject() throws IOException {
    json.writeEndObject();
    return this;
  }

  /** Writes a string as an element of an array. */
  public JsonDocument element(SerializableString value) throws IOException {
    json.writeString(value);
    return this;
  }

  /** Writes a string as an element of an array. */
  public JsonDocument element(String value) throws IOException {
    json.writeString(value);
    return this;
  }

  /** Writes a number as an element of an array. */
  public JsonDocument element(long value) throws IOException {
    json.writeNumber(value);
    return this;
  }

  /** Ends the document. Without this call a reader finds an incomplete document. */
  public void finish() throws IOException {
    json.writeEndObject();
    json.flush();
    output.line();
  }

  /** Releases the buffers. This method does not end the document. */
  @Override
  public void close() throws IOException {
    json.flush();
    json.close();
  }
}
