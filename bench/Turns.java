import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A case: commands that do the same work, run in turns (A B A B ...), each after its preparation.
 * It prints medians, and their ratios to the median of the first command.
 */
final class Turns {
  private static final String INSIDE = "TIME ";
  private static final String BEFORE = " before";

  private final String name;
  private final double goal;
  private final int turnCount;
  private final Map<String, Contender> contenders = new LinkedHashMap<>();
  private Map<String, String> before = Map.of();
  private boolean peers = true;

  /**
   * Creates a case without commands.
   *
   * @param goal the highest acceptable ratio of ext4j
   */
  Turns(String name, double goal, int turnCount) {
    this.name = name;
    this.goal = goal;
    this.turnCount = turnCount;
  }

  private static final class Contender {
    private final List<String> prepare;
    private final List<String> command;
    private final double[] seconds;

    Contender(List<String> prepare, List<String> command, int turnCount) {
      this.prepare = prepare;
      this.command = command;
      this.seconds = new double[turnCount];
    }
  }

  /**
   * Makes each command of ext4j run a second time, by another build.
   *
   * @param folders each folder of this build that a command may name, with a slash at its end, and
   *     the folder of the other build in its place
   */
  Turns beside(Map<String, String> folders) {
    this.before = folders;
    return this;
  }

  /** Leaves out the commands that {@link #beside} runs only once. */
  Turns withoutPeers() {
    this.peers = false;
    return this;
  }

  /** Adds a command that needs no preparation. */
  Turns add(String label, List<String> command) {
    return add(label, List.of(), command);
  }

  /**
   * Adds a command.
   *
   * @param prepare a command that runs before each turn and is not timed
   * @param command the command, which is timed as a whole; if it prints a line {@code TIME
   *     seconds}, that time is used instead
   */
  Turns add(String label, List<String> prepare, List<String> command) {
    List<String> other = new ArrayList<>(command);
    before.forEach((folder, place) -> other.replaceAll(word -> word.replace(folder, place)));
    boolean twice = !other.equals(command);
    if (peers || twice) {
      contenders.put(label, new Contender(prepare, command, turnCount));
    }
    if (twice) {
      contenders.put(label + BEFORE, new Contender(prepare, other, turnCount));
    }
    return this;
  }

  /** Runs the case and prints its rows. */
  void run() throws IOException, InterruptedException {
    for (int turn = 0; turn < turnCount; turn++) {
      for (Contender contender : contenders.values()) {
        if (!contender.prepare.isEmpty()) {
          run(contender.prepare);
        }
        contender.seconds[turn] = run(contender.command);
      }
    }
    double base = 0;
    double now = 0;
    for (Map.Entry<String, Contender> entry : contenders.entrySet()) {
      double[] sorted = entry.getValue().seconds;
      Arrays.sort(sorted);
      double median = sorted[sorted.length / 2];
      boolean judged = base > 0 && entry.getKey().matches("ext4j( call)?");
      base = base == 0 ? median : base;
      System.out.printf(
          Locale.ROOT,
          "%-16s %-17s %9.3f %9.3f %9.3f %7.3f %7s%n",
          name,
          entry.getKey(),
          median,
          sorted[0],
          sorted[sorted.length - 1],
          median / base,
          judged ? String.valueOf(goal) : "");
      if (entry.getKey().endsWith(BEFORE)) {
        System.out.printf(Locale.ROOT, "%-16s %-17s %37.3f%n", name, "now / before", now / median);
      }
      now = median;
    }
  }

  /** Prints the names of the columns of {@link #run}. */
  static void printHead() {
    System.out.printf(
        "%-16s %-17s %9s %9s %9s %7s %7s%n",
        "case", "command", "median s", "min s", "max s", "ratio", "goal");
  }

  /** Runs a command and returns its time in seconds. A failure ends the benchmark. */
  static double run(List<String> command) throws IOException, InterruptedException {
    Path output = java.nio.file.Files.createTempFile("bench", ".out");
    try {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(new ArrayList<>(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      boolean ended = process.waitFor(20, TimeUnit.MINUTES);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(command + " failed: " + tail(output));
      }
      String last = tail(output);
      int inside = last.lastIndexOf(INSIDE);
      return inside < 0
          ? seconds
          : Double.parseDouble(last.substring(inside + INSIDE.length()).strip());
    } finally {
      java.nio.file.Files.delete(output);
    }
  }

  private static String tail(Path output) throws IOException {
    try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(output.toFile(), "r")) {
      file.seek(Math.max(0, file.length() - 500));
      byte[] bytes = new byte[500];
      int count = Math.max(0, file.read(bytes));
      return new String(bytes, 0, count, java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
