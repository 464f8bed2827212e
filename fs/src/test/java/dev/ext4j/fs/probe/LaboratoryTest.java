package dev.ext4j.fs.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaboratoryTest {
  private final Laboratory lab = new Laboratory();
  private final Probes probes = lab.probes();

  @Test
  void precaution_isTakenUntilItIsLeftOut_hereOnly() {
    Probes others = new Laboratory().probes();
    assertThat(probes.takes(Safeguard.REVOKES)).isTrue();
    try (Laboratory.Removal removal = lab.without(Safeguard.REVOKES, Safeguard.FINAL_STATUS)) {
      assertThat(probes.takes(Safeguard.REVOKES)).isFalse();
      assertThat(probes.takes(Safeguard.FINAL_STATUS)).isFalse();
      assertThat(probes.takes(Safeguard.INVALIDATE_LOCK)).isTrue();
      assertThat(others.takes(Safeguard.REVOKES)).isTrue();
      assertThat(Probes.NONE.takes(Safeguard.REVOKES)).isTrue();
    }
    assertThat(probes.takes(Safeguard.REVOKES)).isTrue();
  }

  @Test
  @SuppressWarnings("MustBeClosedChecker") // closed in another order
  void removals_endInAnyOrder() {
    Laboratory.Removal first = lab.without(Safeguard.REVOKES);
    Laboratory.Removal second = lab.without(Safeguard.REVOKES, Safeguard.FINAL_STATUS);
    first.close();
    assertThat(probes.takes(Safeguard.REVOKES)).isFalse();
    second.close();
    second.close();
    assertThat(probes.takes(Safeguard.REVOKES)).isTrue();
    assertThat(probes.takes(Safeguard.FINAL_STATUS)).isTrue();
  }

  @Test
  void checksAndCredits_areSwitchedForOneFileSystem() {
    Probes others = new Laboratory().probes();
    lab.check(true);
    lab.limitCredits(() -> true);
    assertThat(probes.checks()).isTrue();
    assertThat(probes.isShortOfCredits()).isTrue();
    assertThat(others.checks()).isFalse();
    assertThat(others.isShortOfCredits()).isFalse();
    assertThat(Probes.NONE.checks()).isFalse();
    assertThat(Probes.NONE.isShortOfCredits()).isFalse();
    lab.check(false);
    lab.limitCredits(null);
    assertThat(probes.checks()).isFalse();
    assertThat(probes.isShortOfCredits()).isFalse();
  }

  @Test
  void syncPoints_areHeardUntilTheListenerGoes() {
    List<String> heard = new ArrayList<>();
    lab.stopAt((point, inode, detail) -> heard.add(point + " " + inode + " " + detail));
    probes.reach(SyncPoint.OP_LOCKED, 12);
    probes.reach(SyncPoint.RM_AFTER, 12, 5);
    new Laboratory().probes().reach(SyncPoint.OP_INV, 13);
    lab.stopAt(null);
    probes.reach(SyncPoint.OP_UNLOCK, 12);
    assertThat(heard).containsExactly("op.locked 12 0", "rm.after 12 5");
  }

  @Test
  void trace_isHeardByItsListener_untilThatFails() {
    List<String> heard = new ArrayList<>();
    Trace.Listener listener =
        new Trace.Listener() {
          @Override
          public boolean hears(Trace kind) {
            return kind != Trace.LOCKS;
          }

          @Override
          public void hear(Trace kind, long inodeNumber, String what, String detail) {
            heard.add(kind + " " + inodeNumber + " " + what + " " + detail);
            if (heard.size() == 3) {
              throw new IllegalStateException("made to fail");
            }
          }
        };
    Probes traced = Probes.tracing(listener);
    assertThat(traced.hears(Trace.ES)).isTrue();
    assertThat(traced.hears(Trace.LOCKS)).isFalse();
    assertThat(traced.takes(Safeguard.REVOKES)).isTrue();
    traced.tell(Trace.ES, 12, "insert", 7);
    traced.reach(SyncPoint.OP_LOCKED, 12, 3);
    traced.tell(Trace.JOURNAL, 0, "commit", "3 blocks");
    assertThat(traced.hears(Trace.ES)).as("after the listener has failed").isFalse();
    traced.tell(Trace.ES, 12, "remove", 8);
    assertThat(heard)
        .containsExactly("ES 12 insert 7", "STEPS 12 op.locked 3", "JOURNAL 0 commit 3 blocks");
    assertThat(Probes.NONE.hears(Trace.ES)).isFalse();
  }
}
