import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tool that makes single changes to the code, each of which the tests named with it must notice.
 * It prints a table with each change and the tests that failed. It works in a copy of the checkout.
 *
 * <p>Arguments: the checkout, a folder for the copy, a file of changes, and words. Only changes
 * whose name contains one of the words are made, or all changes if there are no words. Exits with 1
 * if a change is not noticed, and with 2 if a change can no longer be made.
 */
public final class Mutants {
  private static final Pattern FAILED =
      Pattern.compile("^\\[ERROR\\] +([\\w.]+)\\.(\\w+)(?:\\([^)]*\\))?(?:\\[\\d+\\])? -- Time");

  private record Mutant(String name, String file, String tests, String old, String changed) {}

  public static void main(String[] args) throws Exception {
    Path checkout = Path.of(args[0]).toAbsolutePath();
    Path copy = Path.of(args[1]).toAbsolutePath();
    copyTracked(checkout, copy);
    int unnoticed = 0;
    int impossible = 0;
    for (Mutant mutant : read(Path.of(args[2]))) {
      boolean wanted = args.length == 3;
      for (int i = 3; i < args.length; i++) {
        wanted |= mutant.name.contains(args[i]);
      }
      if (!wanted) {
        continue;
      }
      String result = run(copy, mutant);
      unnoticed += result.startsWith("NOT NOTICED") ? 1 : 0;
      impossible += result.startsWith("IMPOSSIBLE") ? 1 : 0;
      System.out.println("| " + mutant.name + " | " + result + " |");
    }
    System.exit(impossible > 0 ? 2 : unnoticed > 0 ? 1 : 0);
  }

  private static void copyTracked(Path from, Path to) throws Exception {
    Process list = new ProcessBuilder("git", "ls-files").directory(from.toFile()).start();
    for (String name : new String(list.getInputStream().readAllBytes()).split("\n")) {
      Path target = to.resolve(name);
      if (Files.isRegularFile(from.resolve(name))) {
        Files.createDirectories(target.getParent());
        Files.copy(from.resolve(name), target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<Mutant> read(Path file) throws IOException {
    List<Mutant> mutants = new ArrayList<>();
    for (String part : Files.readString(file).split("(?m)^# ")) {
      List<String> lines = part.lines().toList();
      if (lines.size() < 4) {
        continue;
      }
      StringBuilder old = new StringBuilder();
      StringBuilder changed = new StringBuilder();
      for (String line : lines.subList(3, lines.size())) {
        if (line.startsWith("-")) {
          old.append(line.substring(1)).append('\n');
        } else if (line.startsWith("+")) {
          changed.append(line.substring(1)).append('\n');
        }
      }
      mutants.add(
          new Mutant(
              lines.get(0), lines.get(1), lines.get(2), old.toString(), changed.toString()));
    }
    return mutants;
  }

  private static String run(Path copy, Mutant mutant) throws Exception {
    Path file = copy.resolve(mutant.file);
    String source = Files.readString(file);
    int at = source.indexOf(mutant.old);
    if (at < 0 || source.indexOf(mutant.old, at + 1) >= 0) {
      return "IMPOSSIBLE: the text is there " + (at < 0 ? "no longer" : "more than once");
    }
    Files.writeString(file, source.replace(mutant.old, mutant.changed));
    try {
      Process maven =
          new ProcessBuilder(
                  "mvn",
                  "-B",
                  "-q",
                  "test",
                  "-pl",
                  "blockdev,testimages,fs",
                  "-Dtest=" + mutant.tests,
                  "-Dsurefire.failIfNoSpecifiedTests=false",
                  "-DfailIfNoTests=false",
                  "-Dspotless.check.skip",
                  "-Dwarnings.are=-Xdiags:compact")
              .directory(copy.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(maven.getInputStream().readAllBytes());
      if (maven.waitFor() == 0) {
        return "NOT NOTICED by " + mutant.tests;
      }
      List<String> failed = new ArrayList<>();
      for (String line : output.lines().toList()) {
        Matcher matcher = FAILED.matcher(line);
        if (matcher.find()) {
          String test = matcher.group(1).replaceAll(".*\\.", "") + "." + matcher.group(2);
          if (!failed.contains(test)) {
            failed.add(test);
          }
        }
      }
      if (failed.isEmpty()) {
        List<String> errors = output.lines().filter(l -> l.startsWith("[ERROR]")).toList();
        return "IMPOSSIBLE: " + (errors.isEmpty() ? "?" : errors.get(0) + errors.get(errors.size() > 1 ? 1 : 0));
      }
      return String.join(", ", failed);
    } finally {
      Files.writeString(file, source);
    }
  }
}
