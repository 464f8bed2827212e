package dev.ext4j.blockdev;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.function.Predicate;
import jnr.posix.FileStat;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.jspecify.annotations.NullMarked;

@AnalyzeClasses(
    packages = "dev.ext4j.blockdev",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule jnrHasOneHome =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ext4j.blockdev.posix..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai..");

  @ArchTest
  static final ArchRule devicesInMemoryNeedNoOperatingSystem =
      noClasses()
          .that()
          .resideInAnyPackage("..memory..", "..partition..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.ext4j.blockdev.posix..", "java.nio.file..");

  @ArchTest
  static final ArchRule packages_haveNoCircles =
      slices().matching("dev.ext4j.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule classesAreNamedForOneIdea =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helper|Common[A-Za-z]*)")
          .because("such a class has no idea of its own");

  @ArchTest
  static final ArchRule packagesAreNullMarked =
      classes()
          .should()
          .resideInAnyPackage("dev.ext4j.blockdev..")
          .andShould(
              be(
                  describe(
                      "in a @NullMarked package",
                      c -> c.getPackage().isAnnotatedWith(NullMarked.class))));

  /**
   * Forbids {@code signal}, which runs Java code inside a signal handler on the thread that got the
   * signal, and this crashes the JVM.
   */
  @ArchTest
  static final ArchRule noSignalHandlersOfJnr =
      noClasses().should().callMethodWhere(onPosix("signal"));

  /** Forbids {@code getPOSIX}, which silently falls back to an emulation in Java. */
  @ArchTest
  static final ArchRule onlyTheNativePosix =
      noClasses()
          .should()
          .callMethodWhere(
              call(
                  "getPOSIX",
                  c ->
                      c.getName().equals("getPOSIX")
                          && c.getTargetOwner().isEquivalentTo(POSIXFactory.class)));

  /** Forbids 32-bit offsets, with which a transfer beyond 2 GiB silently uses the wrong place. */
  @ArchTest
  static final ArchRule noTransfersWith32BitOffsets =
      noClasses()
          .should()
          .callMethodWhere(
              call(
                  "pread or pwrite with an int",
                  c ->
                      Set.of("pread", "pwrite").contains(c.getName())
                          && c.getTarget()
                              .getRawParameterTypes()
                              .get(3)
                              .isEquivalentTo(int.class)));

  /** Forbids {@code lseek}, which truncates its result to 32 bits. */
  @ArchTest
  static final ArchRule noPlainLseek = noClasses().should().callMethodWhere(onPosix("lseek"));

  /**
   * Forbids {@code fstat} with one argument, which throws an unchecked exception instead of
   * returning an errno. The variant with two arguments is correct.
   */
  @ArchTest
  static final ArchRule noThrowingFstat =
      noClasses()
          .should()
          .callMethodWhere(
              call(
                  "fstat of one argument",
                  c ->
                      c.getName().equals("fstat")
                          && c.getTargetOwner().isAssignableTo(POSIX.class)
                          && c.getTarget().getRawParameterTypes().size() == 1));

  /** Forbids {@code major} and {@code minor} of jnr, which shift as for 16-bit device numbers. */
  @ArchTest
  static final ArchRule noMajorMinorOfJnr =
      noClasses()
          .should()
          .callMethodWhere(
              call(
                  "major or minor",
                  c ->
                      Set.of("major", "minor").contains(c.getName())
                          && c.getTargetOwner().isAssignableTo(FileStat.class)));

  private static DescribedPredicate<JavaMethodCall> onPosix(String name) {
    return call(
        name, c -> c.getName().equals(name) && c.getTargetOwner().isAssignableTo(POSIX.class));
  }

  private static DescribedPredicate<JavaMethodCall> call(
      String description, Predicate<JavaMethodCall> test) {
    return describe(description, test);
  }
}
