package dev.ext4j.cli.schema;

import dev.ext4j.cli.ProgramRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** The documents that commands have printed in a test. */
final class DocumentLog {
  private static final String FAILURE = "ext4j.error/1";

  private final JsonSchemas schemas;
  private final Map<String, Set<String>> met = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private final List<JsonNode> documents = new ArrayList<>();
  private final Set<String> commands = new TreeSet<>();

  DocumentLog(JsonSchemas schemas) {
    this.schemas = schemas;
  }

  /** Runs a command and adds the one document that it prints. */
  void run(String... words) {
    add(ProgramRun.of(words).out(), words);
  }

  /**
   * Runs a command line without quotes, in which {@code IMG} is an image, and adds its document.
   */
  void line(String image, String line) {
    String[] words = line.split(" ", -1);
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].replace("IMG", image);
    }
    run(words);
  }

  /** Runs a command and adds each line that it prints as a document. */
  void runLines(String... words) {
    for (String line : ProgramRun.of(words).out().split("\n", -1)) {
      if (!line.isEmpty()) {
        add(line, words);
      }
    }
  }

  private void add(String text, String... words) {
    String command = String.join(" ", words);
    if (text.isEmpty()) {
      faults.add(command + ": prints no document");
      return;
    }
    JsonNode document = schemas.parse(text);
    String name = JsonSchemas.nameOf(document);
    if (!schemas.names().contains(name)) {
      faults.add(command + ": no schema for " + name);
      return;
    }
    documents.add(document);
    if (!name.equals(FAILURE)) {
      commands.add(words[0]);
    }
    List<String> errors = schemas.errors(document);
    if (!errors.isEmpty()) {
      faults.add(command + ": " + errors);
      return;
    }
    Set<String> keys = met.computeIfAbsent(name, key -> new TreeSet<>());
    SchemaKeys.met(document, schemas.node(name), keys);
  }

  /** Returns the commands whose documents do not fit their schemas. */
  List<String> faults() {
    return faults;
  }

  /** Returns the names of the commands that have printed more than a failure. */
  Set<String> commands() {
    return commands;
  }

  /** Returns the documents. */
  List<JsonNode> documents() {
    return documents;
  }

  /** Returns the keys of the schemas that no document has, each after the name of its schema. */
  Set<String> missed() {
    Set<String> missed = new TreeSet<>();
    for (String name : schemas.names()) {
      for (SchemaKeys.Key key : SchemaKeys.of(schemas.node(name))) {
        if (!met.getOrDefault(name, Set.of()).contains(key.path())) {
          missed.add(name + " " + key.path());
        }
      }
    }
    return missed;
  }
}
