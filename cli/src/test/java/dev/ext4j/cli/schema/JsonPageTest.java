package dev.ext4j.cli.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/JSON.md to the schemas. */
class JsonPageTest {
  private static final Pattern SCHEMA = Pattern.compile("`?(ext4j\\.[a-z.-]+/1)`?");

  @Test
  void tables_areThoseOfTheSchemas() throws IOException {
    String page = Files.readString(JsonPage.PAGE);
    String tables = page.substring(page.indexOf(JsonPage.TABLES) + JsonPage.TABLES.length());
    assertThat(tables)
        .as("the main method of JsonPage writes the tables anew, in the folder cli")
        .isEqualTo(JsonPage.tables(JsonSchemas.load()));
  }

  @Test
  void rules_nameOnlySchemasThatAre() throws IOException {
    String page = Files.readString(JsonPage.PAGE);
    Set<String> named = new TreeSet<>();
    Matcher name = SCHEMA.matcher(page.substring(0, page.indexOf(JsonPage.TABLES)));
    while (name.find()) {
      named.add(name.group(1));
    }
    assertThat(named).contains("ext4j.error/1").isSubsetOf(JsonSchemas.load().names());
  }
}
