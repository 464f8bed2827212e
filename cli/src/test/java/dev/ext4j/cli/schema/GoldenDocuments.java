package dev.ext4j.cli.schema;

import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs every command with {@code --json} on the golden images, which need no program. */
final class GoldenDocuments {
  private static final int BLOCK_SIZE = 4096;

  private final DocumentLog log;
  private final Path folder;

  GoldenDocuments(DocumentLog log, Path folder) {
    this.log = log;
    this.folder = folder;
  }

  void run() throws IOException {
    for (GoldenImage golden : GoldenImage.values()) {
      read(unpack(golden, "read").toString());
      for (String path : golden.maps().keySet()) {
        map(folder.resolve(golden.folder() + ".read").toString(), path);
      }
    }
    String sample = unpack(GoldenImage.SAMPLE, "sample").toString();
    dump(sample);
    log.line(sample, "punch --json --dry-run IMG /data.bin 1000 3M");
    log.line(sample, "punch --json --trace=all IMG /data.bin 1000 1M");
    log.line(sample, "stat --json IMG /dir/link-to-hello");
    log.line(sample, "ls --json -d IMG /dir");
    log.line(sample, "journal replay --json IMG");
    edit(sample, "/data.bin");
    log.line(sample, "crash-sweep --json --no-fsck --max-states=3 IMG -- punch {} /data.bin 0 64K");
    log.run("demo", "race", "--json");
    String deep = unpack(GoldenImage.EXTENT_DEPTH_2, "deep").toString();
    log.line(deep, "punch --json --dry-run IMG /deep.bin 1K 2M");
    dirty();
    damaged();
    failures(sample);
  }

  private Path unpack(GoldenImage golden, String use) throws IOException {
    return golden.unpackTo(folder.resolve(golden.folder() + "." + use));
  }

  private void read(String image) {
    for (String line :
        new String[] {
          "info --json IMG",
          "info --json -v IMG",
          "ls --json IMG",
          "ls --json -R -a -U IMG /",
          "stat --json IMG /",
          "journal info --json IMG",
          "journal log --json IMG",
          "journal log --json --inode 2 IMG",
          "check-es --json IMG",
          "fsck --json IMG",
          "fsck --json --view=ondisk IMG",
          "dump --json IMG superblock",
          "dump --json IMG group:0",
          "dump --json IMG /",
          "dump --json --raw IMG <2>",
        }) {
      log.line(image, line);
    }
  }

  private void map(String image, String path) {
    for (String line :
        new String[] {
          "map --json IMG ", "map --json --holes IMG ", "map --json --tree IMG ",
          "map --json --layers disk,es IMG ", "check-es --json IMG ", "dump --json IMG "
        }) {
      log.line(image, line + path);
    }
  }

  private void dump(String image) {
    for (int block = 0; block < 300; block++) {
      log.line(image, "dump --json IMG block:" + block);
    }
  }

  private void edit(String image, String path) throws IOException {
    String content = Files.write(folder.resolve("content"), new byte[10]).toString();
    log.run("write", "--json", image, path, "100", content);
    log.run("fallocate", "--json", image, path, "4M", "64K");
    log.run("zero", "--json", image, path, "64K", "64K");
    log.run("insert", "--json", image, path, "64K", "64K");
    log.run("collapse", "--json", image, path, "64K", "64K");
    log.run("truncate", "--json", image, path, "100K");
  }

  /** Runs the commands on an image with a journal to replay, about which they warn. */
  private void dirty() throws IOException {
    String image = unpack(GoldenImage.DIRTY_JOURNAL, "dirty").toString();
    log.line(image, "punch --json --dry-run IMG /new.bin 1000 3M");
    log.line(image, "journal log --json --inode /new.bin IMG");
    String content = Files.write(folder.resolve("content"), new byte[10]).toString();
    for (String line :
        new String[] {
          "write --json IMG /new.bin 0 " + content,
          "fallocate --json IMG /new.bin 1M 64K",
          "zero --json IMG /new.bin 0 4K",
          "insert --json IMG /new.bin 4K 4K",
          "collapse --json IMG /new.bin 4K 4K",
          "truncate --json IMG /new.bin 100",
          "journal replay --json IMG"
        }) {
      log.line(unpack(GoldenImage.DIRTY_JOURNAL, "dirty").toString(), line);
    }
  }

  /** Runs the commands on a file system with a wrong bitmap, mode, link count and tree. */
  private void damaged() throws IOException {
    Path image = unpack(GoldenImage.SAMPLE, "damaged");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(inode(file, 12) + 0x1A); // the link count
      file.write(9);
      file.seek(number(file, BLOCK_SIZE) * BLOCK_SIZE + 64); // the block bitmap of the only group
      file.write(new byte[BLOCK_SIZE - 64]);
      file.seek(2442L * BLOCK_SIZE + 4000); // the directory /dir
      file.write(1);
    }
    for (String line :
        new String[] {
          "fsck --json IMG", "check-es --json IMG", "ls --json -R IMG", "dump --json IMG <12>"
        }) {
      log.line(image.toString(), line);
    }
    Path none = Files.write(folder.resolve("none"), new byte[1 << 16]);
    log.runLines("fsck", "--json", image.toString(), none.toString(), "missing.img");
  }

  private static long inode(RandomAccessFile file, int number) throws IOException {
    return number(file, BLOCK_SIZE + 8) * BLOCK_SIZE + (number - 1) * 256L;
  }

  private static long number(RandomAccessFile file, long offset) throws IOException {
    byte[] bytes = new byte[4];
    file.seek(offset);
    file.readFully(bytes);
    return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt());
  }

  private void failures(String image) {
    log.line(image, "stat --json IMG /none");
    log.line(image, "map --json IMG /\uDCFF");
    log.line(image, "info --json missing.img");
    log.line(image, "info --json missing\uDCFF.img");
    log.line(image, "stat --json IMG relative");
    log.line(image, "demo --json");
    log.line(image, "fsck --json missing.img");
  }
}
