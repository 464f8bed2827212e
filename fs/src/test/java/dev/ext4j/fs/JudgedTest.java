package dev.ext4j.fs;

import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Tests on images that mke2fs makes and e2fsck checks. They are skipped where these tools are
 * missing.
 */
public abstract class JudgedTest {
  /**
   * The judge of the class whose tests the thread runs. Tests of several classes run side by side,
   * those of one class in one thread. Threads that a test starts have the judge of the test.
   */
  private static final InheritableThreadLocal<Judge> JUDGE = new InheritableThreadLocal<>();

  /** Returns the judge of the test class. */
  protected static Judge judge() {
    return Objects.requireNonNull(JUDGE.get(), "a judge is there from BeforeAll to AfterAll");
  }

  @BeforeAll
  static void openJudge() throws IOException {
    Oracles.requireE2fsprogs();
    JUDGE.set(Judge.open());
  }

  @AfterAll
  static void closeJudge() throws IOException {
    Judge judge = JUDGE.get();
    JUDGE.remove();
    if (judge != null) {
      judge.close();
    }
  }
}
