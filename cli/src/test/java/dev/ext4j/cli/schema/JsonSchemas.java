package dev.ext4j.cli.schema;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The schemas in docs/schema, by the names that documents begin with, for example ext4j.ls/1. */
final class JsonSchemas {
  /** The folder of the schemas, seen from the folder of the module. */
  static final Path FOLDER = Path.of("..", "docs", "schema");

  private static final String SUFFIX = "-1.json";

  private final Map<String, Schema> schemas = new TreeMap<>();
  private final ObjectMapper mapper = new ObjectMapper();

  private JsonSchemas() {}

  /** Reads all schemas. */
  static JsonSchemas load() throws IOException {
    JsonSchemas all = new JsonSchemas();
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(SUFFIX, "");
        all.schemas.put(
            "ext4j." + name + "/1", registry.getSchema(Files.readString(file), InputFormat.JSON));
      }
    }
    return all;
  }

  /** Returns the names of all schemas in their order. */
  Set<String> names() {
    return schemas.keySet();
  }

  /** Returns the text of a schema as a tree. */
  JsonNode node(String name) {
    return schema(name).getSchemaNode();
  }

  private Schema schema(String name) {
    return Objects.requireNonNull(schemas.get(name), () -> "no schema for " + name);
  }

  /** Returns a document as a tree. */
  JsonNode parse(String document) {
    return mapper.readTree(document);
  }

  /** Returns the name of the schema of a document. */
  static String nameOf(JsonNode document) {
    return document.path("schema").asString();
  }

  /** Returns what is wrong with a document according to its schema. */
  List<String> errors(JsonNode document) {
    return schema(nameOf(document)).validate(document).stream().map(Object::toString).toList();
  }
}
