package dev.ext4j.fs.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.sim.DeviceEvent;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.content.ContentChange;
import dev.ext4j.fs.file.FileContent;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.journal.PausingDevice.Pause;
import dev.ext4j.fs.journal.Threads.Job;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of threads that share a commit, and of files that are made durable by themselves. */
class GroupCommitTest {
  private final Threads threads = new Threads();
  private final RecordingDevice recording = RecordingDevice.sharing(SampleDisk.make());
  private final PausingDevice device = new PausingDevice(recording);
  private final List<Long> committed = new ArrayList<>();
  private Mount mount;
  private Journal journal;

  @BeforeEach
  void open() throws IOException {
    mount = new Mount(device, MountOptions.readWrite());
    mount.volume().pages().writeInForegroundOnly();
    journal = mount.volume().journal();
    // The first commit marks the file system while it keeps all handles out.
    change(inode("/data.bin"));
    journal.commit();
    journal.observe(transaction -> committed.add(transaction.number()));
  }

  @AfterEach
  void close() throws IOException {
    threads.close();
    mount.close();
  }

  private Inode inode(String path) throws IOException {
    return mount.paths().resolve(path.getBytes(StandardCharsets.UTF_8));
  }

  /** Changes an inode in the running transaction, and returns the number of that. */
  private long change(Inode inode) throws IOException {
    ContentChange.noteAlone(inode, mount.volume());
    return inode.lastChange();
  }

  @Test
  void threadWhoseTransactionAnotherOneCommits_doesNotCommitTheNext() throws Exception {
    Inode inode = inode("/data.bin");
    change(inode);
    Pause first = device.pauseAt((from, to) -> true);
    Job leader = threads.start(() -> journal.commit());
    first.awaitReached();
    long second = change(inode);
    Job one = threads.start(() -> journal.commitTo(second));
    Job other = threads.start(() -> journal.commitTo(second));
    one.awaitWaiting();
    other.awaitWaiting();
    Pause next = device.pauseAt((from, to) -> !leader.isCurrent());
    first.close();
    next.awaitReached();
    long third = change(inode);
    next.close();
    for (Job job : List.of(leader, one, other)) {
      job.join();
    }
    assertThat(committed).containsExactly(second - 1, second);
    assertThat(third).as("still running").isEqualTo(second + 1).isEqualTo(journal.runningNumber());
  }

  @Test
  void transactionThatIsDurable_isNotCommittedAgain() throws Exception {
    long number = change(inode("/data.bin"));
    journal.commitTo(number);
    long next = change(inode("/data.bin"));
    int before = recording.eventCount();
    journal.commitTo(number);
    assertThat(recording.eventCount()).isEqualTo(before);
    journal.commitTo(next);
    assertThat(committed).containsExactly(number, next);
  }

  @Test
  void force_leavesChangesOfOtherFilesUncommitted() throws Exception {
    Inode changed = inode("/data.bin");
    Inode forced = inode("/hello.txt");
    FileContent content = new FileContent(forced, mount.volume());
    content.write(0, ByteBuffer.wrap(new byte[100]));
    content.force();
    change(changed);
    int before = recording.eventCount();
    content.force();
    assertThat(recording.eventCount()).as("nothing to do for this file").isEqualTo(before);
    new FileContent(changed, mount.volume()).force();
    assertThat(recording.eventCount()).isGreaterThan(before);
  }

  @Test
  void force_flushesWhatTheFileWroteDirectlyOnce() throws Exception {
    Inode file = inode("/data.bin");
    FileContent content = new FileContent(file, mount.volume());
    content.force();
    ByteBuffer block = ByteBuffer.allocate(mount.geometry().blockSize() * 80);
    content.writeDirect(0, block);
    journal.commit();
    int flushes = flushes();
    content.force();
    int once = flushes();
    content.force();
    assertThat(flushes()).isEqualTo(once);
    assertThat(recording.events().subList(0, recording.eventCount()))
        .last()
        .isInstanceOf(DeviceEvent.Flush.class);
    assertThat(once).isGreaterThanOrEqualTo(flushes);
  }

  @Test
  void forceContent_commitsNoTimes() throws Exception {
    Inode file = inode("/data.bin");
    FileContent content = new FileContent(file, mount.volume());
    content.write(0, ByteBuffer.wrap(new byte[100])); // over blocks that are written
    content.force();
    committed.clear();
    content.write(0, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    content.forceContent();
    assertThat(committed).isEmpty();
    assertThat(recording.events().get(recording.eventCount() - 1))
        .isInstanceOf(DeviceEvent.Flush.class);
    content.force();
    assertThat(committed).hasSize(1);
  }

  @Test
  void forceContent_commitsASizeAndAMapping() throws Exception {
    Inode file = inode("/hello.txt");
    FileContent content = new FileContent(file, mount.volume());
    content.write(50_000, ByteBuffer.wrap(new byte[100]));
    committed.clear();
    content.forceContent();
    assertThat(committed).isNotEmpty();
    assertThat(file.fields().size()).isEqualTo(50_100);
  }

  private int flushes() {
    return recording.flushBoundaries().size();
  }
}
