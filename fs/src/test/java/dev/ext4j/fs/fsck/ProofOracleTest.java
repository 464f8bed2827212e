package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.ToolResult;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the damage of all cases against e2fsck. What the checker calls an error must be one, and
 * each complaint of e2fsck must have a code.
 */
@Tag("oracle")
class ProofOracleTest {
  static Stream<ProofCase> cases() {
    return ProofTable.all().stream().filter(ProofCase::isForE2fsck);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void damage_isJudgedAsByE2fsck(ProofCase proof) throws IOException {
    Oracles.requireE2fsprogs();
    FsckReport report = proof.check();
    ToolResult theirs = byE2fsck(proof);
    boolean clean = theirs.exitCode() == 0;
    if (proof.isOursAlone()) {
      assertThat(report.isClean()).as("the case says that ours finds more").isFalse();
      assertThat(clean).as("the case says that e2fsck finds nothing: %s", theirs).isTrue();
    } else {
      assertThat(report.isClean()).as("%s", theirs).isEqualTo(clean);
    }
    if (!report.isCutShort()) {
      List<String> missing = E2fsckMessages.missingIn(report, theirs.stdout());
      if (proof.isTheirsMore()) {
        assertThat(missing).as("the case says that e2fsck tells of more").isNotEmpty();
      } else {
        assertThat(missing).as("%s", ProblemText.of(report)).isEmpty();
      }
    }
  }

  private static ToolResult byE2fsck(ProofCase proof) throws IOException {
    try (Judge judge = Judge.open()) {
      String image = judge.saveExactly(proof.damaged().disk(), "damaged").toString();
      DamagedImage journal = proof.damagedJournal();
      ExternalTool e2fsck = ExternalTool.named("e2fsck");
      return journal == null
          ? e2fsck.run("-fn", image)
          : e2fsck.run("-fn", "-j", judge.saveExactly(journal.disk(), "log").toString(), image);
    }
  }
}
