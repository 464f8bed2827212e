package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.ProgressListener;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One damage of an image and exactly what the checker says of it. */
final class ProofCase {
  private static final long NOW = 1L << 33; // later than any time in an image

  /** Changes an image. */
  interface Damage {
    void to(DamagedImage image) throws IOException;
  }

  private final String name;
  private final ProofImage image;
  private final Damage damage;
  private @Nullable ProofImage journal;
  private Damage journalDamage = device -> {};
  private boolean afterReplay;
  private int mostProblems = 100;
  private @Nullable String oursAlone;
  private @Nullable String theirsMore;
  private @Nullable String notForE2fsck;
  private List<String> problems = List.of();

  private ProofCase(String name, ProofImage image, Damage damage) {
    this.name = name;
    this.image = image;
    this.damage = damage;
  }

  /** A case that shows nothing yet. */
  static ProofCase proof(String name, ProofImage image, Damage damage) {
    return new ProofCase(name, image, damage);
  }

  /**
   * Says what it shows, as {@link ProblemText} writes it; nothing for a change that leaves
   * everything in order.
   */
  ProofCase shows(String... lines) {
    problems = List.of(lines);
    return this;
  }

  /** Says that the journal is on a device of its own, and what is done to that. */
  ProofCase withJournal(ProofImage device, Damage deviceDamage) {
    journal = device;
    journalDamage = deviceDamage;
    return this;
  }

  /** Says that the state after the replay is checked, and not that on disk. */
  ProofCase afterReplay() {
    afterReplay = true;
    return this;
  }

  /** Says how many problems of one kind are shown. */
  ProofCase upTo(int count) {
    mostProblems = count;
    return this;
  }

  /** Says why e2fsck is not asked. */
  ProofCase notForE2fsck(String reason) {
    notForE2fsck = reason;
    return this;
  }

  /** Says why e2fsck tells of more kinds of problems than the checker. */
  ProofCase theirsMore(String reason) {
    theirsMore = reason;
    return this;
  }

  /** Says why e2fsck 1.47.0 -fn calls it clean, and the checker does not. */
  ProofCase oursAlone(String reason) {
    oursAlone = reason;
    return this;
  }

  /** Codes that the case demands. */
  List<ProblemCode> codes() {
    return problems.stream()
        .map(line -> ProblemCode.valueOf(line.split(" ", 2)[0]))
        .distinct()
        .toList();
  }

  /** Whether e2fsck -fn can say something of the same state. */
  boolean isForE2fsck() {
    return !afterReplay && notForE2fsck == null;
  }

  /** Whether e2fsck -fn calls it clean, and the checker does not. */
  boolean isOursAlone() {
    return oursAlone != null;
  }

  /** Whether e2fsck tells of more kinds of problems. */
  boolean isTheirsMore() {
    return theirsMore != null;
  }

  /** The copy with the damage. */
  DamagedImage damaged() throws IOException {
    DamagedImage damaged = new DamagedImage(image);
    damage.to(damaged);
    return damaged;
  }

  /** The copy of the device with the journal, null for none. */
  @Nullable DamagedImage damagedJournal() throws IOException {
    ProofImage device = journal;
    if (device == null) {
      return null;
    }
    DamagedImage damaged = new DamagedImage(device);
    journalDamage.to(damaged);
    return damaged;
  }

  /** What the checker says. */
  FsckReport check() throws IOException {
    FsckOptions options = FsckOptions.at(NOW).withThreads(1).withMostProblems(mostProblems);
    DamagedImage device = damagedJournal();
    if (device != null) {
      options = options.withJournal(device.disk());
    }
    DamagedImage damaged = damaged();
    return afterReplay
        ? Fsck.check(damaged.disk(), options, Fsck.View.REPLAYED, ProgressListener.NONE).report()
        : new Checker(damaged.disk(), options, ProgressListener.NONE).run();
  }

  /** Fails unless the checker says just that. */
  void verify() throws IOException {
    assertThat(ProblemText.of(check())).as(name).containsExactlyElementsOf(problems);
  }

  @Override
  public String toString() {
    return name;
  }
}
