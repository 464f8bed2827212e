package dev.ext4j.fs.fsck;

import java.util.List;
import java.util.stream.Stream;

/** The cases of all classes. */
final class ProofTable {
  private ProofTable() {}

  static List<ProofCase> all() {
    return Stream.of(
            SuperblockProofTest.cases(),
            GroupProofTest.cases(),
            JournalProofTest.cases(),
            ReservedInodeProofTest.cases(),
            InodeProofTest.cases(),
            ExtentProofTest.cases(),
            MappingProofTest.cases(),
            XattrProofTest.cases(),
            DirectoryProofTest.cases(),
            HashTreeProofTest.cases(),
            LinkProofTest.cases(),
            BitmapProofTest.cases())
        .flatMap(List::stream)
        .toList();
  }
}
