package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A user of an image that opens it for writing and changes some files in ways that a seed chooses.
 */
final class Changing {
  private static final int FILES = 5;
  private static final int FIRST = 11;
  private static final int INODES = 40;
  private static final long AREA = 200_000;

  private final Calls calls;
  private final RandomGenerator random;
  private final int unit;
  private boolean opened;

  /**
   * Makes a changer that has not opened an image yet.
   *
   * @param unit the unit of ranges that must consist of whole blocks or clusters, in bytes
   */
  Changing(Calls calls, RandomGenerator random, int unit) {
    this.calls = calls;
    this.random = random;
    this.unit = unit;
  }

  /** Opens a device and changes its files. Returns whether it could be opened. */
  boolean run(BlockDevice device) {
    calls.make(
        "open for writing",
        () -> {
          try (Ext4FileSystem fs = Ext4FileSystem.open(device, OpenOptions.readWrite())) {
            opened = true;
            change(fs);
            calls.begin("close after writing");
          }
        });
    return opened;
  }

  private void change(Ext4FileSystem fs) {
    calls.make("recovery", fs::recovery);
    List<Ext4File> files = new ArrayList<>();
    for (int number = FIRST; number < INODES; number++) {
      FileAddress address = FileAddress.inode(number);
      calls.make(
          "look at " + address,
          () -> {
            Ext4File file = fs.file(address);
            if (file.stat().type() == FileType.REGULAR) {
              files.add(file);
            }
          });
    }
    for (int i = 0; i < FILES && !files.isEmpty(); i++) {
      Ext4File file = files.get(random.nextInt(files.size()));
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        operation(file, files.get(random.nextInt(files.size())));
      }
      if (random.nextInt(4) == 0) {
        calls.make("sync", fs::sync);
      }
    }
    if (!files.isEmpty()) {
      Ext4File file = files.get(random.nextInt(files.size()));
      Ext4File other = files.get(random.nextInt(files.size()));
      calls.make(
          "atomically",
          () ->
              fs.atomically(
                  () -> {
                    file.punch(unit, 3L * unit, ProgressListener.NONE);
                    other.write(random.nextLong(AREA), ByteBuffer.allocate(3 * unit / 2));
                    other.zero(0, unit, Size.KEEP, ProgressListener.NONE);
                  }));
    }
  }

  private void operation(Ext4File file, Ext4File other) {
    long at = random.nextLong(AREA);
    long count = 1 + random.nextLong(random.nextBoolean() ? AREA : 3L * unit);
    long block = at / unit * unit;
    long blocks = Math.max(1, count / unit) * unit;
    boolean keeps = random.nextBoolean();
    ProgressListener none = ProgressListener.NONE;
    switch (random.nextInt(14)) {
      case 0, 1 ->
          calls.make("write", () -> file.write(at, content((int) Math.min(count, 50_000))));
      case 2 ->
          calls.make(
              "writeDirect", () -> file.writeDirect(at, content((int) Math.min(count, 50_000))));
      case 3, 4 -> calls.make("punch", () -> file.punch(at, count, none));
      case 5 -> calls.make("punch all", () -> file.punch(0, Long.MAX_VALUE, none));
      case 6 -> calls.make("collapse", () -> file.collapse(block, blocks, none));
      case 7 -> calls.make("insert", () -> file.insert(block, blocks, none));
      case 8 -> calls.make("zero", () -> file.zero(at, count, keeps ? Size.KEEP : Size.GROW, none));
      case 9 ->
          calls.make(
              "allocate", () -> file.allocate(at, count, keeps ? Size.KEEP : Size.GROW, none));
      case 10 -> calls.make("truncate", () -> file.truncate(keeps ? 0 : at, none));
      case 11 -> calls.make("force", file::force);
      case 12 -> calls.make("exchange", () -> file.exchange(block, other, 0, blocks, none));
      default -> calls.make("planPunch", () -> file.inspect().planPunch(at, count));
    }
  }

  private ByteBuffer content(int count) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) (1 + random.nextInt(250)));
    return ByteBuffer.wrap(bytes);
  }
}
