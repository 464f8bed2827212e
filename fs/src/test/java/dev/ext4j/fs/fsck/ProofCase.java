package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Fsck;
import dev.ext4j.fs.fsck.check.Checker;
import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A case of damage to an image, with the exact problems that the checker must report. */
final class ProofCase {
  private static final long NOW = 1L << 33; // later than any time in an image

  /** A change of an image. */
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

  /** Makes a case without problems. */
  static ProofCase proof(String name, ProofImage image, Damage damage) {
    return new ProofCase(name, image, damage);
  }

  /**
   * Sets the problems, as {@link ProblemText} writes them. There are none for a change that keeps
   * the image sound.
   */
  ProofCase shows(String... lines) {
    problems = List.of(lines);
    return this;
  }

  /** Puts the journal on another device, with damage to that device. */
  ProofCase withJournal(ProofImage device, Damage deviceDamage) {
    journal = device;
    journalDamage = deviceDamage;
    return this;
  }

  /** Makes the case check the state after the replay instead of that on disk. */
  ProofCase afterReplay() {
    afterReplay = true;
    return this;
  }

  /** Sets the number of problems of one kind that are reported singly. */
  ProofCase upTo(int count) {
    mostProblems = count;
    return this;
  }

  /** Gives the reason why e2fsck is not asked. */
  ProofCase notForE2fsck(String reason) {
    notForE2fsck = reason;
    return this;
  }

  /** Gives the reason why e2fsck reports more kinds of problems than the checker. */
  ProofCase theirsMore(String reason) {
    theirsMore = reason;
    return this;
  }

  /** Gives the reason why e2fsck 1.47.0 -fn calls the image clean and the checker does not. */
  ProofCase oursAlone(String reason) {
    oursAlone = reason;
    return this;
  }

  /** Returns the codes that the case demands. */
  List<ProblemCode> codes() {
    return problems.stream()
        .map(line -> ProblemCode.valueOf(line.split(" ", 2)[0]))
        .distinct()
        .toList();
  }

  /** Returns whether e2fsck -fn can judge the same state. */
  boolean isForE2fsck() {
    return !afterReplay && notForE2fsck == null;
  }

  /** Returns whether e2fsck -fn calls the image clean and the checker does not. */
  boolean isOursAlone() {
    return oursAlone != null;
  }

  /** Returns whether e2fsck reports more kinds of problems. */
  boolean isTheirsMore() {
    return theirsMore != null;
  }

  /** Returns the copy of the image with the damage. */
  DamagedImage damaged() throws IOException {
    DamagedImage damaged = new DamagedImage(image);
    damage.to(damaged);
    return damaged;
  }

  /** Returns the copy of the device with the journal, or null if there is none. */
  @Nullable DamagedImage damagedJournal() throws IOException {
    ProofImage device = journal;
    if (device == null) {
      return null;
    }
    DamagedImage damaged = new DamagedImage(device);
    journalDamage.to(damaged);
    return damaged;
  }

  /** Returns the report of the checker. */
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

  /** Fails unless the checker reports exactly the problems of the case. */
  void verify() throws IOException {
    assertThat(ProblemText.of(check())).as(name).containsExactlyElementsOf(problems);
  }

  @Override
  public String toString() {
    return name;
  }
}
