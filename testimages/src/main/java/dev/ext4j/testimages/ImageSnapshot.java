package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Some files of an image as the kernel shows them, for a comparison of two images. */
public record ImageSnapshot(Map<String, FileSnapshot> files) {
  /** Copies the map. */
  public ImageSnapshot {
    files = Map.copyOf(files);
  }

  /** Returns the files of an unmounted image, which is mounted read-only and does not change. */
  public static ImageSnapshot of(Path image, List<String> names) throws IOException {
    Map<String, FileSnapshot> files = new TreeMap<>();
    try (KernelMount mount = KernelMount.readOnly(image)) {
      List<Path> paths = names.stream().map(mount::path).toList();
      List<List<KernelExtent>> maps = FiemapReader.readAll(paths, mount.blockSize());
      for (int i = 0; i < paths.size(); i++) {
        files.put(names.get(i), FileSnapshot.of(paths.get(i), maps.get(i), mount.blockSize()));
      }
    }
    return new ImageSnapshot(files);
  }

  /** Returns the file called {@code name}. */
  public FileSnapshot file(String name) {
    FileSnapshot file = files.get(name);
    if (file == null) {
      throw new NoSuchElementException(name);
    }
    return file;
  }

  /**
   * Returns the differences of all files that are errors if {@code expected} is right; see {@link
   * FileSnapshot#differences}.
   */
  public List<String> differences(ImageSnapshot expected) {
    return compare(expected, FileSnapshot::differences);
  }

  /**
   * Returns the differences of all files that may be correct; see {@link
   * FileSnapshot#shapeDifferences}.
   */
  public List<String> shapeDifferences(ImageSnapshot expected) {
    return compare(expected, FileSnapshot::shapeDifferences);
  }

  private List<String> compare(
      ImageSnapshot expected, BiFunction<FileSnapshot, FileSnapshot, List<String>> compared) {
    List<String> differences = new ArrayList<>();
    for (String name : new TreeMap<>(files).keySet()) {
      for (String difference : compared.apply(file(name), expected.file(name))) {
        differences.add(name + ": " + difference);
      }
    }
    return differences;
  }
}
