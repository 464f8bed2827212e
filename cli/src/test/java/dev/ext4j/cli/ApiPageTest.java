package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.image.SampleImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles and runs each example of docs/API.md, and of the Java part of README.md. */
class ApiPageTest {
  private static final Path CHECKOUT = Path.of("..");
  private static final int FEWEST = 10;

  @TempDir private Path folder;

  static Stream<Arguments> examples() throws IOException {
    List<String> blocks = blocks(CHECKOUT.resolve("docs/API.md"));
    assertThat(blocks).hasSizeGreaterThan(FEWEST);
    String imports = blocks.get(0);
    return blocks.stream().skip(1).map(block -> Arguments.of(firstLine(block), imports, block));
  }

  private static String firstLine(String block) {
    return block.lines().findFirst().orElse("");
  }

  /** Returns the Java blocks of a page, the imports first. */
  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    StringBuilder block = null;
    for (String line : Files.readAllLines(page)) {
      if (block == null && line.startsWith("```java")) {
        block = new StringBuilder();
      } else if (block != null && line.equals("```")) {
        blocks.add(block.toString());
        block = null;
      } else if (block != null) {
        block.append(line).append('\n');
      }
    }
    return blocks;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void example_compilesAndRuns(String name, String imports, String body) throws Exception {
    Path source = folder.resolve("Example.java");
    Files.writeString(
        source,
        imports
            + "public class Example {\n  public static void run(Path image) throws Exception {\n"
            + body
            + "  }\n}\n");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of(
                    "-Xlint:all,-try,-processing",
                    "-d",
                    folder.toString(),
                    "-cp",
                    System.getProperty("java.class.path")),
                null,
                compiler
                    .getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)
                    .getJavaFileObjects(source))
            .call();
    assertThat(compiled).as("%s%n%s", messages, body).isTrue();
    Path image = folder.resolve("sample.img");
    SampleImage.unpack(image);
    PrintStream before = System.out;
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
      Method run = loader.loadClass("Example").getMethod("run", Path.class);
      run.invoke(null, image);
    } finally {
      System.setOut(before);
    }
  }
}
