package dev.ext4j.fs.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/**
 * The rules for the layers of docs/ARCHITECTURE.md. Think before changing them: if a package needs
 * something of a higher one, the lower package declares an interface for it.
 */
@AnalyzeClasses(packages = "dev.ext4j.fs", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "dev.ext4j.fs";

  /** The types of the root package without behaviour, which every package may use. */
  private static final List<String> VALUES =
      List.of(
          "BlockOwner",
          "BlockRange",
          "DirectoryVisitor",
          "FileAddress",
          "FileFlag",
          "FileStat",
          "FileSystemInfo",
          "FileType",
          "JournalInfo",
          "JournalVisitor",
          "Mapping",
          "MappingVisitor",
          "OpenOptions",
          "ProgressListener",
          "PunchPlan",
          "RaceReport",
          "RecoveryReport",
          "TraceEvent",
          "TreeVisitor",
          "Violation");

  /**
   * The packages of the engine that each package may use, in addition to the values and to error,
   * lock and probe.
   */
  private static final Map<String, List<String>> MAY_USE = new TreeMap<>();

  static {
    MAY_USE.put("error", List.of());
    MAY_USE.put("lock", List.of("probe"));
    MAY_USE.put("probe", List.of());
    MAY_USE.put("format", List.of());
    MAY_USE.put("cache", List.of());
    MAY_USE.put("journal.format", List.of("format"));
    MAY_USE.put("journal", List.of("journal.format", "cache", "format"));
    MAY_USE.put("journal.log", plus("journal", "journal"));
    MAY_USE.put("journal.recovery", plus("journal.log", "journal.log"));
    MAY_USE.put("group", List.of("journal", "cache", "format"));
    MAY_USE.put("alloc", List.of("group", "journal", "cache", "format"));
    MAY_USE.put("extent", List.of("alloc", "group", "journal", "cache", "format"));
    MAY_USE.put("status", List.of("format"));
    MAY_USE.put(
        "inode", List.of("extent", "status", "alloc", "group", "journal", "cache", "format"));
    MAY_USE.put("page", plus("inode", "inode"));
    MAY_USE.put("xattr", plus("page", "page"));
    MAY_USE.put("file", plus("xattr", "xattr"));
    MAY_USE.put("dir", plus("file", "file"));
    MAY_USE.put(
        "fastcommit", plus("dir", "dir", "journal.format", "journal.log", "journal.recovery"));
    MAY_USE.put(
        "mount",
        plus("fastcommit", "fastcommit", "journal.format", "journal.log", "journal.recovery"));
    MAY_USE.put("demo", plus("mount", "mount"));
    MAY_USE.put("fsck", List.of("journal.format", "format"));
  }

  private static List<String> plus(String lower, String... more) {
    return java.util.stream.Stream.concat(MAY_USE.get(lower).stream(), List.of(more).stream())
        .toList();
  }

  private static final DescribedPredicate<JavaClass> VALUE =
      new DescribedPredicate<>("a value of the root package") {
        @Override
        public boolean test(JavaClass type) {
          JavaClass element = type.getBaseComponentType();
          return element.getPackageName().equals(ROOT)
              && VALUES.contains(element.getName().substring(ROOT.length() + 1).split("\\$", 2)[0]);
        }
      };

  @ArchTest
  static void everyPackage_usesOnlyWhatIsBelowIt(JavaClasses engine) {
    for (JavaPackage part : engine.getPackage(ROOT).getSubpackagesInTree()) {
      if (part.getClasses().isEmpty()) {
        continue;
      }
      String name = part.getName().substring(ROOT.length() + 1);
      assertThat(MAY_USE).as("packages that have a place in the layers").containsKey(name);
      boolean bottom = name.equals("error") || name.equals("lock") || name.equals("probe");
      DescribedPredicate<JavaClass> allowed =
          resideInAPackage(part.getName())
              .or(VALUE)
              .or(DescribedPredicate.not(resideInAPackage(ROOT + "..")));
      if (!bottom) {
        allowed = allowed.or(resideInAnyPackage(ROOT + ".error", ROOT + ".lock", ROOT + ".probe"));
      }
      for (String lower : MAY_USE.get(name)) {
        allowed = allowed.or(resideInAPackage(ROOT + "." + lower));
      }
      classes()
          .that()
          .resideInAPackage(part.getName())
          .should()
          .onlyDependOnClassesThat(allowed.as("below " + name))
          .check(engine);
    }
  }

  @ArchTest
  static final ArchRule nobody_knowsTheClassesThatWire =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".*..")
          .should()
          .dependOnClassesThat()
          .haveNameMatching("dev\\.ext4j\\.fs\\.(Ext4FileSystem|Ext4File|Ext4Probe|Fsck)(\\$.*)?");

  @ArchTest
  static final ArchRule values_useNoPartOfTheEngine =
      classes()
          .that(VALUE)
          .should()
          .onlyDependOnClassesThat(
              VALUE.or(DescribedPredicate.not(resideInAPackage(ROOT + ".."))).as("values"));

  @ArchTest
  static final ArchRule errorAndLock_dependOnNothing =
      classes()
          .that()
          .resideInAnyPackage(ROOT + ".error", ROOT + ".lock", ROOT + ".probe")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + ".error",
              ROOT + ".lock",
              ROOT + ".probe",
              "dev.ext4j.blockdev",
              "java.lang..",
              "java.io",
              "java.util..",
              "com.google.errorprone.annotations..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule errorAndLock_doNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".error")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".lock");

  @ArchTest
  static final ArchRule format_doesNoIo =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".format..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.ext4j.blockdev..", "java.nio.channels..", "java.nio.file..");

  @ArchTest
  static final ArchRule extentAndStatus_doNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".status")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT + ".extent");

  @ArchTest
  static final ArchRule theEngine_hasNoRunTimeDependencyButBlockdev =
      classes()
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              ROOT + "..",
              "dev.ext4j.blockdev",
              "dev.ext4j.blockdev.memory",
              "java..",
              "com.google.errorprone.annotations..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule simulatedDevices_areForPlansOnly =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".mount")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.ext4j.blockdev.memory");

  @ArchTest
  static final ArchRule noClass_isADrawerForEverything =
      noClasses()
          .should()
          .haveSimpleNameEndingWith("Utils")
          .orShould()
          .haveSimpleNameEndingWith("Util")
          .orShould()
          .haveSimpleNameEndingWith("Helper")
          .orShould()
          .haveSimpleName("Common");

  @ArchTest
  static final ArchRule clockAndEnvironment_arePassedIn =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + ".OpenOptions")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.time.Clock.class, "systemUTC");

  @ArchTest
  static void everyPackage_isNullMarked(JavaClasses engine) throws ClassNotFoundException {
    for (JavaPackage part : engine.getPackage(ROOT).getSubpackagesInTree()) {
      if (!part.getClasses().isEmpty()) {
        Class<?> info = Class.forName(part.getName() + ".package-info");
        assertThat(info.isAnnotationPresent(NullMarked.class)).as(part.getName()).isTrue();
      }
    }
    assertThat(Class.forName(ROOT + ".package-info").isAnnotationPresent(NullMarked.class))
        .isTrue();
  }
}
