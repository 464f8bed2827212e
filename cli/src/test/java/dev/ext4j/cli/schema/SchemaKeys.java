package dev.ext4j.cli.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The keys of documents as paths, for example {@code entries[].path}. A key that is not fixed is an
 * asterisk.
 */
final class SchemaKeys {
  private static final String PROPERTIES = "properties";
  private static final String PATTERNS = "patternProperties";

  /**
   * A key in a schema.
   *
   * @param path the path of the key
   * @param schema the schema of its value
   * @param required whether the key is in each object that may have it
   */
  record Key(String path, JsonNode schema, boolean required) {
    String description() {
      return schema.path("description").asString("");
    }
  }

  private SchemaKeys() {}

  /** Returns the keys of a schema in their order. */
  static List<Key> of(JsonNode schema) {
    List<Key> keys = new ArrayList<>();
    collect(schema, "", keys);
    return keys;
  }

  private static void collect(JsonNode object, String prefix, List<Key> keys) {
    for (Map.Entry<String, JsonNode> property : object.path(PROPERTIES).properties()) {
      boolean required =
          object
              .path("required")
              .valueStream()
              .anyMatch(name -> name.asString().equals(property.getKey()));
      add(new Key(prefix + property.getKey(), property.getValue(), required), keys);
    }
    for (Map.Entry<String, JsonNode> pattern : object.path(PATTERNS).properties()) {
      add(new Key(prefix + "*", pattern.getValue(), false), keys);
    }
  }

  private static void add(Key key, List<Key> keys) {
    keys.add(key);
    collect(key.schema(), key.path() + ".", keys);
    collect(key.schema().path("items"), key.path() + "[].", keys);
  }

  /** Adds the paths of all keys that a valid document has. */
  static void met(JsonNode document, JsonNode schema, Set<String> paths) {
    met(document, schema, "", paths);
  }

  private static void met(JsonNode object, JsonNode schema, String prefix, Set<String> paths) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      JsonNode known = schema.path(PROPERTIES).path(field.getKey());
      boolean fixed = !known.isMissingNode();
      String path = prefix + (fixed ? field.getKey() : "*");
      JsonNode below = fixed ? known : schema.path(PATTERNS).values().iterator().next();
      paths.add(path);
      if (field.getValue().isArray()) {
        for (JsonNode element : field.getValue()) {
          met(element, below.path("items"), path + "[].", paths);
        }
      } else {
        met(field.getValue(), below, path + ".", paths);
      }
    }
  }
}
