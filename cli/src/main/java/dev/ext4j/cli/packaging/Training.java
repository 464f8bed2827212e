package dev.ext4j.cli.packaging;

import dev.ext4j.cli.Ext4j;
import dev.ext4j.cli.Main;
import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.cli.invocation.Console;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.text.CommandLineBytes;
import dev.ext4j.fs.Fsck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * A program of the build that runs most commands on the sample image. It makes the JVM load the
 * classes that the commands need, so that a class-data archive can be made of these classes.
 */
public final class Training {
  private static final String FILE = "/data.bin";

  private final String image;

  private Training(String image) {
    this.image = image;
  }

  /**
   * Runs the commands on a copy of the sample image. The only argument is the path of that copy.
   */
  public static void main(String[] args) throws IOException {
    // Every run of the program begins and ends with signals, the standard streams, and arguments
    // that the JVM may have decoded wrongly.
    Main.run(new String[] {"--version"});
    CommandLineBytes.restore(new String[] {"?"});
    Path image = Path.of(args[0]);
    load(Fsck.class, "dev/ext4j/fs/fsck/", "dev/ext4j/fs/format/", "dev/ext4j/fs/model/");
    SampleImage.unpack(image);
    new Training(args[0]).run();
    Files.delete(image);
  }

  /**
   * Loads all classes in some folders of a jar, including those that the check of the small sample
   * image does not use.
   */
  private static void load(Class<?> inJar, String... folders) throws IOException {
    URL jar = inJar.getProtectionDomain().getCodeSource().getLocation();
    try (JarFile file = new JarFile(Path.of(jar.toURI()).toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        String name = entry.getName();
        if (name.endsWith(".class") && Arrays.stream(folders).anyMatch(name::startsWith)) {
          String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          Class<?> unused = Class.forName(type, false, inJar.getClassLoader());
        }
      }
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private void run() throws IOException {
    expect(0, "", "info", image);
    expect(0, "", "info", "--json", image);
    expect(0, "", "ls", image);
    expect(0, "", "ls", "-ilR", image, "/");
    expect(0, "", "ls", "-R", "--json", image);
    expect(0, "", "stat", image, FILE);
    expect(0, "", "stat", "--json", image + ":/dir/link-to-hello");
    expect(0, "", "cat", image, "/dir/link-to-hello");
    expect(0, "", "cat", image, FILE);
    expect(0, "", "map", "--holes", image, FILE);
    expect(0, "", "map", "--json", image, FILE);
    expect(0, "", "map", "--tree", image, FILE);
    expect(0, "", "punch", "--dry-run", image, FILE, "300000", "100000");
    expect(0, "", "punch", "--json", image, FILE, "300000", "100000");
    expect(0, "0123456789", "write", image, FILE, "4000");
    expect(0, "", "fallocate", "--keep-size", image, FILE, "8M", "1M");
    expect(0, "", "zero", image, FILE, "16384", "8192");
    expect(0, "", "insert", image, FILE, "64K", "64K");
    expect(0, "", "collapse", image, FILE, "128K", "64K");
    expect(0, "", "truncate", image, FILE, "900000");
    expect(0, "punch " + FILE + " 8K..12K\n", "batch", image, "-f", "-");
    expect(0, "", "fsck", "-v", image);
    expect(0, "", "fsck", "--json", image);
    expect(0, "", "journal", "info", image);
    expect(0, "", "journal", "log", "--json", image);
    expect(0, "", "--version");
    expect(0, "", "help", "map");
    expect(1, "", "stat", image, "/no-such-file");
    expect(2, "", "stat", "--jsn", image, FILE);
  }

  private void expect(int status, String input, String... args) throws IOException {
    InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Output out = new Output(Channels.newChannel(new ByteArrayOutputStream()), false);
    Output err = new Output(Channels.newChannel(said), false);
    int actual = new Ext4j(new Console(in, out, err, true)).run(args);
    if (actual != status) {
      throw new IOException(
          Arrays.toString(args)
              + ": exit status "
              + actual
              + ": "
              + said.toString(StandardCharsets.UTF_8));
    }
  }
}
