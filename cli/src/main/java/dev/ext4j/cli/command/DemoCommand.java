package dev.ext4j.cli.command;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.ArgumentParser;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The command {@code ext4j demo}, which punches a hole into a sample image and proves the result.
 */
public final class DemoCommand implements Command {
  private static final OptionSyntax KEEP =
      OptionSyntax.flag("Keep the image for inspection.", "--keep");
  private static final String FILE = "/data.bin";
  private static final int HOLE_START = 300_000;
  private static final int HOLE_LENGTH = 1_500_000;

  /** The content of the file and the sizes that were found in the image. */
  private record State(ByteBuffer content, long freeBytes, long allocatedBytes) {}

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named(
            "demo", "Punches a hole into a file of a sample image and verifies the result.")
        .detail(
            "Works on a copy in the directory for temporary files and needs no special rights."
                + " 'demo race' shows what goes wrong if a page next to a hole is written back"
                + " while the hole is made, and what prevents it. It shows two threads step by"
                + " step, with and without the safeguards.")
        .variable("TMPDIR", "The folder for the sample image.")
        .variable("PATH", "The folders in which e2fsck is searched first.")
        .optional("race", "Show the race of a punch with writeback instead.")
        .completing(Completion.oneOf(List.of("race")))
        .option(KEEP)
        .option(ImageOptions.JSON)
        .example(
            "ext4j demo",
            "Maps a file, punches a hole, maps the file again and verifies the result.")
        .example("ext4j demo race", "Shows the founding race of this program in three acts.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Path folder = Files.createTempDirectory("ext4j-demo");
    Path image = folder.resolve("sample.img");
    try {
      SampleImage.unpack(image);
      return isRace(invocation) ? race(invocation, image) : show(invocation, image);
    } finally {
      if (!invocation.arguments().has(KEEP)) {
        Files.deleteIfExists(image);
        Files.delete(folder);
      }
    }
  }

  private static boolean isRace(Invocation invocation) throws UsageException {
    List<String> words = invocation.arguments().parametersFrom(0);
    boolean race = words.equals(List.of("race"));
    if (!race && !words.isEmpty()) {
      throw new UsageException("there is no demo '" + words.get(0) + "', only 'race'");
    }
    if (!race && invocation.arguments().has(ImageOptions.JSON)) {
      throw new UsageException("only 'demo race' has --json");
    }
    if (race && invocation.arguments().has(KEEP)) {
      throw new UsageException("'demo race' changes no image that could be kept");
    }
    return race;
  }

  private static int race(Invocation invocation, Path image) throws IOException, UsageException {
    DeviceAddress address = DeviceAddress.of(image.toString());
    try (BlockDevice sample = invocation.open(address, AccessMode.READ_ONLY)) {
      RaceShow show = new RaceShow(sample);
      return invocation.arguments().has(ImageOptions.JSON)
          ? show.write(invocation)
          : show.print(invocation);
    }
  }

  private static int show(Invocation invocation, Path image) throws IOException, UsageException {
    Output out = invocation.out();
    out.line("This demo punches a hole into a file of an ext4 image that is not mounted. The");
    out.line("image was made by mke2fs and filled by Linux. The demo works on this copy:");
    out.text("  ").name(image.toString()).line().line();
    String name = image.toString();
    State before = look(invocation, name);
    out.line("1. Show where the file is on the disk:").line();
    run(invocation, new MapCommand(), "map", name, FILE);
    out.line().line("2. Punch a hole that begins and ends inside a block:").line();
    String start = Integer.toString(HOLE_START);
    String length = Integer.toString(HOLE_LENGTH);
    run(invocation, new PunchCommand(), "punch", "-v", name, FILE, start, length);
    out.line().line("3. Show where the file is now:").line();
    run(invocation, new MapCommand(), "map", "--holes", name, FILE);
    out.line().line("4. Verify the result:").line();
    return check(invocation, name, before, look(invocation, name));
  }

  private static void run(Invocation invocation, Command command, String... words)
      throws IOException, UsageException {
    Output out = invocation.out();
    out.text("   $ ext4j").line(shown(words)).line();
    List<String> arguments = Arrays.asList(words).subList(1, words.length);
    command.run(invocation.with(ArgumentParser.parse(command.syntax(), arguments)));
  }

  private static String shown(String... words) {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(' ').append(word.endsWith("/sample.img") ? "sample.img" : word);
    }
    return line.toString();
  }

  private static State look(Invocation invocation, String name) throws IOException, UsageException {
    try (OpenImage image = OpenImage.forReading(invocation, name)) {
      Ext4File file = image.file(FILE);
      ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.stat().size()));
      while (content.hasRemaining() && file.read(content.position(), content) > 0) {
        // until the buffer is full
      }
      long free = image.fileSystem().info().freeBlockCount() * image.blockSize();
      return new State(content.flip(), free, file.stat().sectors() * 512);
    }
  }

  private static int check(Invocation invocation, String image, State before, State after)
      throws IOException {
    Output out = invocation.out();
    byte[] wanted = before.content().array().clone();
    byte[] found = after.content().array();
    int end = HOLE_START + HOLE_LENGTH;
    boolean outside =
        Arrays.equals(wanted, 0, HOLE_START, found, 0, HOLE_START)
            && Arrays.equals(wanted, end, wanted.length, found, end, found.length);
    Arrays.fill(wanted, HOLE_START, end, (byte) 0);
    boolean inside = Arrays.equals(wanted, found);
    long freed = after.freeBytes() - before.freeBytes();
    long lost = before.allocatedBytes() - after.allocatedBytes();
    boolean right = verdict(out, outside, "every byte outside the hole is unchanged");
    right &= verdict(out, inside, "every byte inside the hole reads as zero");
    right &=
        verdict(
            out,
            freed == lost && freed > 0,
            "the file freed " + lost + " bytes, the file system gained " + freed + " free bytes");
    right &= FileSystemCheck.run(out, image);
    return right ? ExitStatus.OK : ExitStatus.FAILED;
  }

  static boolean verdict(Output out, boolean right, String what) throws IOException {
    out.text(right ? "   ok      " : "   WRONG   ").line(what);
    return right;
  }
}
