package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of the files of the distribution, and of the archive that they are packed into. */
class DistributionIT {
  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("ext4j.distribution", "target/ext4j")).toAbsolutePath();
  private static final Path ARCHIVE = Path.of(System.getProperty("ext4j.archive", ""));
  private static final List<String> OWN_JARS = List.of("blockdev.jar", "cli.jar", "fs.jar");
  private static final Pattern NOTICE_OF_JARS = Pattern.compile("(?m)^  (\\S+)\\.jar ");
  private static final Pattern LICENCE_FILE = Pattern.compile("\\(([a-z0-9-]+\\.txt)\\)");

  @TempDir private Path folder;

  @Test
  void everyJarOfOthers_hasANoticeAndEveryLicenceTextIsShipped() throws IOException {
    String notice = Files.readString(DISTRIBUTION.resolve("NOTICE"));
    List<String> globs = matches(NOTICE_OF_JARS, notice);
    for (String jar : names(DISTRIBUTION.resolve("lib"), ".jar")) {
      if (!OWN_JARS.contains(jar)) {
        assertThat(globs)
            .as("notices for " + jar)
            .anyMatch(glob -> jar.matches(glob.replace("*", "[a-z-]*") + "\\.jar"));
      }
    }
    assertThat(matches(LICENCE_FILE, notice))
        .containsExactlyInAnyOrderElementsOf(
            names(DISTRIBUTION.resolve("share/doc/licenses"), ".txt"));
    assertThat(DISTRIBUTION.resolve("LICENSE")).content().contains("Apache License");
  }

  @Test
  void schemasOfJsonDocuments_areShippedWithTheirPage() throws IOException {
    Path documents = DISTRIBUTION.resolve("share/doc");
    assertThat(names(documents.resolve("schema"), ".json"))
        .contains("ls-1.json")
        .containsExactlyInAnyOrderElementsOf(names(Path.of("../docs/schema"), ".json"));
    assertThat(documents.resolve("JSON.md")).hasSameBinaryContentAs(Path.of("../docs/JSON.md"));
  }

  @Test
  void programJar_runByItself_findsAllOthers() throws IOException {
    Path jar = DISTRIBUTION.resolve("lib/cli.jar");
    try (JarFile file = new JarFile(jar.toFile())) {
      List<String> others = new ArrayList<>(names(DISTRIBUTION.resolve("lib"), ".jar"));
      others.remove("cli.jar");
      String classPath =
          file.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      assertThat(classPath.split(" ", -1)).containsExactlyInAnyOrderElementsOf(others);
    }
    ToolResult result = java("-jar", jar.toString(), "--version");
    assertThat(result.orFail().stdout()).startsWith("ext4j ");
  }

  private static ToolResult java(String... arguments) throws IOException {
    return ExternalTool.named("java").run(arguments);
  }

  @Test
  void archive_ofACopyWithOtherTimesAndModes_hasTheSameBytes() throws IOException {
    Path copy = folder.resolve("copy");
    tool("cp", "-r", DISTRIBUTION.toString(), copy.toString());
    tool("chmod", "-R", "go-rwx", copy.toString());
    Path again = folder.resolve("again.tar.gz");
    String name = ARCHIVE.getFileName().toString().replace(".tar.gz", "");
    tool("sh", "src/packaging/archive", copy.toString(), name, "2026-01-01T00:00:00Z", again + "");
    assertThat(again).hasSameBinaryContentAs(ARCHIVE);
  }

  @Test
  void archive_unpacked_runsTheProgram() throws IOException {
    tool("tar", "-C", folder.toString(), "-xzf", ARCHIVE.toString());
    Path home = folder.resolve(ARCHIVE.getFileName().toString().replace(".tar.gz", ""));
    assertThat(names(home.resolve("lib"), ".jar"))
        .isEqualTo(names(DISTRIBUTION.resolve("lib"), ".jar"));
    ToolResult result =
        ExternalTool.named("env")
            .withEnvironment("EXT4J_CDS", "off")
            .run(home.resolve("bin/ext4j").toString(), "--version");
    assertThat(result.orFail().stdout()).startsWith("ext4j ");
    assertThat(result.stderr()).isEmpty();
  }

  private static void tool(String name, String... arguments) throws IOException {
    ExternalTool.named(name).run(arguments).orFail();
  }

  private static List<String> matches(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** Returns the sorted names of the files in a folder that end in this way. */
  private static List<String> names(Path folder, String end) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(end))
          .sorted()
          .toList();
    }
  }
}
