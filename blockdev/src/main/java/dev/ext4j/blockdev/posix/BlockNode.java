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
 * A block device in sysfs: a folder with the device number, one subfolder for each partition, and
 * links to the devices that are built on it (device mapper, md).
 */
final class BlockNode {
  private final Path folder;
  private final DeviceNumber number;

  private BlockNode(Path folder, DeviceNumber number) {
    this.folder = folder;
    this.number = number;
  }

  /**
   * Returns the node of the device with the given number. {@code sysfs} is /sys, except in tests.
   */
  static Optional<BlockNode> of(Path sysfs, DeviceNumber number) {
    return at(sysfs.resolve("dev/block").resolve(number.toString()));
  }

  /**
   * Returns the node at a folder or at a link to a folder. Returns empty if the device no longer
   * exists, because devices may disappear at any time.
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

  /**
   * Returns the path of the device in /dev. A name in sysfs has an exclamation mark in place of a
   * slash.
   */
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

  /**
   * Returns the content of a sysfs attribute of this device, without the line end.
   *
   * @throws IOException if the file cannot be read
   */
  String attribute(String name) throws IOException {
    return attribute(folder, name);
  }

  private static String attribute(Path folder, String name) throws IOException {
    String text = new String(Files.readAllBytes(folder.resolve(name)), StandardCharsets.UTF_8);
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  /** Returns the disk that this partition is on, or this node if it is not a partition. */
  BlockNode wholeDisk() {
    Path parent = folder.getParent();
    return parent != null && Files.exists(folder.resolve("partition"))
        ? at(parent).orElse(this)
        : this;
  }

  /**
   * Returns all nodes whose content a write to this node would change: this node, its partitions,
   * and all devices that are built on them.
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

  /** Returns the devices that are built directly on this one. */
  List<BlockNode> holders() throws IOException {
    return children("holders", "dev");
  }

  /**
   * Returns the nodes in the subfolder {@code below} that have a certain attribute. An empty {@code
   * below} means the folder of this node.
   */
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
