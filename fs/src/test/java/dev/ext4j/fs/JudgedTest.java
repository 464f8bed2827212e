package dev.ext4j.fs;

import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Tests on images that mke2fs makes and e2fsck checks. They are skipped where these tools are
 * missing.
 */
public abstract class JudgedTest {
  protected static Judge judge;

  @BeforeAll
  static void openJudge() throws IOException {
    Oracles.requireE2fsprogs();
    judge = Judge.open();
  }

  @AfterAll
  static void closeJudge() throws IOException {
    if (judge != null) {
      judge.close();
    }
  }
}
