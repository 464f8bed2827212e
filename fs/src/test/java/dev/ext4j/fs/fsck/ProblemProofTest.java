package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of the whole table of cases: it has one for every problem that can be found. */
class ProblemProofTest {
  @Test
  void everyCode_isDemandedByACase() {
    Set<ProblemCode> missing = EnumSet.allOf(ProblemCode.class);
    ProofTable.all().forEach(proof -> missing.removeAll(proof.codes()));
    assertThat(missing).isEmpty();
  }

  @Test
  void everyCase_hasANameOfItsOwn() {
    Set<String> names = new HashSet<>();
    assertThat(ProofTable.all()).allMatch(proof -> names.add(proof.toString()));
  }

  @ParameterizedTest
  @EnumSource(
      value = ProofImage.class,
      names = {"JOURNAL", "DIRTY_JOURNAL"},
      mode = EnumSource.Mode.EXCLUDE)
  void imageWithoutDamage_hasNoProblem(ProofImage image) throws IOException {
    ProofCase.proof("sound", image, i -> {}).verify();
  }
}
