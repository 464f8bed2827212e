package dev.ext4j.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.command.Commands;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Holds the documents of all commands to the schemas in docs/schema. */
class JsonSchemaTest {
  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Pattern NAME = Pattern.compile("\"(ext4j\\.[a-z.-]+/1)\"");

  /** The keys that no document of this test has, each with the reason. */
  private static final Map<String, String> NOT_MET =
      Map.of(
          "ext4j.crash-sweep/1 failures[].kept_base64",
          "Java makes no file for --keep whose name is not UTF-8",
          "ext4j.crash-sweep/1 fault_before_command_base64",
          "the fault is what e2fsck says, which escapes names",
          "ext4j.ls/1 entries[].error_base64",
          "no reason quotes the name");

  @TempDir static Path folder;
  private static JsonSchemas schemas;
  private static DocumentLog log;

  @BeforeAll
  static void runCommands() throws IOException {
    schemas = JsonSchemas.load();
    log = new DocumentLog(schemas);
    new GoldenDocuments(log, folder).run();
  }

  @Test
  void goldenImages_everyDocument_fitsItsSchema() {
    assertThat(log.faults()).isEmpty();
    assertThat(log.documents()).hasSizeGreaterThan(300);
  }

  @Tag("oracle")
  @Test
  void allImages_everyKey_isMet() throws IOException {
    Oracles.requireE2fsprogs();
    Oracles.requireMount(ImageKinds.FAST_COMMIT);
    MadeDocuments.run(log);
    assertThat(log.faults()).isEmpty();
    assertThat(log.missed()).isEqualTo(new TreeSet<>(NOT_MET.keySet()));
  }

  @Test
  void document_withAnotherKeyOrWithoutOne_isRefused() {
    Set<String> tried = new TreeSet<>();
    for (JsonNode document : log.documents()) {
      String name = JsonSchemas.nameOf(document);
      if (tried.add(name)) {
        ObjectNode more = ((ObjectNode) document).deepCopy().put("surprise", 1);
        assertThat(schemas.errors(more)).as(name).isNotEmpty();
        for (JsonNode required : schemas.node(name).path("required")) {
          ObjectNode less = ((ObjectNode) document).deepCopy();
          less.remove(required.asString());
          assertThat(required.asString().equals("schema") || !schemas.errors(less).isEmpty())
              .as("%s without %s", name, required)
              .isTrue();
        }
      }
    }
    assertThat(tried).hasSizeGreaterThan(15);
  }

  @Test
  void everyCommandWithJson_wasRun() {
    Set<String> names = new TreeSet<>();
    for (CommandSyntax syntax : Commands.syntaxes()) {
      if (syntax.options().contains(ImageOptions.JSON)) {
        names.add(syntax.name());
      }
    }
    assertThat(names).contains("ls");
    assertThat(log.commands()).isEqualTo(names);
  }

  @Test
  void everyNameInTheSources_hasASchema() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Matcher name = NAME.matcher(Files.readString(file));
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
    for (String edit : List.of("write", "truncate", "fallocate", "zero", "collapse", "insert")) {
      names.add("ext4j." + edit + "/1");
    }
    assertThat(schemas.names()).isEqualTo(names);
  }

  @Test
  void everyObjectOfASchema_isClosedAndDescribed() {
    List<String> faults = new ArrayList<>();
    for (String name : schemas.names()) {
      JsonNode schema = schemas.node(name);
      requireClosed(name, schema, faults);
      for (SchemaKeys.Key key : SchemaKeys.of(schema)) {
        String path = name + " " + key.path();
        requireClosed(path, key.schema(), faults);
        requireClosed(path, key.schema().path("items"), faults);
        if (!key.description().endsWith(".") || JsonPage.presence(key).isEmpty()) {
          faults.add(path + ": " + key.description());
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  private static void requireClosed(String path, JsonNode schema, List<String> faults) {
    boolean closed = schema.path("additionalProperties").isBoolean();
    if (schema.path("type").asString("").equals("object") && !closed) {
      faults.add(path + ": is open");
    }
  }
}
