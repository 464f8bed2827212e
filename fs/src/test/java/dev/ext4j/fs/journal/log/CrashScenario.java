package dev.ext4j.fs.journal.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.ForwardingDevice;
import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.blockdev.sim.Tearing;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.file.FileModel;
import dev.ext4j.fs.file.FileRanges;
import dev.ext4j.fs.inode.OrphanList;
import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.journal.Cuts;
import dev.ext4j.fs.journal.Journal;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.KernelMount;
import dev.ext4j.testimages.RangeOperation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * A recording of changes made one after the other in one opening of an image. The contents of the
 * files before and after each change are known from arrays of bytes. A crash state must equal one
 * of these states in all files at once. It must not be older than the last durable change, nor
 * newer than the change that was running.
 */
final class CrashScenario {
  private static final int BLOCK = 1024;
  private static final int MOST_CUTS = 10;

  private final Judge judge;
  private final String name;
  private final RecordingDevice recording;
  private final List<Map<String, byte[]>> models = new ArrayList<>();
  private final List<Integer> durableAt = new ArrayList<>();

  CrashScenario(Judge judge, String name, MemoryBlockDevice image, List<String> files)
      throws IOException {
    this.judge = judge;
    this.name = name;
    this.recording = RecordingDevice.sharing(image);
    models.add(read(image, files));
    durableAt.add(0);
  }

  /** Makes and records the changes one after the other. */
  @CanIgnoreReturnValue
  CrashScenario run(List<RangeOperation> steps) throws IOException {
    return run(steps, device -> device);
  }

  /** Makes and records the changes, with a device between the file system and the recording. */
  @CanIgnoreReturnValue
  CrashScenario run(List<RangeOperation> steps, UnaryOperator<BlockDevice> between)
      throws IOException {
    return run(steps, between, OpenOptions.readWrite());
  }

  /** Makes and records the changes, with such a device and with options. */
  @CanIgnoreReturnValue
  CrashScenario run(
      List<RangeOperation> steps, UnaryOperator<BlockDevice> between, OpenOptions options)
      throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(between.apply(recording), options)) {
      for (RangeOperation step : steps) {
        FileRanges.apply(fs, step);
        fs.sync();
        models.add(after(models.get(models.size() - 1), step));
        durableAt.add(recording.eventCount());
      }
    }
    return this;
  }

  /**
   * Makes and records the changes. After some of them, the oldest transactions in the log are
   * written home and dropped, as a thread does in the background.
   *
   * @param checkpointAfter the numbers of these changes, from 0
   */
  @CanIgnoreReturnValue
  CrashScenario runWithCheckpoints(List<RangeOperation> steps, IntPredicate checkpointAfter)
      throws IOException {
    try (Mount mount = new Mount(recording, MountOptions.readWrite())) {
      Journal journal = mount.volume().journal();
      journal.leaveCommitsTo(new NoCommits());
      OrphanList orphans = new OrphanList(mount.superblock(), mount.inodes());
      for (int i = 0; i < steps.size(); i++) {
        RangeOperation step = steps.get(i);
        byte[] path = ("/" + step.file()).getBytes(StandardCharsets.UTF_8);
        FileRanges.apply(mount.paths().resolve(path), mount.volume(), orphans, step);
        mount.sync();
        models.add(after(models.get(models.size() - 1), step));
        durableAt.add(recording.eventCount());
        if (checkpointAfter.test(i)) {
          journal.checkpointOldest();
        }
      }
    }
    return this;
  }

  /** A committer that never commits, so that only the scenario does. */
  private static final class NoCommits implements Journal.Committer {
    @Override
    public void changed() {}

    @Override
    public void committed() {}
  }

  /** Makes and records all steps as one change. */
  @CanIgnoreReturnValue
  CrashScenario runAtomically(List<RangeOperation> steps) throws IOException {
    return runAtomically(steps, OpenOptions.readWrite());
  }

  /** Makes and records all steps as one change, with options. */
  @CanIgnoreReturnValue
  CrashScenario runAtomically(List<RangeOperation> steps, OpenOptions options) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, options)) {
      fs.atomically(
          () -> {
            for (RangeOperation step : steps) {
              FileRanges.apply(fs, step);
            }
          });
      Map<String, byte[]> after = models.get(0);
      for (RangeOperation step : steps) {
        after = after(after, step);
      }
      models.add(after);
      durableAt.add(recording.eventCount());
    }
    return this;
  }

  private static Map<String, byte[]> after(Map<String, byte[]> before, RangeOperation step) {
    FileModel model = new FileModel();
    model.reset(Objects.requireNonNull(before.get(step.file())).clone());
    model.apply(step);
    Map<String, byte[]> after = new TreeMap<>(before);
    after.put(step.file(), model.content());
    return after;
  }

  int eventCount() {
    return recording.eventCount();
  }

  /** Returns all points to cut at: before each write, and at the end. */
  List<Integer> cuts() {
    return Cuts.all(recording);
  }

  /** Returns some of these points. The choice is new in each run. */
  List<Integer> someCuts() {
    return Cuts.some(recording, MOST_CUTS);
  }

  /** Checks the state in which everything before the cut has reached the disk. */
  void cutAt(int events, boolean kernel) throws IOException {
    verify(recording.imageAfter(events), events, name + ", cut after event " + events, kernel);
  }

  /** Checks a state in which some unflushed writes are lost or torn. */
  void crashAt(int events, RandomGenerator random, boolean kernel, String seed) throws IOException {
    BlockDevice state = recording.crashAfter(events, random, Tearing.SECTORS);
    verify(state, events, name + ", crash after event " + events + ", seed " + seed, kernel);
  }

  /** Returns the number of bytes written in the largest epoch. */
  long largestEpoch() {
    long largest = 0;
    for (Epoch epoch : Epoch.of(recording.events())) {
      long bytes = 0;
      for (DeviceEvent event : epoch.writes()) {
        bytes += event instanceof DeviceEvent.Write write ? write.data().remaining() : 0;
      }
      largest = Math.max(largest, bytes);
    }
    return largest;
  }

  /**
   * Checks each epoch between two flushes in its hardest states. Equal states are checked once.
   *
   * @return the number of states checked
   */
  int allEpochs() throws IOException {
    Set<Long> judged = new HashSet<>();
    for (Epoch epoch : Epoch.of(recording.events())) {
      for (List<DeviceEvent> kept : epoch.hardest()) {
        MemoryBlockDevice state = state(epoch, kept);
        if (judged.add(31L * epoch.end() + hash(state))) {
          String situation = name + ", epoch after event " + epoch.start() + ", left are " + kept;
          verify(state, epoch.end(), situation, false);
        }
      }
    }
    requireClosed(MemoryBlockDevice.copyOf(recording.imageAfter(recording.eventCount())));
    return judged.size();
  }

  private static long hash(MemoryBlockDevice disk) throws IOException {
    CRC32C sum = new CRC32C();
    long[] hash = {0};
    disk.copyTo(
        new ForwardingDevice(disk) {
          @Override
          public void writeFully(long byteOffset, ByteBuffer source) {
            sum.reset();
            sum.update(source);
            hash[0] = hash[0] * 31 + byteOffset + (sum.getValue() << 20);
          }
        });
    return hash[0];
  }

  private MemoryBlockDevice state(Epoch epoch, List<DeviceEvent> kept) throws IOException {
    BlockDevice state = recording.imageAfter(epoch.start());
    for (DeviceEvent event : kept) {
      event.applyTo(state);
    }
    return MemoryBlockDevice.copyOf(state);
  }

  /**
   * Returns the flushes that can each be left out without a bad state, with their event numbers and
   * the writes before them.
   *
   * @param most the number of flushes to check, counted back from the last one
   */
  List<String> flushesThatNothingMisses(int most) throws IOException {
    List<String> missed = new ArrayList<>();
    List<Epoch> epochs = Epoch.of(recording.events());
    for (int i = Math.max(0, epochs.size() - 1 - most); i + 1 < epochs.size(); i++) {
      Epoch epoch = epochs.get(i);
      boolean isLast = i + 2 == epochs.size() && epochs.get(i + 1).writes().isEmpty();
      if (!isMissed(epoch, epochs.get(i + 1), isLast)) {
        missed.add(epoch.end() + " after " + epoch.writes().size() + " writes, " + epoch.writes());
      }
    }
    return missed;
  }

  private boolean isMissed(Epoch epoch, Epoch next, boolean isLast) {
    try {
      for (List<DeviceEvent> kept : epoch.mixedWith(next, BLOCK)) {
        MemoryBlockDevice state = state(epoch, kept);
        verify(state, next.end(), "a flush left out", false);
        if (isLast) {
          requireClosed(state);
        }
      }
      return false;
    } catch (AssertionError | IOException e) {
      return true;
    }
  }

  /**
   * Fails if the log holds transactions but the superblock does not ask for a recovery. Without
   * that request they would not count.
   */
  private static void requireAnnounced(MemoryBlockDevice state, String situation)
      throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(state, OpenOptions.readOnly())) {
      JournalInfo journal = fs.inspect().journal();
      boolean isEmpty = journal.log().map(JournalInfo.Log::isEmpty).orElse(true);
      assertThat(isEmpty || journal.needsRecovery()).as("%s: log announced", situation).isTrue();
    }
  }

  /** Fails if the superblock asks for a recovery after the close. */
  private static void requireClosed(MemoryBlockDevice state) throws IOException {
    try (Mount mount = new Mount(state, MountOptions.readOnly())) {
      assertThat(mount.needsRecovery()).as("a recovery is asked for after the close").isFalse();
    }
  }

  private void verify(BlockDevice state, int events, String situation, boolean kernel)
      throws IOException {
    MemoryBlockDevice crashed = MemoryBlockDevice.copyOf(state);
    requireAnnounced(crashed, situation);
    int oldest = 0;
    while (oldest + 1 < models.size() && durableAt.get(oldest + 1) <= events) {
      oldest++;
    }
    int newest = Math.min(models.size() - 1, oldest + 1);

    int seen = index(read(crashed, files()), oldest, newest, situation + ", as readers see it");
    MemoryBlockDevice recovered = crashed.copy();
    recover(recovered);
    judge.requireClean(recovered, situation + ", recovered by ext4j");
    int ours = index(read(recovered, files()), oldest, newest, situation + ", recovered");
    assertThat(ours).as("%s: readers and writers", situation).isEqualTo(seen);

    boolean bigalloc = hasClusters(crashed);
    if (!bigalloc) {
      MemoryBlockDevice repaired = judge.repaired(crashed, situation);
      int theirs = index(read(repaired, files()), oldest, newest, situation + ", by e2fsck");
      assertThat(theirs).as("%s: e2fsck and ext4j", situation).isEqualTo(ours);
    }
    if (kernel || bigalloc) {
      int kernels = index(throughKernel(crashed), oldest, newest, situation + ", by the kernel");
      assertThat(kernels).as("%s: the kernel and ext4j", situation).isEqualTo(ours);
    }
  }

  /**
   * Returns whether clusters have several blocks. There e2fsck 1.47.0 truncates an orphan by the
   * first block of each cluster only, and then clears the inode as damaged. An orphan made by
   * debugfs alone shows the same. The kernel is the judge of such images.
   */
  private static boolean hasClusters(BlockDevice disk) throws IOException {
    try (Mount mount = new Mount(disk, MountOptions.readOnly())) {
      return mount.geometry().clusterRatioBits() > 0;
    }
  }

  private static void recover(BlockDevice disk) throws IOException {
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readWrite())) {
      fs.sync();
    }
  }

  private Map<String, byte[]> throughKernel(MemoryBlockDevice crashed) throws IOException {
    Path image = judge.save(crashed, "kernel.img");
    Map<String, byte[]> contents = new TreeMap<>();
    try (KernelMount mount = KernelMount.readWrite(image)) {
      for (String file : files()) {
        contents.put(file, Files.readAllBytes(mount.path(file)));
      }
    }
    E2fsck.Verdict verdict = E2fsck.check(image);
    assertThat(verdict.clean()).as("after the kernel's recovery: %s", verdict).isTrue();
    return contents;
  }

  /** Returns the index of the state that all files are in. */
  private int index(Map<String, byte[]> found, int oldest, int newest, String situation) {
    String difference = "";
    for (int i = newest; i >= oldest; i--) {
      difference = difference(found, models.get(i));
      if (difference.isEmpty()) {
        return i;
      }
    }
    throw new AssertionError(
        situation + ": neither as before nor as after: " + difference + " from the older one");
  }

  private static String difference(Map<String, byte[]> found, Map<String, byte[]> model) {
    for (Map.Entry<String, byte[]> file : model.entrySet()) {
      int at = Arrays.mismatch(Objects.requireNonNull(found.get(file.getKey())), file.getValue());
      if (at >= 0) {
        return file.getKey() + " differs at byte " + at;
      }
    }
    return "";
  }

  private List<String> files() {
    return List.copyOf(models.get(0).keySet());
  }

  private static Map<String, byte[]> read(BlockDevice disk, List<String> files) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Ext4FileSystem fs = Ext4FileSystem.open(disk, OpenOptions.readOnly())) {
      for (String name : files) {
        Ext4File file = fs.file(address(name));
        ByteBuffer bytes = ByteBuffer.allocate((int) file.stat().size());
        while (bytes.hasRemaining()) {
          file.read(bytes.position(), bytes);
        }
        contents.put(name, bytes.array());
      }
    }
    return contents;
  }

  private static FileAddress address(String path) {
    return FileAddress.path(("/" + path).getBytes(StandardCharsets.UTF_8));
  }
}
