package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of a program on the module path, which uses only what the modules export. */
class ModulePathIT {
  private static final Path JARS = Path.of("target", "ext4j", "lib");

  /** What the command line needs beside the library. */
  private static final Set<String> OF_THE_COMMAND_LINE =
      Set.of("cli.jar", "picocli.jar", "jackson-core.jar");

  private static final String PROGRAM =
      """
      package user;

      import dev.ext4j.fs.*;
      import dev.ext4j.fs.inspect.*;
      import dev.ext4j.fs.model.*;
      import java.nio.ByteBuffer;
      import java.nio.file.Path;

      public class Main {
        public static void main(String[] words) throws Exception {
          int[] events = {0};
          Tracer tracer =
              new Tracer() {
                public boolean hears(TraceEvent.Kind kind) {
                  return true;
                }

                public void hear(TraceEvent event) {
                  events[0]++;
                }
              };
          OpenOptions options = OpenOptions.builder().writable(true).tracer(tracer).build();
          try (Ext4FileSystem fs = Ext4FileSystem.open(Path.of(words[0]), options)) {
            StringBuilder names = new StringBuilder();
            fs.inodes()
                .list(
                    Inodes.ROOT,
                    0,
                    (name, inode, type, next) -> {
                      names.append(name).append(' ');
                      return true;
                    });
            Ext4File file = fs.file("/data.bin");
            int count = file.read(0, ByteBuffer.allocate(100));
            file.punch(0, 65536, ProgressListener.NONE);
            System.out.println(names + "" + count + " " + (events[0] > 10));
          }
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void program_listsReadsPunchesAndTraces() throws IOException {
    Path source = Files.createDirectories(folder.resolve("source/user"));
    Path module = folder.resolve("source/module-info.java");
    Files.writeString(module, "module user.of.ext4j { requires dev.ext4j.fs; }");
    Path main = Files.writeString(source.resolve("Main.java"), PROGRAM);
    Path classes = folder.resolve("classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    boolean compiled =
        compiler
            .getTask(
                messages,
                null,
                null,
                List.of("--release", "17", "-d", classes.toString(), "--module-path", jars()),
                null,
                compiler
                    .getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)
                    .getJavaFileObjects(module, main))
            .call();
    assertThat(compiled).as(messages.toString()).isTrue();
    Path image = folder.resolve("sample.img");
    SampleImage.unpack(image);
    ToolResult result =
        ExternalTool.named("java")
            .run(
                "--module-path",
                classes + ":" + jars(),
                "-m",
                "user.of.ext4j/user.Main",
                "" + image);
    assertThat(result.exitCode()).as(result.toString()).isZero();
    assertThat(result.stdout())
        .contains(". .. lost+found")
        .contains("data.bin")
        .endsWith("100 true\n");
  }

  private static String jars() throws IOException {
    try (Stream<Path> all = Files.list(JARS)) {
      return all.filter(jar -> jar.toString().endsWith(".jar"))
          .filter(jar -> !OF_THE_COMMAND_LINE.contains(jar.getFileName().toString()))
          .map(jar -> jar.toAbsolutePath().toString())
          .sorted()
          .collect(Collectors.joining(":"));
    }
  }
}
