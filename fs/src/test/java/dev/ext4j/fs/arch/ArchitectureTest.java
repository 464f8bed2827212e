package dev.ext4j.fs.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;

/**
 * The rules for the layers of docs/ARCHITECTURE.md. Think before changing them: if a package needs
 * something of a higher one, the lower package declares an interface for it.
 */
@AnalyzeClasses(packages = "dev.ext4j.fs", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "dev.ext4j.fs";

  /** Packages that every package may use: words, failures, structures, lock order, probes. */
  private static final List<String> GROUND = List.of("model", "error", "format", "lock", "probe");

  /** What a package of the ground may use. */
  private static final Map<String, List<String>> IN_THE_GROUND =
      Map.of(
          "model", List.of(),
          "error", List.of(),
          "probe", List.of(),
          "lock", List.of("probe"),
          "format", List.of("model", "error"));

  /** Each other package, and the packages of the engine that it may use beside the ground. */
  private static final Map<String, List<String>> MAY_USE = new TreeMap<>();

  static {
    MAY_USE.put("inspect", List.of());
    MAY_USE.put("cache", List.of());
    MAY_USE.put("journal.format", List.of());
    MAY_USE.put("journal", List.of("cache", "journal.format"));
    MAY_USE.put("journal.log", and("journal"));
    MAY_USE.put("journal.recovery", and("journal.log"));
    MAY_USE.put("group", List.of("journal", "cache"));
    MAY_USE.put("alloc", and("group"));
    MAY_USE.put("status", List.of());
    MAY_USE.put("extent", List.of("alloc", "journal", "cache"));
    MAY_USE.put("inode", and("alloc", "extent", "status"));
    MAY_USE.put("page", and("inode"));
    MAY_USE.put("xattr", and("inode"));
    MAY_USE.put("volume", and("page"));
    MAY_USE.put("mapping", and("volume"));
    MAY_USE.put("content", and("mapping", "xattr"));
    MAY_USE.put("file", and("content"));
    MAY_USE.put("dir", and("content"));
    MAY_USE.put("fastcommit", and("file", "dir", "journal.recovery"));
    MAY_USE.put("mount", and("fastcommit"));
    MAY_USE.put("report.structure", List.of("inspect", "journal.format"));
    MAY_USE.put("report", and("mount", "report.structure"));
    MAY_USE.put("demo", and("mount", "inspect"));
    MAY_USE.put("fsck", List.of());
    MAY_USE.put("fsck.table", List.of());
    MAY_USE.put("fsck.state", List.of("fsck", "fsck.table"));
    MAY_USE.put("fsck.dir", and("fsck.state"));
    MAY_USE.put("fsck.inode", and("fsck.dir", "journal.format"));
    MAY_USE.put("fsck.check", and("fsck.inode"));
  }

  /** The packages named, and all that they may use. */
  private static List<String> and(String... lower) {
    Set<String> all = new LinkedHashSet<>();
    for (String name : lower) {
      all.add(name);
      all.addAll(MAY_USE.get(name));
    }
    return List.copyOf(all);
  }

  @ArchTest
  static void everyPackage_usesOnlyWhatIsBelowIt(JavaClasses engine) {
    for (JavaPackage part : engine.getPackage(ROOT).getSubpackagesInTree()) {
      if (part.getClasses().isEmpty()) {
        continue;
      }
      String name = part.getName().substring(ROOT.length() + 1);
      Set<String> lower = new LinkedHashSet<>(List.of(name));
      if (GROUND.contains(name)) {
        lower.addAll(IN_THE_GROUND.get(name));
      } else {
        assertThat(MAY_USE).as("packages that have a place in the layers").containsKey(name);
        lower.addAll(GROUND);
        lower.addAll(MAY_USE.get(name));
      }
      DescribedPredicate<JavaClass> allowed = DescribedPredicate.not(resideInAPackage(ROOT + ".."));
      for (String each : lower) {
        allowed = allowed.or(resideInAPackage(ROOT + "." + each));
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
  static final ArchRule packages_haveNoCircles =
      slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

  /** The root package is the doors: it stands on top, and no other package uses it. */
  @ArchTest
  static final ArchRule root_isUsedByNoOtherPackage =
      noClasses()
          .that()
          .resideInAPackage(ROOT + ".*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage(ROOT);

  @ArchTest
  static final ArchRule values_haveNoFieldThatChanges =
      fields()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(ROOT + ".model", ROOT + ".inspect")
          .should()
          .beFinal();

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
              "dev.ext4j.blockdev.open",
              "java..",
              "com.google.errorprone.annotations..",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule devicesInMemory_areForDryRunsAndReplayOnly =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT, ROOT + ".mount")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.ext4j.blockdev.memory");

  @ArchTest
  static final ArchRule addressesOfDevices_areForTheDoorsOnly =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.ext4j.blockdev.open");

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
          .doNotHaveFullyQualifiedName(ROOT + ".mount.MountOptions")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.time.Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(Boolean.class, "getBoolean", String.class)
          .orShould()
          .callMethod(Long.class, "getLong", String.class)
          .orShould()
          .callMethod(Integer.class, "getInteger", String.class);

  /**
   * The compiler could check this, but it would also want the annotations of nullness to be
   * exported.
   */
  @ArchTest
  static void exportedPackages_speakOfExportedTypesOnly(JavaClasses engine) {
    Set<String> exported = new LinkedHashSet<>();
    for (ModuleDescriptor.Exports each : engineModule().exports()) {
      exported.add(each.source());
    }
    assertThat(exported).contains(ROOT, ROOT + ".model").doesNotContain(ROOT + ".probe");
    for (JavaClass each : engine) {
      if (exported.contains(each.getPackageName()) && isVisible(each.getModifiers())) {
        for (JavaCodeUnit unit : each.getCodeUnits()) {
          if (isVisible(unit.getModifiers())) {
            List<JavaClass> types = new ArrayList<>(unit.getRawParameterTypes());
            types.add(unit.getRawReturnType());
            types.addAll(unit.getExceptionTypes());
            for (JavaClass type : types) {
              String name = type.getBaseComponentType().getPackageName();
              assertThat(!name.startsWith(ROOT) || exported.contains(name))
                  .as("%s speaks of %s", unit.getFullName(), type.getName())
                  .isTrue();
            }
          }
        }
      }
    }
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }

  private static ModuleDescriptor engineModule() {
    Path classes = Path.of("target", "classes");
    return ModuleFinder.of(classes).find(ROOT).orElseThrow().descriptor();
  }

  /** The checker only reports how long its passes took. */
  @ArchTest
  static final ArchRule timeSpans_arePassedIn =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(ROOT + ".mount.MountOptions")
          .and()
          .doNotHaveFullyQualifiedName(ROOT + ".fsck.check.Checker")
          .should()
          .callMethod(System.class, "nanoTime");

  /** What is switched belongs to one open file system, never to the process. */
  @ArchTest
  static final ArchRule statics_areFinal =
      fields()
          .that()
          .areStatic()
          .and()
          .doNotHaveModifier(JavaModifier.SYNTHETIC)
          .should()
          .beFinal();

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
