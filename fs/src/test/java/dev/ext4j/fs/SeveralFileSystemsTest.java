package dev.ext4j.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.fs.inspect.Holes;
import dev.ext4j.fs.inspect.TraceEvent;
import dev.ext4j.fs.inspect.Tracer;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that file systems which are open at the same time know nothing of each other. */
class SeveralFileSystemsTest extends TwoFilesTest {
  /** A tracer that keeps what it hears. */
  private static final class Notes implements Tracer {
    private final EnumSet<TraceEvent.Kind> kinds;
    private final List<TraceEvent> events = new ArrayList<>();

    Notes(EnumSet<TraceEvent.Kind> kinds) {
      this.kinds = kinds;
    }

    @Override
    public boolean hears(TraceEvent.Kind kind) {
      return kinds.contains(kind);
    }

    @Override
    public synchronized void hear(TraceEvent event) {
      events.add(event);
    }
  }

  @MustBeClosed
  private static Ext4FileSystem open(Tracer tracer) throws IOException {
    OpenOptions options = OpenOptions.builder().writable(true).tracer(tracer).build();
    return Ext4FileSystem.open(image.copy(), options);
  }

  @Test
  void tracer_hearsItsOwnFileSystemAndTheKindsItWants() throws IOException {
    Notes steps = new Notes(EnumSet.of(TraceEvent.Kind.STEPS));
    Notes all = new Notes(EnumSet.allOf(TraceEvent.Kind.class));
    try (Ext4FileSystem one = open(steps);
        Ext4FileSystem other = open(all);
        Ext4FileSystem untraced = Ext4FileSystem.open(image.copy(), OpenOptions.readWrite())) {
      Ext4File mine = file(one, "/f");
      all.events.clear();
      mine.write(0, bytes(BLOCK, 'A'));
      mine.punch(0, BLOCK, ProgressListener.NONE);
      file(untraced, "/f").write(0, bytes(BLOCK, 'A'));
      assertThat(all.events).isEmpty();
      assertThat(steps.events).extracting(TraceEvent::what).contains("op.locked", "op.unlock");
      assertThat(steps.events).extracting(TraceEvent::kind).containsOnly(TraceEvent.Kind.STEPS);
      int before = steps.events.size();
      file(other, "/f").write(0, bytes(BLOCK, 'A'));
      file(other, "/f").punch(0, BLOCK, ProgressListener.NONE);
      assertThat(steps.events).hasSize(before);
      assertThat(all.events)
          .extracting(TraceEvent::kind)
          .contains(
              TraceEvent.Kind.ES,
              TraceEvent.Kind.LOCKS,
              TraceEvent.Kind.JOURNAL,
              TraceEvent.Kind.STEPS);
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a close waits for changes
  void visitorUnderALock_mayNotUseAnotherFileSystem() throws IOException {
    try (Ext4FileSystem one = Ext4FileSystem.open(image.copy(), OpenOptions.readWrite());
        Ext4FileSystem other = Ext4FileSystem.open(image.copy(), OpenOptions.readWrite())) {
      Ext4File mine = file(one, "/f");
      Ext4File foreign = file(other, "/f");
      mine.write(0, bytes(BLOCK, 'A'));
      foreign.write(0, bytes(BLOCK, 'B'));
      List<List<String>> held = new ArrayList<>();
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  mine.inspect()
                      .map(
                          Holes.SHOWN,
                          (logical, physical, count, state) -> {
                            held.add(one.inspect().heldLocks());
                            held.add(other.inspect().heldLocks());
                            foreign.write(0, bytes(BLOCK, 'C'));
                            return true;
                          }))
          .withMessageContaining("locks of two file systems at once");
      assertThat(held.get(0)).singleElement().asString().contains("inode lock of");
      assertThat(held.get(1)).isEmpty();
      assertThat(one.inspect().heldLocks()).isEmpty();
    }
  }
}
