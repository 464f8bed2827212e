package dev.ext4j.cli.crash;

import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checker that runs e2fsck(8). The requirements depend on the state in the superblock. An image
 * that is clean, or that has a journal to replay, must have no fault after the replay, because a
 * kernel would use it without a check. Only orphan inodes may be left. The kernel removes them at
 * mount time, and {@code e2fsck -p} removes them here. An image that is marked as not clean
 * requires a full check. {@code e2fsck -fy} must be able to repair it, and the files of the
 * repaired image are compared.
 */
public final class E2fsckChecker implements ImageChecker {
  private static final Pattern NOISE =
      Pattern.compile(
          "\\s*|e2fsck \\d.*|Pass \\d.*|.*: \\d+/\\d+ files .*|Warning: .*|.*check forced\\."
              + "|.*\\*{5} .*|.*WARNING: Filesystem still has errors.*");
  private static final int REPAIRED_OR_REBOOT = 3; // bits of the exit status that are not a failure
  private static final int MAX_PROBLEMS = 3;

  private final String program;

  /** Creates a checker with the program at a path, or with a name that is found in PATH. */
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
      // The journal may need a replay although the reader did not notice it.
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
