package dev.ext4j.cli.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import dev.ext4j.cli.text.RawText;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;

/**
 * One JSON document, which begins with the name of its schema and is written as it comes: nothing
 * is kept. Objects in arrays stand on lines of their own. Names that are not UTF-8 keep their
 * bytes: as {@code \}{@code udcXX} in the text, which Python reads back with {@code
 * surrogateescape}, and once more as base64.
 */
public final class JsonDocument implements AutoCloseable {
  private static final int ASCII_ONLY = 127;
  private static final int ALL = 0;
  private static final String NEW_LINE = "\n";

  private final Output output;
  private final JsonGenerator json;

  /** Begins a document. */
  public JsonDocument(Output output, String schema) throws IOException {
    this.output = output;
    this.json = new JsonFactory().createGenerator(output.asStream());
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
    json.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    json.writeStartObject();
    text("schema", schema);
  }

  /** The generator below, for a loop that writes a million rows. */
  public JsonGenerator generator() {
    return json;
  }

  /** Writes a field with text that is known to be proper Unicode. */
  public JsonDocument text(String key, String value) throws IOException {
    json.writeStringField(key, value);
    return this;
  }

  /** Writes a field with a name in the spelling of {@link RawText}. */
  public JsonDocument name(String key, String value) throws IOException {
    json.writeFieldName(key);
    if (!RawText.hasEscapes(value)) {
      json.writeString(value);
      return this;
    }
    json.setHighestNonEscapedChar(ASCII_ONLY);
    json.writeString(value);
    json.setHighestNonEscapedChar(ALL);
    return text(key + "_base64", Base64.getEncoder().encodeToString(RawText.encode(value)));
  }

  /** Writes a field with a number. */
  public JsonDocument number(String key, long value) throws IOException {
    json.writeNumberField(key, value);
    return this;
  }

  /** Writes a field with a number of 64 bits without a sign. */
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

  /** Writes a point in time as two fields: seconds since 1970, and nanoseconds. */
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
    json.writeRaw(NEW_LINE);
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

  /** Ends the document. Without a call of {@link #finish} a reader finds it cut off. */
  public void finish() throws IOException {
    json.writeEndObject();
    json.flush();
    output.line();
  }

  /** Gives back buffers; writes nothing. */
  @Override
  public void close() throws IOException {
    json.flush();
    json.close();
  }
}
