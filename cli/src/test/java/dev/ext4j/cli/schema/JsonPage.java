package dev.ext4j.cli.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The page docs/JSON.md. Its first part is written by hand, and the tables after {@link #TABLES}
 * are made from the schemas.
 */
final class JsonPage {
  /** The page, seen from the folder of the module. */
  static final Path PAGE = Path.of("..", "docs", "JSON.md");

  /** The line after which the tables begin. */
  static final String TABLES = "## The documents\n";

  private static final String ONLY = "Only ";

  private JsonPage() {}

  /** Makes the tables of the page anew. */
  public static void main(String[] args) throws IOException {
    String page = Files.readString(PAGE);
    String head = page.substring(0, page.indexOf(TABLES) + TABLES.length());
    Files.writeString(PAGE, head + tables(JsonSchemas.load()));
  }

  /** Returns the sections of all schemas. */
  static String tables(JsonSchemas schemas) {
    StringBuilder text = new StringBuilder();
    for (String name : schemas.names()) {
      JsonNode schema = schemas.node(name);
      text.append("\n### ").append(name).append("\n\n");
      text.append(schema.path("title").asString()).append(".\n\n");
      text.append("| key | type | unit and meaning | when it is there |\n|---|---|---|---|\n");
      for (SchemaKeys.Key key : SchemaKeys.of(schema)) {
        text.append("| `").append(key.path()).append("` | ").append(type(key.schema()));
        text.append(" | ").append(meaning(key)).append(" | ").append(presence(key)).append(" |\n");
      }
    }
    return text.toString();
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isMissingNode()) {
      return "string";
    }
    if (type.isArray()) {
      return type.valueStream().map(JsonNode::asString).collect(Collectors.joining(" or "));
    }
    return type.asString().equals("array")
        ? "array of " + schema.path("items").path("type").asString() + "s"
        : type.asString();
  }

  private static String meaning(SchemaKeys.Key key) {
    String text = key.description();
    int condition = condition(text);
    String meaning = key.required() || condition < 0 ? text : text.substring(0, condition).strip();
    return meaning + values(key.schema()) + values(key.schema().path("items"));
  }

  private static String values(JsonNode schema) {
    JsonNode values = schema.path("enum");
    return values.isMissingNode()
        ? ""
        : values
            .valueStream()
            .map(value -> "`" + value.asString() + "`")
            .collect(Collectors.joining(", ", " Values: ", "."));
  }

  /** Returns the sentence that says when a key is there, without its end. */
  static String presence(SchemaKeys.Key key) {
    if (key.required()) {
      return "always";
    }
    int start = condition(key.description());
    if (start < 0) {
      return key.path().endsWith("*") ? "any number of keys" : "";
    }
    String sentence = key.description().substring(start);
    return sentence.substring(0, 1).toLowerCase(Locale.ROOT)
        + sentence.substring(1, sentence.length() - 1);
  }

  /** Returns the position of the sentence that says when a key is there, or -1. */
  private static int condition(String description) {
    int blank = description.lastIndexOf(" " + ONLY);
    return blank < 0 ? -1 : blank + 1;
  }
}
