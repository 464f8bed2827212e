package dev.ext4j.blockdev.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A block device as sysfs shows it: a folder with its number, one folder more for each partition,
 * and links to the devices that are built on it (device mapper, md).
 */
final class BlockNode {
  private final Path folder;
  private final DeviceNumber number;

  private BlockNode(Path folder, DeviceNumber number) {
    this.folder = folder;
    this.number = number;
  }

  /** The node with a number, under {@code sysfs}, which is /sys but for tests. */
  static Optional<BlockNode> of(Path sysfs, DeviceNumber number) {
    return at(sysfs.resolve("dev/block").resolve(number.toString()));
  }

  /**
   * The node at a folder or a link to one; nothing if it is gone, as devices may be at any time.
   */
  static Optional<BlockNode> at(Path folder) {
    try {
      Path real = folder.toRealPath();
      return DeviceNumber.parse(attribute(real, "dev")).map(n -> new BlockNode(real, n));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  DeviceNumber number() {
    return number;
  }

  /** The path of its device node; sysfs writes a slash of it as an exclamation mark. */
  String devicePath() {
    String name = String.valueOf(folder.getFileName()).replace('!', '/');
    try {
      return "/dev/mapper/" + attribute(folder, "dm/name");
    } catch (IOException e) {
      return "/dev/" + name;
    }
  }

  boolean readOnly() throws IOException {
    return !attribute(folder, "ro").equals("0");
  }

  /** The content of one of its files without the line end; {@link IOException} if it has none. */
  String attribute(String name) throws IOException {
    return attribute(folder, name);
  }

  private static String attribute(Path folder, String name) throws IOException {
    String text = new String(Files.readAllBytes(folder.resolve(name)), StandardCharsets.UTF_8);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** The device that it is a partition of, or the node itself. */
  BlockNode wholeDisk() {
    Path parent = folder.getParent();
    return parent != null && Files.exists(folder.resolve("partition"))
        ? at(parent).orElse(this)
        : this;
  }

  /**
   * What writes to this node would change: itself, its partitions, and all that is built on them.
   */
  List<BlockNode> dependents() throws IOException {
    List<BlockNode> found = new ArrayList<>();
    Set<DeviceNumber> seen = new HashSet<>();
    ArrayDeque<BlockNode> next = new ArrayDeque<>(List.of(this));
    while (!next.isEmpty()) {
      BlockNode node = next.remove();
      if (seen.add(node.number)) {
        found.add(node);
        next.addAll(node.children("", "partition"));
        next.addAll(node.holders());
      }
    }
    return found;
  }

  /** The devices that are built directly on this one. */
  List<BlockNode> holders() throws IOException {
    return children("holders", "dev");
  }

  /** Nodes in a folder below this one, of those that have a certain attribute. */
  private List<BlockNode> children(String below, String attribute) throws IOException {
    List<BlockNode> children = new ArrayList<>();
    Path parent = folder.resolve(below);
    if (Files.isDirectory(parent)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent)) {
        for (Path entry : entries) {
          if (Files.exists(entry.resolve(attribute))) {
            at(entry).ifPresent(children::add);
          }
        }
      }
    }
    return children;
  }
}
