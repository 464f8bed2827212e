package dev.ext4j.cli.schema;

import dev.ext4j.cli.ProgramRun;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ExternalJournal;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Scratch;
import dev.ext4j.testimages.TreePopulator;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs commands with {@code --json} on images that mke2fs, debugfs and the kernel make for it: odd
 * names, devices, attributes, fast commits, an external journal, and bad states of a crash.
 */
final class MadeDocuments {
  /** Makes files with odd names, some of them in a directory with a hash tree. */
  private static final String ODD_NAMES =
      """
      set -e
      cd "$1"
      odd=$(printf 'odd\\377')
      mkdir "$odd.d"
      head -c 300000 /dev/zero | tr '\\0' x > "$odd"
      cp "$odd" "$odd.d/$odd"
      ln -s "$odd" "$odd.link"
      mknod chr c 1 3
      mknod blk b 7 1
      mkfifo fifo
      """;

  /** Makes a file with a name that is not UTF-8 and a hole in each second block. */
  private static final String HOLES =
      """
      set -e
      cd "$1"
      for block in $(seq 0 2 200); do
        seq 200 | dd of="$(printf 'odd\\377')" bs=1024 count=1 seek="$block" conv=notrunc status=none
      done
      """;

  private static final String ODD = "/odd\uDCFF";

  private final DocumentLog log;
  private final Path folder;

  MadeDocuments(DocumentLog log, Path folder) {
    this.log = log;
    this.folder = folder;
  }

  void run() throws IOException {
    oddNames();
    attributes();
    fastCommits();
    revokes();
    externalJournal();
    noJournal();
    crashes();
  }

  private void oddNames() throws IOException {
    Path image = Mke2fs.create(ImageKinds.B4K.named("odd"), folder);
    try (KernelMount mount = KernelMount.readWrite(image)) {
      TreePopulator.fill(mount);
      shell(ODD_NAMES, mount.root());
    }
    shell("cd \"$1\" && ln odd.img \"$(printf 'odd\\377')\"", folder);
    try {
      oddNames(image, folder + ODD);
    } finally {
      shell("cd \"$1\" && rm \"$(printf 'odd\\377')\"", folder); // Java cannot delete it
    }
  }

  private void oddNames(Path image, String name) throws IOException {
    log.run("info", "--json", name);
    log.run("journal", "info", "--json", name);
    log.run("journal", "log", "--json", name);
    log.run("journal", "replay", "--json", name);
    log.run("ls", "--json", "-R", name, "/");
    log.run("ls", "--json", name, ODD + ".d");
    log.run("dump", "--json", "--htree", name, "/tree/htree");
    for (String path : List.of("/chr", "/blk", "/fifo", ODD, ODD + ".link", ODD + ".d")) {
      log.run("stat", "--json", name, path);
      log.run("dump", "--json", name, path);
    }
    for (String option : List.of("--holes", "--tree", "--layers=disk,es")) {
      log.run("map", "--json", option, name, ODD);
    }
    log.run("check-es", "--json", name, ODD);
    String content = Files.write(folder.resolve("content"), new byte[10]).toString();
    log.run("write", "--json", name, ODD, "100", content);
    log.run("fallocate", "--json", name, ODD, "4M", "64K");
    log.run("zero", "--json", name, ODD, "64K", "64K");
    log.run("insert", "--json", name, ODD, "64K", "64K");
    log.run("collapse", "--json", name, ODD, "64K", "64K");
    log.run("punch", "--json", "--dry-run", name, ODD, "1000", "64K");
    log.run("punch", "--json", name, ODD, "1000", "64K");
    log.run("truncate", "--json", name, ODD, "100K");
    log.run("crash-sweep", "--json", "--no-fsck", "--max-states=1", name, "--", "info", "{}");
    damage(image, inodeOf(name, ODD), inodeOf(name, ODD + ".d" + ODD));
    log.run("fsck", "--json", name);
  }

  private static void shell(String script, Path argument) throws IOException {
    ExternalTool.named("sh")
        .withInput(script.getBytes(StandardCharsets.US_ASCII))
        .run("-s", "--", argument.toString())
        .orFail();
  }

  /**
   * Gives two files with odd names wrong link counts and blocks, and takes the inode of another.
   */
  private void damage(Path image, long file, long fileBelow) throws IOException {
    Debugfs.writing(image)
        .runAll(List.of("sif <" + file + "> links_count 9", "sif <" + file + "> blocks 5"));
    log.run("fsck", "--json", image.toString());
    log.run("check-es", "--json", image.toString());
    Debugfs.writing(image).run("clri <" + fileBelow + ">");
    log.run("fsck", "--json", image.toString());
    log.run("ls", "--json", "-R", image.toString());
  }

  private static long inodeOf(String image, String path) {
    Matcher number =
        Pattern.compile("\"ino\":(\\d+)")
            .matcher(ProgramRun.of("stat", "--json", image, path).out());
    if (!number.find()) {
      throw new AssertionError(path);
    }
    return Long.parseLong(number.group(1));
  }

  private void attributes() throws IOException {
    Path image = Mke2fs.create(ImageKinds.NO_CSUM.named("attributes"), folder);
    Path content = Files.write(folder.resolve("content"), new byte[10]);
    Path acl = Files.write(folder.resolve("acl"), acl());
    Path capability = Files.write(folder.resolve("capability"), capability());
    Debugfs.writing(image)
        .runAll(
            List.of(
                "write " + content + " file",
                "mkdir folder",
                "ea_set file user.comment text",
                "ea_set file user.oddname text",
                "ea_set -f " + content + " file user.zeros",
                "ea_set -f " + acl + " file system.posix_acl_access",
                "ea_set -f " + acl + " folder system.posix_acl_default",
                "ea_set -f " + capability + " file security.capability"));
    String bytes = Files.readString(image, StandardCharsets.ISO_8859_1);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(bytes.indexOf("oddname"));
      file.write(0xFF);
    }
    log.run("stat", "--json", image.toString(), "/file");
    log.run("stat", "--json", image.toString(), "/folder");
  }

  /** Returns an access control list as system calls have it, with a named user. */
  private static byte[] acl() {
    ByteBuffer bytes = ByteBuffer.allocate(44).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    int[][] entries = {{1, 6, -1}, {2, 4, 1000}, {4, 4, -1}, {16, 6, -1}, {32, 4, -1}};
    for (int[] entry : entries) {
      bytes.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
    }
    return bytes.array();
  }

  /** Returns a capability of revision 3, with the root user 1000. */
  private static byte[] capability() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putInt(0x03000001).putInt(1 << 13).putInt(1).putLong(0).putInt(1000).array();
  }

  private void fastCommits() throws IOException {
    Path image = Mke2fs.create(ImageKinds.FAST_COMMIT, folder);
    Path crashed = folder.resolve("crashed.img");
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
      mount.file("file").write(0, new byte[100_000]);
      mount.sync();
      shell("cd \"$1\" && echo new > new && ln file \"$(printf 'link\\377')\"", mount.root());
      mount.file("new").fsync();
      mount.file("file").truncate(5000);
      mount.file("file").fsync();
      mount.copyAsItLies(crashed);
    }
    log.run("journal", "info", "--json", crashed.toString());
    log.run("journal", "log", "--json", crashed.toString());
  }

  private void revokes() throws IOException {
    Path image = Mke2fs.create(ImageKinds.B1K.named("revokes"), folder);
    Path crashed = folder.resolve("revoked.img");
    try (KernelMount mount = KernelMount.readWrite(image, "commit=300")) {
      shell("cd \"$1\" && mkdir dir && cd dir && seq 500 | xargs touch", mount.root());
      mount.sync();
      shell("cd \"$1\" && rm -r dir", mount.root());
      mount.sync();
      mount.copyAsItLies(crashed);
    }
    log.run("journal", "log", "--json", crashed.toString());
  }

  private void externalJournal() throws IOException {
    ExternalJournal external = ExternalJournal.create(folder);
    String image = external.image().toString();
    log.run("journal", "info", "--json", image);
    log.run("journal", "info", "--json", "--journal", external.journal().toString(), image);
  }

  private void noJournal() throws IOException {
    Path image = Mke2fs.create(ImageKinds.NO_JOURNAL, folder);
    log.run("journal", "info", "--json", image.toString());
    log.run("journal", "log", "--json", image.toString());
  }

  /** Judges states of a command that cannot be safe: torn blocks without a journal. */
  private void crashes() throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of("crash", "ext4", 1024, 6 << 20)
            .withFeatures("^has_journal", "^resize_inode")
            .withWords("-N", "64");
    Path image = Mke2fs.create(recipe, folder);
    try (KernelMount mount = KernelMount.readWrite(image)) {
      shell(HOLES, mount.root());
    }
    String[] words = {"--", "punch", "{}", ODD, "1000", "100K"};
    sweep(image, words, "--kinds=prefix,torn,drop,only,subset", "--keep=" + folder.resolve("bad"));
    sweep(image, words, "--max-states=5", "--check=test -s {image} -a -n \uDCFF");
    Debugfs.writing(image).run("sif <2> links_count 5");
    sweep(image, words, "--max-states=5");
  }

  private void sweep(Path image, String[] words, String... options) {
    String[] line = new String[options.length + words.length + 3];
    line[0] = "crash-sweep";
    line[1] = "--json";
    System.arraycopy(options, 0, line, 2, options.length);
    line[options.length + 2] = image.toString();
    System.arraycopy(words, 0, line, options.length + 3, words.length);
    log.run(line);
  }

  /** Runs everything in a folder for large files. */
  static void run(DocumentLog log) throws IOException {
    try (Scratch scratch = Scratch.open()) {
      new MadeDocuments(log, scratch.folder()).run();
    }
  }
}
