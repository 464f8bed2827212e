package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of file maps through {@code filefrag}, which is run with byte units so that nothing is
 * rounded. Delayed data is written back first.
 */
public final class FiemapReader {
  private static final Pattern EXTENT =
      Pattern.compile(
          " *\\d+: +(\\d+)\\.\\. *\\d+: +(\\d+)\\.\\. *\\d+: +(\\d+):(?: +\\d+:)? *([a-z_,]*)");
  private static final Pattern END_OF_FILE = Pattern.compile(".*: \\d+ extents? found");

  private FiemapReader() {}

  /**
   * Returns the map of a file exactly as the kernel gives it. The kernel may split one extent into
   * several.
   */
  public static List<KernelExtent> read(Path file, int blockSize) throws IOException {
    return readAll(List.of(file), blockSize).get(0);
  }

  /** Returns the maps of several files of one file system, in their order, with one process. */
  public static List<List<KernelExtent>> readAll(List<Path> files, int blockSize)
      throws IOException {
    if (files.isEmpty()) {
      return List.of();
    }
    List<String> words = new ArrayList<>(List.of("-s", "-e", "-v", "-b1"));
    files.forEach(file -> words.add(file.toString()));
    ToolResult result = ExternalTool.named("filefrag").run(words).orFail();
    List<List<KernelExtent>> maps = new ArrayList<>();
    List<KernelExtent> map = new ArrayList<>();
    for (String line : result.lines()) {
      Matcher extent = EXTENT.matcher(line);
      if (extent.matches()) {
        map.add(extent(extent, blockSize));
      } else if (END_OF_FILE.matcher(line).matches()) {
        maps.add(List.copyOf(map));
        map.clear();
      }
    }
    if (maps.size() != files.size()) {
      throw new ToolException("filefrag mapped " + maps.size() + " files only: " + result);
    }
    return maps;
  }

  /**
   * Returns the map with adjacent extents merged, if they are contiguous in the file and on the
   * device and of the same kind.
   */
  public static List<KernelExtent> merged(List<KernelExtent> map) {
    List<KernelExtent> runs = new ArrayList<>();
    for (KernelExtent extent : map) {
      int end = runs.size() - 1;
      if (end >= 0 && runs.get(end).continuedBy(extent)) {
        runs.set(end, runs.get(end).joinedWith(extent));
      } else {
        runs.add(extent);
      }
    }
    return runs;
  }

  private static KernelExtent extent(Matcher line, int blockSize) {
    List<String> flags = List.of(line.group(4).split(","));
    boolean inline = flags.contains("inline");
    return new KernelExtent(
        Long.parseLong(line.group(1)) / blockSize,
        Long.parseLong(line.group(2)) / blockSize,
        inline ? 0 : Long.parseLong(line.group(3)) / blockSize,
        flags.contains("unwritten"),
        flags.contains("last"),
        inline);
  }
}
