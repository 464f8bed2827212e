package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of {@code debugfs} on one image, which must not be mounted. Its exit status does not report
 * most failures. Any output on standard error, except its banner, therefore counts as a failure.
 */
public final class Debugfs {
  private static final String PROMPT = "debugfs: ";
  private static final String BANNER = "debugfs 1";

  private final Path image;
  private final boolean writable;

  private Debugfs(Path image, boolean writable) {
    this.image = image;
    this.writable = writable;
  }

  /** Returns a runner for commands that only read. */
  public static Debugfs reading(Path image) {
    return new Debugfs(image, false);
  }

  /** Returns a runner for commands that change the image. */
  public static Debugfs writing(Path image) {
    return new Debugfs(image, true);
  }

  /** Runs a command and returns its output. */
  public String run(String command) throws IOException {
    return runAll(List.of(command)).get(0);
  }

  /** Runs commands in one process and returns the output of each. */
  public List<String> runAll(List<String> commands) throws IOException {
    String script = String.join("\n", commands) + "\n";
    List<String> words = new ArrayList<>();
    if (writable) {
      words.add("-w");
    }
    words.addAll(List.of("-f", "-", image.toString()));
    ToolResult result =
        withoutComplaint(
            ExternalTool.named("debugfs")
                .withInput(script.getBytes(StandardCharsets.UTF_8))
                .run(words));
    return outputs(result.stdout(), commands);
  }

  /** Returns the output of {@code stat}. {@code file} is a path or {@code <inode>}. */
  public DebugfsStat stat(String file) throws IOException {
    return DebugfsStat.parse(run("stat " + quoted(file)));
  }

  /** Returns the output of {@code stat} for each file, all from one process. */
  public List<DebugfsStat> stats(String... files) throws IOException {
    List<String> commands = new ArrayList<>();
    for (String file : files) {
      commands.add("stat " + quoted(file));
    }
    List<DebugfsStat> stats = new ArrayList<>();
    for (String text : runAll(commands)) {
      stats.add(DebugfsStat.parse(text));
    }
    return stats;
  }

  /** Returns the extent tree from {@code dump_extents}: index and leaf entries in tree order. */
  public List<TreeEntry> extents(String file) throws IOException {
    return TreeEntry.parse(run("dump_extents " + quoted(file)));
  }

  /** Returns the content of a regular file. */
  public byte[] content(String file) throws IOException {
    return withoutComplaint(
            ExternalTool.named("debugfs").run("-R", "cat " + quoted(file), image.toString()))
        .stdoutBytes();
  }

  /** Sets a field of the superblock, with a name from {@code set_super_value -l}. */
  public void setSuperValue(String field, Object value) throws IOException {
    run("set_super_value " + field + " " + value);
  }

  /** Sets a field of an inode, with a name from {@code set_inode_field -l}. */
  public void setInodeField(String file, String field, Object value) throws IOException {
    run("set_inode_field " + quoted(file) + " " + field + " " + value);
  }

  /** Sets a field of a group descriptor, with a name from {@code set_block_group -l}. */
  public void setGroupField(long group, String field, Object value) throws IOException {
    run("set_block_group " + group + " " + field + " " + value);
  }

  /** Returns a word quoted for a debugfs command. */
  public static String quoted(String word) {
    return word.matches("[\\w/.<>+-]+") ? word : '"' + word.replace("\"", "\"\"") + '"';
  }

  private static ToolResult withoutComplaint(ToolResult result) throws ToolException {
    boolean complained =
        result.stderr().lines().anyMatch(line -> !line.isBlank() && !line.startsWith(BANNER));
    if (complained || result.exitCode() != 0) {
      throw new ToolException(result.toString());
    }
    return result;
  }

  private static List<String> outputs(String text, List<String> commands) throws ToolException {
    List<String> outputs = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < commands.size(); i++) {
      String echo = PROMPT + commands.get(i) + "\n";
      if (!text.startsWith(echo, from)) {
        throw new ToolException("debugfs did not get to its command " + commands.get(i));
      }
      int start = from + echo.length();
      from = i + 1 == commands.size() ? text.length() : next(text, start, commands.get(i + 1));
      outputs.add(text.substring(start, from));
    }
    return outputs;
  }

  private static int next(String text, int from, String command) throws ToolException {
    String echo = PROMPT + command + "\n";
    int found = text.startsWith(echo, from) ? from : text.indexOf("\n" + echo, from) + 1;
    if (found == 0) {
      throw new ToolException("debugfs did not get to its command " + command);
    }
    return found;
  }
}
