package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the table of packages in docs/ARCHITECTURE.md against the packages of all modules. */
class LayoutPageTest {
  private static final Path CHECKOUT = Path.of("..");
  private static final int MOST_CLASSES = 25;
  private static final Pattern ROW = Pattern.compile("^\\|[^|]*\\| `\\.([a-z.0-9]+)` \\|(.*)\\|$");
  private static final Pattern REASON = Pattern.compile("^- `\\.([a-z.0-9]+)`: ");

  @Test
  void everyPackage_hasOneRow() throws IOException {
    assertThat(rows().keySet()).isEqualTo(classesByPackage().keySet());
  }

  @Test
  void packageOfManyClasses_hasAReason() throws IOException {
    Set<String> large = new TreeSet<>();
    classesByPackage()
        .forEach(
            (name, classes) -> {
              if (classes > MOST_CLASSES) {
                large.add(name);
              }
            });
    assertThat(reasons()).isEqualTo(large);
  }

  /** Returns the packages for which the page gives a reason why they have so many classes. */
  private static Set<String> reasons() throws IOException {
    Set<String> reasons = new TreeSet<>();
    for (String line : Files.readAllLines(CHECKOUT.resolve("docs/ARCHITECTURE.md"))) {
      Matcher reason = REASON.matcher(line);
      if (reason.find()) {
        reasons.add(reason.group(1));
      }
    }
    return reasons;
  }

  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new TreeMap<>();
    for (String line : Files.readAllLines(CHECKOUT.resolve("docs/ARCHITECTURE.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.find()) {
        assertThat(rows.put(row.group(1), row.group(2))).as("rows of %s", row.group(1)).isNull();
      }
    }
    return rows;
  }

  private static Map<String, Integer> classesByPackage() throws IOException {
    Map<String, Integer> classes = new TreeMap<>();
    for (String module : new String[] {"blockdev", "fs", "cli", "testimages"}) {
      count(CHECKOUT.resolve(module + "/src/main/java/dev/ext4j"), classes);
    }
    Map<String, Integer> simulated = new TreeMap<>();
    count(CHECKOUT.resolve("blockdev/src/test/java/dev/ext4j"), simulated);
    Integer ofTheTestJar = simulated.get("blockdev.sim");
    assertThat(ofTheTestJar).isNotNull();
    classes.put("blockdev.sim", ofTheTestJar);
    return classes;
  }

  private static void count(Path root, Map<String, Integer> classes) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .forEach(
              file ->
                  classes.merge(
                      root.relativize(file.getParent()).toString().replace('/', '.'),
                      1,
                      Integer::sum));
    }
  }
}
