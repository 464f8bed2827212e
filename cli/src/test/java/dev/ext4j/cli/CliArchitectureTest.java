package dev.ext4j.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.ext4j.blockdev.posix.HostFile;

@AnalyzeClasses(packages = "dev.ext4j", importOptions = ImportOption.DoNotIncludeTests.class)
class CliArchitectureTest {
  private static final DescribedPredicate<JavaClass> INTERNALS =
      resideInAPackage("dev.ext4j..")
          .and(DescribedPredicate.not(type(HostFile.class)))
          .and(
              DescribedPredicate.not(
                  resideInAnyPackage(
                      "dev.ext4j.cli..",
                      "dev.ext4j.fs",
                      "dev.ext4j.fs.demo",
                      "dev.ext4j.fs.error",
                      "dev.ext4j.fs.fsck",
                      "dev.ext4j.fs.inspect",
                      "dev.ext4j.fs.model",
                      "dev.ext4j.blockdev",
                      "dev.ext4j.blockdev.memory",
                      "dev.ext4j.blockdev.open")))
          .as("internals of the engine or of the devices");

  @ArchTest
  static final ArchRule cliUsesOnlyWhatIsPublic =
      noClasses()
          .that()
          .resideInAPackage("dev.ext4j.cli..")
          .should()
          .dependOnClassesThat(INTERNALS);

  @ArchTest
  static final ArchRule picocliAndJacksonLiveInTheCli =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.ext4j.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "com.fasterxml..");

  @ArchTest
  static final ArchRule commandsStartWithoutPicocli =
      noClasses()
          .that()
          .resideInAPackage("dev.ext4j.cli..")
          .and()
          .haveSimpleNameNotStartingWith("HelpCommand")
          .and()
          .haveSimpleNameNotStartingWith("PicocliModel")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule everyCommandIsNamedSo =
      classes()
          .that()
          .implement(dev.ext4j.cli.command.Command.class)
          .should()
          .haveSimpleNameEndingWith("Command");

  @ArchTest
  static final ArchRule lowerPackagesDoNotKnowTheCommands =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.ext4j.cli.text",
              "dev.ext4j.cli.syntax",
              "dev.ext4j.cli.output",
              "dev.ext4j.cli.invocation",
              "dev.ext4j.cli.image",
              "dev.ext4j.cli.show..",
              "dev.ext4j.cli.edit",
              "dev.ext4j.cli.crash")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.ext4j.cli.command", "dev.ext4j.cli.packaging", "dev.ext4j.cli");

  @ArchTest
  static final ArchRule packages_haveNoCircles =
      slices().matching("dev.ext4j.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule noUtilities =
      noClasses()
          .that()
          .resideInAPackage("dev.ext4j.cli..")
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleName("Common");
}
