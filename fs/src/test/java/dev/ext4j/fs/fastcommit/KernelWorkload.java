package dev.ext4j.fs.fastcommit;

import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.NamelessFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random changes on a kernel mount, over few names and thus few inode numbers, with a model of what
 * a power failure must leave.
 *
 * <p>An fsync makes the content of its file durable. It also makes all names durable, as they were
 * at the last change of the file's inode or at any moment since. The state may be older than the
 * fsync because the kernel also commits by itself, and then has nothing left to commit for the
 * file.
 */
final class KernelWorkload implements AutoCloseable {
  private static final int MOST_BYTES = 60_000;
  private static final int BLOCK = 4096;
  private static final List<String> FOLDERS = List.of("", "p/", "q/");
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  private final KernelMount mount;
  private final Random random;
  private final Map<String, Node> nodes = new TreeMap<>();
  private final List<Nameless> nameless = new ArrayList<>();
  private final List<Map<String, String>> possible = new ArrayList<>();

  /** The number of the first possible tree, counted from the first tree of the workload. */
  private long firstPossible;

  private String last = "";

  private static final class Node {
    private final boolean directory;
    private byte[] content = new byte[0];
    private boolean durable; // the content is that of the last fsync
    private long changedAt; // the first tree that shows the last change of the inode

    Node(boolean directory, long changedAt) {
      this.directory = directory;
      this.changedAt = changedAt;
    }
  }

  private record Nameless(NamelessFile file, Node node) {}

  KernelWorkload(KernelMount mount, long seed) throws IOException {
    this.mount = mount;
    this.random = new Random(seed);
    for (String folder : FOLDERS) {
      if (!folder.isEmpty()) {
        String path = folder.substring(0, folder.length() - 1);
        Files.createDirectory(mount.path(path));
        nodes.put(path, new Node(true, nextTree()));
      }
    }
    mount.sync();
    madeDurable();
  }

  /**
   * Returns the trees that a power failure may leave: those that the last fsync left possible, and
   * each tree since. A tree maps paths to texts of {@link #describe}.
   */
  List<Map<String, String>> possible() {
    return possible;
  }

  /** Returns the last step, for messages. */
  String last() {
    return last;
  }

  /** Returns the text for a directory, or for a file with a number of names and a content. */
  static String describe(boolean directory, long names, byte[] content) {
    return directory
        ? "directory"
        : "file, " + names + " names, " + content.length + " bytes " + Arrays.hashCode(content);
  }

  /** Returns the text for a file whose content no fsync has made durable. */
  static String describeOpen(long names) {
    return "file, " + names + " names, ";
  }

  /** Does a random step, which is an fsync one third of the time. */
  void step() throws IOException {
    if (random.nextInt(3) == 0) {
      syncSomething();
      return;
    }
    String path = FOLDERS.get(random.nextInt(FOLDERS.size())) + NAMES.get(random.nextInt(4));
    Node node = nodes.get(path);
    if (node == null) {
      make(path);
    } else if (node.directory) {
      changeDirectory(path);
    } else {
      changeFile(path, node);
    }
    possible.add(tree());
  }

  private void make(String path) throws IOException {
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        last = "mkdir " + path;
        Files.createDirectory(mount.path(path));
        nodes.put(path, new Node(true, nextTree()));
      }
      case 2 -> nameFile(path);
      case 3 -> linkTo(path);
      default -> {
        last = "create " + path;
        Files.createFile(mount.path(path));
        Node node = new Node(false, nextTree());
        nodes.put(path, node);
        if (random.nextBoolean()) {
          write(path, node);
        }
      }
    }
  }

  /** Gives a name to a file without one, made now or earlier. */
  private void nameFile(String path) throws IOException {
    if (nameless.isEmpty() || random.nextBoolean()) {
      last = "tmpfile";
      NamelessFile file = NamelessFile.in(mount.root());
      Node node = new Node(false, nextTree());
      nameless.add(new Nameless(file, node));
      write(file.path(), node);
      return;
    }
    Nameless one = nameless.remove(random.nextInt(nameless.size()));
    last = "link a tmpfile as " + path;
    one.file.link(mount.path(path));
    one.file.close();
    one.node.changedAt = nextTree();
    nodes.put(path, one.node);
  }

  private void linkTo(String path) throws IOException {
    List<String> files = files();
    if (!files.isEmpty()) {
      String other = files.get(random.nextInt(files.size()));
      last = "link " + other + " as " + path;
      Files.createLink(mount.path(path), mount.path(other));
      Node node = Objects.requireNonNull(nodes.get(other));
      node.changedAt = nextTree();
      nodes.put(path, node);
    }
  }

  private void changeDirectory(String path) throws IOException {
    last = "rmdir " + path;
    Files.delete(mount.path(path)); // no file is ever made below these
    nodes.remove(path);
  }

  private void changeFile(String path, Node node) throws IOException {
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        last = "unlink " + path;
        Files.delete(mount.path(path));
        nodes.remove(path);
        node.changedAt = nextTree();
      }
      case 2, 3 -> rename(path);
      case 4 -> {
        int size = random.nextInt(MOST_BYTES);
        last = "truncate " + path + " to " + size;
        int before = node.content.length;
        mount.file(path).truncate(size);
        node.content = Arrays.copyOf(node.content, size);
        contentChanged(node, size != before);
      }
      case 5 -> {
        int from = BLOCK * random.nextInt(8);
        int length = BLOCK * (1 + random.nextInt(4));
        last = "punch " + path + " " + from + " " + length;
        mount.file(path).punch(from, length);
        int size = node.content.length;
        Arrays.fill(node.content, Math.min(size, from), Math.min(size, from + length), (byte) 0);
        if (from < size) { // otherwise the kernel does nothing
          contentChanged(node, true);
        }
      }
      default -> write(path, node);
    }
  }

  private void rename(String path) throws IOException {
    String to = FOLDERS.get(random.nextInt(FOLDERS.size())) + NAMES.get(random.nextInt(4));
    Node there = nodes.get(to);
    Node node = Objects.requireNonNull(nodes.get(path));
    if (there == node || (there != null && there.directory)) {
      return;
    }
    last = "rename " + path + " to " + to;
    Files.move(mount.path(path), mount.path(to), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    node.changedAt = nextTree();
    if (there != null) {
      there.changedAt = nextTree();
    }
    nodes.remove(path);
    nodes.put(to, node);
  }

  private void write(String path, Node node) throws IOException {
    last = "write " + path;
    write(mount.path(path), node);
  }

  private void write(Path path, Node node) throws IOException {
    int from = random.nextInt(MOST_BYTES / 2);
    byte[] bytes = new byte[1 + random.nextInt(MOST_BYTES / 2)];
    random.nextBytes(bytes);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
        channel.write(rest, from + rest.position());
      }
    }
    int before = node.content.length;
    int size = Math.max(before, from + bytes.length);
    node.content = Arrays.copyOf(node.content, size);
    System.arraycopy(bytes, 0, node.content, from, bytes.length);
    contentChanged(node, size > before);
  }

  private void syncSomething() throws IOException {
    if (random.nextInt(12) == 0) {
      last = "sync";
      mount.sync();
      for (Node node : nodes.values()) {
        node.durable = true;
      }
      for (Nameless one : nameless) {
        one.node.durable = true;
      }
      madeDurable();
      return;
    }
    List<String> files = files();
    if (files.isEmpty()) {
      return;
    }
    String path = files.get(random.nextInt(files.size()));
    last = "fsync " + path;
    mount.file(path).fsync();
    Node node = Objects.requireNonNull(nodes.get(path));
    node.durable = true;
    keepSince(node);
  }

  /**
   * Drops the possible trees older than the last change of a synced file. The others get the
   * present content of that file.
   */
  private void keepSince(Node synced) {
    for (; firstPossible < synced.changedAt; firstPossible++) {
      possible.remove(0);
    }
    Map<String, String> now = tree();
    nodes.forEach(
        (path, node) -> {
          if (node == synced) {
            possible.forEach(tree -> tree.put(path, Objects.requireNonNull(now.get(path))));
          }
        });
    possible.add(now);
  }

  private List<String> files() {
    return nodes.entrySet().stream()
        .filter(entry -> !entry.getValue().directory)
        .map(Map.Entry::getKey)
        .toList();
  }

  private long nextTree() {
    return firstPossible + possible.size();
  }

  /** Notes that content has changed. Within one clock tick, the inode may stay the same. */
  private void contentChanged(Node node, boolean inodeAsWell) {
    node.durable = false;
    if (inodeAsWell) {
      node.changedAt = nextTree();
    }
  }

  private void madeDurable() {
    firstPossible = nextTree();
    possible.clear();
    possible.add(tree());
  }

  private Map<String, String> tree() {
    Map<String, String> tree = new TreeMap<>();
    for (Map.Entry<String, Node> entry : nodes.entrySet()) {
      Node node = entry.getValue();
      long names = nodes.values().stream().filter(other -> other == node).count();
      tree.put(
          entry.getKey(),
          node.directory || node.durable
              ? describe(node.directory, names, node.content)
              : describeOpen(names));
    }
    return tree;
  }

  @Override
  public void close() {
    for (Nameless one : nameless) {
      one.file.close();
    }
  }
}
