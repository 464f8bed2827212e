import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs ext4j beside its peers on the same images, in turns, and prints medians and ratios. Run by
 * {@code bench/compare}; needs root (the images are filled through a loop mount) and e2fsprogs.
 *
 * <p>A time is the wall time of a whole command, start of the JVM included. Machines are noisy: look
 * at the ratios of one run, not at seconds of different runs.
 */
public final class Compare {
  private final Path work;
  private final String ext4j;
  private final int rounds;

  private Compare(Path work, String ext4j, int rounds) {
    this.work = work;
    this.ext4j = ext4j;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("usage: compare EXT4J WORKDIR [ROUNDS [CASE...]]");
      System.exit(2);
    }
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    List<String> cases = args.length > 3 ? Arrays.asList(args).subList(3, args.length) : CASES;
    Path work = Path.of(args[1]);
    Files.createDirectories(work);
    new Compare(work, args[0], rounds).run(cases);
  }

  private static final List<String> CASES =
      List.of("start", "map-1m", "punch-one-100k", "punch-one-1m", "punch-100k", "punch-1m", "journal-1m");

  private void run(List<String> cases) throws Exception {
    System.out.printf(
        "%-16s %-12s %9s %9s %9s %7s %7s%n",
        "case", "command", "median s", "min s", "max s", "ratio", "goal");
    for (String name : cases) {
      switch (name) {
        case "start" -> start();
        case "map-1m" -> map();
        case "punch-one-100k" -> punchOne("100k", 100_000);
        case "punch-one-1m" -> punchOne("1m", 1_000_000);
        case "punch-100k" -> punchAll("100k", 100_000, 0.3);
        case "punch-1m" -> punchAll("1m", 1_000_000, 0.05);
        case "journal-1m" -> journal();
        default -> throw new IllegalArgumentException("no case " + name + "; there are " + CASES);
      }
    }
  }

  private void start() throws Exception {
    Path image = image("small", 64L << 20, 10);
    Path source = work.resolve("Hello.java");
    Files.writeString(
        source,
        "public class Hello { public static void main(String[] a) {"
            + " System.out.println(\"hello\"); } }");
    String java = ProcessHandle.current().info().command().orElse("java");
    check(List.of(Path.of(java).resolveSibling("javac").toString(), source.toString()));
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put(
        "hello",
        List.of(
            java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", work.toString(), "Hello"));
    commands.put("info", List.of(ext4j, "info", image.toString()));
    commands.put("stat", List.of(ext4j, "stat", image.toString(), "/frag"));
    Path jar = Path.of(ext4j).toRealPath().resolve("../../lib").normalize();
    commands.put(
        "java -cp",
        List.of(java, "-cp", jar + "/*", "dev.ext4j.cli.Main", "info", image.toString()));
    commands.put("dumpe2fs -h", List.of("dumpe2fs", "-h", image.toString()));
    report("start", commands, Map.of(), 4.0, 3 * rounds);
  }

  private void map() throws Exception {
    Path image = image("1m", 10L << 30, 1_000_000);
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("debugfs", List.of("debugfs", "-R", "dump_extents -l /frag", image.toString()));
    commands.put("ext4j", List.of(ext4j, "map", image.toString(), "/frag"));
    commands.put("ext4j json", List.of(ext4j, "map", "--json", image.toString(), "/frag"));
    report("map-1m", commands, Map.of(), 1.0, rounds);
  }

  private void punchOne(String name, int extents) throws Exception {
    Path image = image(name, extents > 100_000 ? 10L << 30 : 1500L << 20, extents);
    Path copy = work.resolve("copy.img");
    String middle = String.valueOf(extents / 2 * 2L * BLOCK);
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("info", List.of(ext4j, "info", copy.toString()));
    commands.put(
        "ext4j", List.of(ext4j, "punch", copy.toString(), "/frag", middle, String.valueOf(BLOCK)));
    commands.put(
        "debugfs",
        List.of(
            "debugfs",
            "-w",
            "-R",
            "punch /frag " + extents / 2 * 2 + " " + extents / 2 * 2,
            copy.toString()));
    report("punch-one-" + name, commands, copyOf(image, copy), 1.3, 2 * rounds);
  }

  private void punchAll(String name, int extents, double goal) throws Exception {
    Path image = image(name, extents > 100_000 ? 10L << 30 : 1500L << 20, extents);
    Path copy = work.resolve("copy.img");
    long length = 2L * extents * BLOCK;
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put(
        "debugfs",
        List.of("debugfs", "-w", "-R", "punch /frag 0 " + (2L * extents - 1), copy.toString()));
    commands.put(
        "ext4j", List.of(ext4j, "punch", copy.toString(), "/frag", "0", String.valueOf(length)));
    report("punch-" + name, commands, copyOf(image, copy), goal, rounds);
  }

  /** The same punch in place, through the journal, and by the kernel through a loop mount. */
  private void journal() throws Exception {
    Path image = image("1m", 10L << 30, 1_000_000);
    Path copy = work.resolve("copy.img");
    Path plain = work.resolve("copy-without-journal.img");
    check(copyOf(image, plain));
    check(List.of("tune2fs", "-O", "^has_journal", plain.toString()));
    Path plainCopy = work.resolve("copy2.img");
    Path mount = Files.createTempDirectory(work, "mount");
    String length = String.valueOf(2L * 1_000_000 * BLOCK);
    String byKernel =
        "mount -o loop,noatime \"$1\" \"$2\" && { fallocate -p -o 0 -l \"$3\" \"$2/frag\"; s=$?;"
            + " umount \"$2\" && exit $s; }";
    Map<String, List<String>> commands = new LinkedHashMap<>();
    Map<String, List<String>> prepare = new LinkedHashMap<>();
    commands.put("in place", List.of(ext4j, "punch", plainCopy.toString(), "/frag", "0", length));
    prepare.put("in place", copyOf(plain, plainCopy));
    commands.put("ext4j", List.of(ext4j, "punch", copy.toString(), "/frag", "0", length));
    prepare.put("ext4j", copyOf(image, copy));
    commands.put(
        "kernel", List.of("sh", "-c", byKernel, "sh", copy.toString(), mount.toString(), length));
    prepare.put("kernel", copyOf(image, copy));
    try {
      report("journal-1m", commands, prepare, 1.25, rounds);
    } finally {
      Files.delete(mount);
      Files.delete(plain);
      Files.delete(plainCopy);
    }
  }

  private List<String> copyOf(Path image, Path copy) {
    return List.of("cp", "--sparse=always", image.toString(), copy.toString());
  }

  private void report(
      String name, Map<String, List<String>> commands, List<String> prepare, double goal, int turns)
      throws Exception {
    Map<String, List<String>> forEach = new LinkedHashMap<>();
    if (prepare != null) {
      commands.keySet().forEach(key -> forEach.put(key, prepare));
    }
    report(name, commands, forEach, goal, turns);
  }

  /** Runs commands in turns, each after what prepares it; ratios are to the first one. */
  private void report(
      String name,
      Map<String, List<String>> commands,
      Map<String, List<String>> prepare,
      double goal,
      int turns)
      throws Exception {
    Map<String, double[]> seconds = new LinkedHashMap<>();
    commands.keySet().forEach(key -> seconds.put(key, new double[turns]));
    for (int turn = 0; turn < turns; turn++) {
      for (Map.Entry<String, List<String>> command : commands.entrySet()) {
        if (prepare.containsKey(command.getKey())) {
          check(prepare.get(command.getKey()));
        }
        long start = System.nanoTime();
        check(command.getValue());
        seconds.get(command.getKey())[turn] = (System.nanoTime() - start) / 1e9;
      }
    }
    double base = 0;
    for (Map.Entry<String, double[]> entry : seconds.entrySet()) {
      double[] sorted = entry.getValue();
      Arrays.sort(sorted);
      double median = sorted[sorted.length / 2];
      base = base == 0 ? median : base;
      boolean judged = entry.getKey().equals("ext4j") || entry.getKey().equals("info") && base != median;
      System.out.printf(
          Locale.ROOT,
          "%-16s %-12s %9.3f %9.3f %9.3f %7.3f %7s%n",
          name,
          entry.getKey(),
          median,
          sorted[0],
          sorted[sorted.length - 1],
          median / base,
          judged ? String.valueOf(goal) : "");
    }
  }

  private static final int BLOCK = 4096;

  /** An image with a file of one-block extents, every second block of it a hole. */
  private Path image(String name, long size, int extents) throws Exception {
    Path image = work.resolve(name + ".img");
    if (Files.exists(image)) {
      return image;
    }
    Path fresh = work.resolve(name + ".new");
    try (FileChannel file =
        FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[1]), size - 1);
    }
    check(List.of("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", fresh.toString()));
    Path mount = Files.createTempDirectory(work, "mount");
    check(List.of("mount", "-o", "loop,noatime", fresh.toString(), mount.toString()));
    try (FileChannel file =
        FileChannel.open(
            mount.resolve("frag"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
      for (int i = 0; i < extents; i++) {
        file.write(block.clear(), 2L * i * BLOCK);
      }
    } finally {
      check(List.of("umount", mount.toString()));
      Files.delete(mount);
    }
    check(List.of("cp", "--sparse=always", fresh.toString(), image.toString()));
    Files.delete(fresh);
    return image;
  }

  private static void check(List<String> command) throws IOException, InterruptedException {
    List<String> quoted = new ArrayList<>(command);
    Process process =
        new ProcessBuilder(quoted)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    byte[] errors;
    try (InputStream stream = process.getErrorStream()) {
      errors = stream.readAllBytes();
    }
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException(command + " failed: " + new String(errors).strip());
    }
  }
}
