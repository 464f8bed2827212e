package dev.ext4j.cli.crash;

import dev.ext4j.fs.FileSystemInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * e2fsck(8) as the judge. What must hold depends on what the superblock promises. An image that is
 * in order, or that has a journal to replay, must be free of any fault once it is replayed: a
 * kernel would go on with it unchecked. Only orphans may then be left, which the kernel cleans up
 * as it mounts, and {@code e2fsck -p} here. One that says that it is not in order calls for a full
 * check itself: {@code e2fsck -fy} must be able to repair it, and what users have is what is left
 * then.
 */
public final class E2fsckChecker implements ImageChecker {
  private static final Pattern NOISE =
      Pattern.compile(
          "\\s*|e2fsck \\d.*|Pass \\d.*|.*: \\d+/\\d+ files .*|Warning: .*|.*check forced\\."
              + "|.*\\*{5} .*|.*WARNING: Filesystem still has errors.*");
  private static final int REPAIRED_OR_REBOOT = 3; // bits of the exit status that are no failure
  private static final int MAX_PROBLEMS = 3;

  private final String program;

  /** With the program at a path, or of a name that is in PATH. */
  public E2fsckChecker(String program) {
    this.program = program;
  }

  @Override
  public String name() {
    return "e2fsck";
  }

  @Override
  public Verdict check(Path image, @Nullable FileSystemInfo info, Path scratch) throws IOException {
    if (info == null) {
      return repair(image, scratch);
    }
    boolean replayed = info.needsRecovery();
    if (replayed) {
      Program.Result replay = replay(image, scratch);
      if ((replay.status() & ~REPAIRED_OR_REBOOT) != 0) {
        return new Verdict("journal replay by e2fsck: " + text(replay), true, false);
      }
    }
    Program.Result look = run(scratch, "-fn", image);
    if (look.status() != 0 && !replayed && info.features().contains("has_journal")) {
      // The journal may be dirty in a way that the reader did not see.
      replayed = true;
      replay(image, scratch);
      look = run(scratch, "-fn", image);
    }
    if (look.status() == 0) {
      return new Verdict("", replayed, false);
    }
    if (info.state().startsWith("not clean")) {
      return repair(image, scratch);
    }
    if (look.output().toLowerCase(Locale.ROOT).contains("orphan")
        || look.output().contains("zero dtime")) {
      return preen(image, scratch);
    }
    String promise = replayed ? "after the replay of the journal" : "though it says clean";
    return new Verdict("e2fsck -fn, " + promise + ": " + text(look), replayed, false);
  }

  private Program.Result replay(Path image, Path scratch) throws IOException {
    return run(scratch, List.of(program, "-y", "-E", "journal_only"), image);
  }

  private Verdict repair(Path image, Path scratch) throws IOException {
    Program.Result repair = run(scratch, "-fy", image);
    String fault = "";
    if ((repair.status() & ~REPAIRED_OR_REBOOT) != 0) {
      fault = "e2fsck -fy: " + text(repair);
    } else {
      Program.Result look = run(scratch, "-fn", image);
      fault = look.status() == 0 ? "" : "e2fsck -fn after e2fsck -fy: " + text(look);
    }
    return new Verdict(fault, true, true);
  }

  private Verdict preen(Path image, Path scratch) throws IOException {
    Program.Result preen = run(scratch, "-p", image);
    if ((preen.status() & ~REPAIRED_OR_REBOOT) != 0) {
      return new Verdict("e2fsck -p: " + text(preen), true, true);
    }
    Program.Result look = run(scratch, "-fn", image);
    return new Verdict(
        look.status() == 0 ? "" : "e2fsck -fn after e2fsck -p: " + text(look), true, true);
  }

  private Program.Result run(Path scratch, String flags, Path image) throws IOException {
    return run(scratch, List.of(program, flags), image);
  }

  private static Program.Result run(Path scratch, List<String> words, Path image)
      throws IOException {
    List<String> command = new ArrayList<>(words);
    command.add(image.toString());
    Program.Result result = Program.run(scratch, command);
    return new Program.Result(result.status(), result.output().replace(image.toString(), "IMG"));
  }

  private static String text(Program.Result result) {
    List<String> problems =
        result.output().lines().filter(line -> !NOISE.matcher(line).matches()).toList();
    List<String> first = problems.subList(0, Math.min(MAX_PROBLEMS, problems.size()));
    return "exit status "
        + result.status()
        + (first.isEmpty() ? "" : ": " + String.join("; ", first))
        + (first.size() < problems.size() ? "; ..." : "");
  }
}
