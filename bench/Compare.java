import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A benchmark that runs ext4j and its peers on the same images, in turns, and prints medians and
 * ratios. It is run by {@code bench/compare}. It needs root, because the images are filled through
 * a loop mount. It also needs e2fsprogs, and e2tools for {@code write-1g}.
 *
 * <p>The time of ext4j is the wall time of the whole command, including the start of the JVM. The
 * time of the kernel is the time of the call and of a sync inside the mount. Rows named {@code
 * ext4j call} show the time of the library's call in a program that is already running. Machines
 * are noisy, so compare the ratios of one run and not the seconds of different runs.
 *
 * <p>The system property {@code before} names the launcher of another build. Each command of ext4j
 * then also runs with that build, in the same turns, and an additional row compares the two. If the
 * system property {@code peers} is {@code no}, the peers do not run.
 */
public final class Compare {
  private static final int MILLION = 1_000_000;
  private static final long FRAGMENTED = 2L * MILLION * Images.BLOCK;

  private static final List<String> CASES =
      List.of(
          "start",
          "map-1m",
          "punch-one-100k",
          "punch-one-1m",
          "punch-100k",
          "punch-1m",
          "journal-1m",
          "write-1g",
          "read-2g",
          "create-100k",
          "zero-1m",
          "collapse-1m",
          "insert-1m",
          "fallocate-1m",
          "truncate-1m",
          "fsck-1m-files",
          "fsck-1m-cold",
          "fsck-2m-files",
          "fsck-500k-extents",
          "fsck-100g-empty");

  private final Path work;
  private final String ext4j;
  private final int rounds;
  private final Images images;

  private Compare(Path work, String ext4j, int rounds) {
    this.work = work;
    this.ext4j = ext4j;
    this.rounds = rounds;
    this.images = new Images(work);
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

  private void run(List<String> cases) throws IOException, InterruptedException {
    Turns.printHead();
    for (String name : cases) {
      switch (name) {
        case "start" -> start();
        case "map-1m" -> map();
        case "punch-one-100k" -> punchOne("100k", 100_000);
        case "punch-one-1m" -> punchOne("1m", MILLION);
        case "punch-100k" -> punchAll("100k", 100_000, 0.3);
        case "punch-1m" -> punchAll("1m", MILLION, 0.05);
        case "journal-1m" -> journal();
        case "write-1g" -> write();
        case "read-2g" -> read();
        case "create-100k" -> create(100_000);
        case "zero-1m" ->
            range("zero-1m", 1.0, "fallocate -z -o 0 -l " + FRAGMENTED, "zero", "0", all());
        case "collapse-1m" -> shift("collapse", "fallocate -c -o 0 -l 4096");
        case "insert-1m" -> shift("insert", "fallocate -i -o 0 -l 4096");
        case "fallocate-1m" ->
            range("fallocate-1m", 1.0, "fallocate -o 0 -l " + FRAGMENTED, "fallocate", "0", all());
        case "truncate-1m" -> range("truncate-1m", 1.0, "truncate -s 4096", "truncate", "4096");
        case "fsck-1m-files" -> fsck(name, images.smallFiles("many1m", 100, 10_000), 0.7);
        case "fsck-1m-cold" -> fsckCold(name, images.smallFiles("many1m", 100, 10_000));
        case "fsck-2m-files" -> fsck(name, images.smallFiles("many2m", 200, 10_000), 0.55);
        case "fsck-500k-extents" -> fsck(name, images.fragments("ext500k", 10, 50_000), 1.2);
        case "fsck-100g-empty" -> fsck(name, images.smallFiles("sparse100g", 1, 1000), 4.0);
        default -> throw new IllegalArgumentException("no case " + name + "; there are " + CASES);
      }
    }
  }

  private Turns turns(String name, double goal, int turnCount) {
    Turns turns = new Turns(name, goal, turnCount);
    String before = System.getProperty("before", "");
    if (!before.isEmpty()) {
      turns.beside(
          Map.of(home(ext4j), home(before), calls() + "/", work.resolve("calls-before") + "/"));
    }
    return "no".equals(System.getProperty("peers")) ? turns.withoutPeers() : turns;
  }

  /** Returns the folder of the program that calls the library. */
  private Path calls() {
    return work.resolve("calls");
  }

  /** Returns the folder of a distribution, given its launcher. */
  private static String home(String launcher) {
    return Path.of(launcher).toAbsolutePath().resolve("../..").normalize().toString() + "/";
  }

  private static String all() {
    return String.valueOf(FRAGMENTED);
  }

  private void start() throws IOException, InterruptedException {
    Path image = images.fragmented("small", 10);
    Path source = work.resolve("Hello.java");
    Files.writeString(
        source,
        "public class Hello { public static void main(String[] a) {"
            + " System.out.println(\"hello\"); } }");
    String java = ProcessHandle.current().info().command().orElse("java");
    Turns.run(List.of(Path.of(java).resolveSibling("javac").toString(), source.toString()));
    Path jars = Path.of(ext4j).toRealPath().resolve("../../lib").normalize();
    turns("start", 4.0, 3 * rounds)
        .add(
            "hello",
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                work.toString(),
                "Hello"))
        .add("ext4j", List.of(ext4j, "info", image.toString()))
        .add("ext4j stat", List.of(ext4j, "stat", image.toString(), "/frag"))
        .add(
            "java -cp",
            List.of(java, "-cp", jars + "/*", "dev.ext4j.cli.Main", "info", image.toString()))
        .add("dumpe2fs -h", List.of("dumpe2fs", "-h", image.toString()))
        .run();
  }

  private void map() throws IOException, InterruptedException {
    Path image = images.fragmented("1m", MILLION);
    turns("map-1m", 1.0, rounds)
        .add("debugfs", List.of("debugfs", "-R", "dump_extents -l /frag", image.toString()))
        .add("ext4j", List.of(ext4j, "map", image.toString(), "/frag"))
        .add("ext4j json", List.of(ext4j, "map", "--json", image.toString(), "/frag"))
        .run();
  }

  private void fsck(String name, Path image, double goal) throws IOException, InterruptedException {
    turns(name, goal, rounds)
        .add("e2fsck", List.of("e2fsck", "-fn", image.toString()))
        .add("ext4j", List.of(ext4j, "fsck", "-fn", image.toString()))
        .run();
  }

  /**
   * Runs both checkers after the image's pages are dropped before each turn. This has an effect
   * only if the image is on a disk.
   */
  private void fsckCold(String name, Path image) throws IOException, InterruptedException {
    List<String> drop = List.of("dd", "if=" + image, "iflag=nocache", "count=0", "status=none");
    turns(name, 1.0, rounds)
        .add("e2fsck", drop, List.of("e2fsck", "-fn", image.toString()))
        .add("ext4j", drop, List.of(ext4j, "fsck", "-fn", image.toString()))
        .run();
  }

  private void punchOne(String name, int extents) throws IOException, InterruptedException {
    Path image = images.fragmented(name, extents);
    Path copy = work.resolve("copy.img");
    String middle = String.valueOf(extents / 2 * 2L * Images.BLOCK);
    String punch = "punch /frag " + extents / 2 * 2 + " " + extents / 2 * 2;
    turns("punch-one-" + name, 1.3, 2 * rounds)
        .add("info", Images.copy(image, copy), List.of(ext4j, "info", copy.toString()))
        .add("ext4j", Images.copy(image, copy), edit("punch", copy, middle, "4096"))
        .add(
            "debugfs",
            Images.copy(image, copy),
            List.of("debugfs", "-w", "-R", punch, copy.toString()))
        .run();
  }

  private void punchAll(String name, int extents, double goal)
      throws IOException, InterruptedException {
    Path image = images.fragmented(name, extents);
    Path copy = work.resolve("copy.img");
    long length = 2L * extents * Images.BLOCK;
    String punch = "punch /frag 0 " + (2L * extents - 1);
    turns("punch-" + name, goal, rounds)
        .add(
            "debugfs",
            Images.copy(image, copy),
            List.of("debugfs", "-w", "-R", punch, copy.toString()))
        .add("ext4j", Images.copy(image, copy), edit("punch", copy, "0", String.valueOf(length)))
        .run();
  }

  /** Measures the same punch in place, through the journal, and by the kernel. */
  private void journal() throws IOException, InterruptedException {
    Path image = images.fragmented("1m", MILLION);
    Path copy = work.resolve("copy.img");
    Path plain = work.resolve("copy-without-journal.img");
    Turns.run(Images.copy(image, plain));
    Turns.run(List.of("tune2fs", "-O", "^has_journal", plain.toString()));
    Path plainCopy = work.resolve("copy2.img");
    try {
      turns("journal-1m", 1.25, rounds)
          .add("in place", Images.copy(plain, plainCopy), edit("punch", plainCopy, "0", all()))
          .add("ext4j", Images.copy(image, copy), edit("punch", copy, "0", all()))
          .add(
              "kernel",
              Images.copy(image, copy),
              inMount(copy, "fallocate -p -o 0 -l " + FRAGMENTED + " \"$m/frag\""))
          .run();
    } finally {
      Files.deleteIfExists(plain);
      Files.deleteIfExists(plainCopy);
    }
  }

  private void write() throws IOException, InterruptedException {
    Path source = images.hostFile("source1g", 1L << 30);
    Path image = images.empty("empty3g", 3L << 30);
    Path copy = work.resolve("copy.img");
    // Each command writes to a fresh copy of the image, so that all of them meet the holes of its
    // file.
    List<String> fresh = Images.copy(image, copy);
    List<String> touched =
        sh(
            "cp --sparse=always \"$1\" \"$2\" && debugfs -w -R 'write /dev/null big' \"$2\"",
            image.toString(),
            copy.toString());
    turns("write-1g", 1.0, rounds)
        .add("e2cp", fresh, List.of("e2cp", source.toString(), copy + ":/big"))
        .add(
            "ext4j",
            touched,
            List.of(ext4j, "write", copy.toString(), "/big", "0", source.toString()))
        .add(
            "debugfs",
            fresh,
            List.of("debugfs", "-w", "-R", "write " + source + " big", copy.toString()))
        .add("kernel", fresh, inMount(copy, "cp " + source + " \"$m/big\""))
        .run();
    Files.delete(copy);
  }

  private void read() throws IOException, InterruptedException {
    Path image = images.stream("big2g", 4L << 30, 2L << 30);
    Path target = work.resolve("out");
    List<String> clear = List.of("rm", "-f", target.toString());
    turns("read-2g", 0.5, rounds)
        .add("debugfs", clear, List.of("debugfs", "-R", "dump /big " + target, image.toString()))
        .add(
            "ext4j",
            clear,
            sh("\"$1\" cat \"$2\" /big > \"$3\"", ext4j, image.toString(), target.toString()))
        .add("e2cp", clear, List.of("e2cp", image + ":/big", target.toString()))
        .add("kernel", clear, inMount(image, "cp \"$m/big\" " + target))
        .run();
    Files.delete(target);
  }

  /**
   * Measures the creation of a file of many extents, block by block. Each line of a batch is
   * durable by itself.
   */
  private void create(int extents) throws IOException, InterruptedException {
    Path image = images.empty("empty10g", 10L << 30);
    Path copy = work.resolve("copy.img");
    Path block = images.hostFile("block", Images.BLOCK);
    Path script = work.resolve("create.txt");
    try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(script))) {
      for (long i = 0; i < extents; i++) {
        lines.println("write /frag " + 2 * i * Images.BLOCK + " " + block);
      }
    }
    List<String> touched =
        sh(
            "cp --sparse=always \"$1\" \"$2\" && debugfs -w -R 'write /dev/null frag' \"$2\"",
            image.toString(),
            copy.toString());
    String java = ProcessHandle.current().info().command().orElse("java");
    String fill = java + " -cp " + work.resolve("classes") + " Fragments \"$m/frag\" " + extents;
    turns("create-100k", 1.0, rounds)
        .add("kernel dsync", touched, inMount(copy, fill + " durable"))
        .add("ext4j", touched, List.of(ext4j, "batch", copy.toString(), "-f", script.toString()))
        .add("kernel", touched, inMount(copy, fill))
        .run();
    Files.delete(script);
  }

  /** Measures one operation on a file of a million extents. */
  private void range(String name, double goal, String byKernel, String operation, String... words)
      throws IOException, InterruptedException {
    Path image = images.fragmented("1m", MILLION);
    Path copy = work.resolve("copy.img");
    List<String> prepare = Images.copy(image, copy);
    turns(name, goal, rounds)
        .add("kernel", prepare, inMount(copy, byKernel + " \"$m/frag\""))
        .add("ext4j", prepare, edit(operation, copy, words))
        .run();
  }

  /**
   * Measures a shift, which takes less time than a JVM needs to start. Next to the command there is
   * therefore a row for the call in a program that is already running, as the kernel is. Another
   * row shows a command that only reads the file's inode.
   */
  private void shift(String operation, String byKernel) throws IOException, InterruptedException {
    Path image = images.fragmented("1m", MILLION);
    Path copy = work.resolve("copy.img");
    List<String> prepare = Images.copy(image, copy);
    String java = ProcessHandle.current().info().command().orElse("java");
    turns(operation + "-1m", 1.0, rounds)
        .add("kernel", prepare, inMount(copy, byKernel + " \"$m/frag\""))
        .add(
            "ext4j call",
            prepare,
            List.of(
                java,
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                calls() + "/:" + home(ext4j) + "lib/*",
                "Calls",
                copy.toString(),
                "/frag",
                operation))
        .add("ext4j", prepare, edit(operation, copy, "0", "4096"))
        .add("ext4j stat", List.of(ext4j, "stat", image.toString(), "/frag"))
        .run();
  }

  private List<String> edit(String operation, Path image, String... words) {
    List<String> command = new ArrayList<>(List.of(ext4j, operation, image.toString(), "/frag"));
    command.addAll(List.of(words));
    return command;
  }

  private static List<String> sh(String script, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(List.of(arguments));
    return command;
  }

  /**
   * Returns a command that lets the kernel run a script in a mount at {@code $m}. The time includes
   * the sync that makes the result durable.
   */
  private List<String> inMount(Path image, String script) {
    return sh(
        "m=$(mktemp -d) && mount -o loop,noatime \"$1\" \"$m\" || exit 1;"
            + " b=$(date +%s%N); { "
            + script
            + "; } && sync -f \"$m\"; s=$?; e=$(date +%s%N);"
            + " umount \"$m\" && rmdir \"$m\" || exit 1;"
            + " t=$((e-b)); printf 'TIME %d.%09d\\n' $((t/1000000000)) $((t%1000000000)); exit $s",
        image.toString());
  }
}
