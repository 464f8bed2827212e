package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * The external judges that this machine has. A test that needs one declares this first, and is
 * skipped if it is missing. Each skip is a line in the file named by the system property {@code
 * ext4j.oracle.skips}, so that a build that must not skip tests can detect it. A line has a
 * category ({@code oracle}, {@code kind} or {@code corpus}), the reason and the test, separated by
 * tabs.
 */
public final class Oracles {
  private static final String SKIPS = "ext4j.oracle.skips";
  private static final List<String> E2FSPROGS =
      List.of("mke2fs", "tune2fs", "debugfs", "e2fsck", "dumpe2fs", "cp");
  private static final List<String> KERNEL =
      List.of("mount", "umount", "losetup", "blockdev", "fallocate", "filefrag", "stat", "sync");

  /**
   * The reason why an oracle is missing, by oracle. It is empty text if the oracle is present. Each
   * oracle is probed once per JVM.
   */
  private static final Map<String, String> MISSING = new ConcurrentHashMap<>();

  private Oracles() {}

  /** Skips the calling test unless the programs of e2fsprogs are installed. */
  public static void requireE2fsprogs() {
    missingE2fsprogs().ifPresent(reason -> skip("oracle", reason));
  }

  /**
   * Skips the calling test unless the kernel can mount an image here. This needs root, loop
   * devices, the kernel's ext4 and the programs that control it.
   */
  public static void requireKernel() {
    missingKernel().ifPresent(reason -> skip("oracle", reason));
  }

  /** Skips the calling test unless the kernel mounts this kind of image for writing. */
  public static void requireMount(ImageRecipe recipe) {
    requireKernel();
    if (!mounts(recipe)) {
      skip("kind", "this kernel does not mount " + recipe.name() + " for writing");
    }
  }

  /**
   * Skips the calling test unless strace is installed and may trace. If it is installed but may not
   * trace, the skip has the category {@code kind}.
   */
  public static void requireStrace() {
    if (ExternalTool.locate("strace").isEmpty()) {
      skip("oracle", "strace is not installed");
    }
    missing("strace", Oracles::tryStrace).ifPresent(reason -> skip("kind", reason));
  }

  /** Skips the calling test unless a program is installed. */
  public static void requireProgram(String name) {
    String reason = missingProgram(List.of(name));
    if (!reason.isEmpty()) {
      skip("oracle", reason);
    }
  }

  /**
   * Skips the calling test unless it can install a Debian package here. This needs root, dpkg, an
   * installed package of Java 17, and that no package of ext4j is installed.
   *
   * @param file the package, or empty text if the build has made none
   */
  public static void requireInstallable(String file) {
    if (file.isEmpty()) {
      skip("kind", "only the profile release builds the package");
    }
    missing("dpkg", Oracles::tryDpkg).ifPresent(reason -> skip("kind", reason));
  }

  /** Skips the calling test unless lintian is installed. */
  public static void requireLintian() {
    if (ExternalTool.locate("lintian").isEmpty()) {
      skip("kind", "lintian is not installed");
    }
  }

  /** Skips the calling test unless the corpus of damaged images has this file or folder. */
  public static void requireCorpus(Path wanted) {
    if (!Files.exists(wanted)) {
      skip("corpus", "no " + wanted + " here: -Dext4j.corpus=FOLDER tells where");
    }
  }

  /** Returns whether the kernel mounts this kind of image for writing. */
  public static boolean mounts(ImageRecipe recipe) {
    return missingKernel().isEmpty()
        && (recipe.mounting() == ImageRecipe.Mounting.EVERY_KERNEL
            || missing(recipe.name(), () -> tryToMount(recipe)).isEmpty());
  }

  /** Returns the reason why e2fsprogs cannot be used, or empty if they can. */
  public static Optional<String> missingE2fsprogs() {
    return missing("e2fsprogs", () -> missingProgram(E2FSPROGS));
  }

  /** Returns the reason why the kernel cannot be used, or empty if it can. */
  public static Optional<String> missingKernel() {
    return missing("kernel", Oracles::tryKernel);
  }

  private static Optional<String> missing(String oracle, Supplier<String> probe) {
    String reason = MISSING.get(oracle);
    if (reason == null) {
      synchronized (MISSING) {
        reason = MISSING.get(oracle);
        if (reason == null) {
          reason = probe.get();
          MISSING.put(oracle, reason);
        }
      }
    }
    return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
  }

  private static String missingProgram(List<String> programs) {
    return programs.stream()
        .filter(program -> ExternalTool.locate(program).isEmpty())
        .findFirst()
        .map(program -> program + " is not installed")
        .orElse("");
  }

  private static String tryDpkg() {
    String program = missingProgram(List.of("dpkg", "dpkg-query"));
    if (!program.isEmpty()) {
      return program;
    }
    try {
      if (!isRoot()) {
        return "only root can install a package";
      }
      List<String> installed =
          ExternalTool.named("dpkg-query")
              .run("-W", "-f", "${db:Status-Status} ${Package} ${Provides}\\n")
              .orFail()
              .lines()
              .stream()
              .filter(line -> line.startsWith("installed "))
              .toList();
      if (installed.stream().anyMatch(line -> line.startsWith("installed ext4j "))) {
        return "a package of ext4j is installed";
      }
      return installed.stream().anyMatch(line -> line.contains("java17-runtime-headless"))
          ? ""
          : "no package of Java 17 is installed";
    } catch (IOException e) {
      return "dpkg does not work here: " + e.getMessage();
    }
  }

  private static boolean isRoot() throws IOException {
    return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  private static String tryStrace() {
    try {
      ToolResult result =
          ExternalTool.named("strace").run("-f", "--seccomp-bpf", "-e", "trace=fdatasync", "true");
      return result.exitCode() == 0 ? "" : "strace does not work here: " + result.stderr();
    } catch (IOException e) {
      return "strace does not work here: " + e.getMessage();
    }
  }

  private static String tryKernel() {
    String program = missingProgram(KERNEL);
    return missingE2fsprogs().orElse(program.isEmpty() ? tryToMount(ImageKinds.B1K) : program);
  }

  private static String tryToMount(ImageRecipe recipe) {
    try {
      if (!isRoot()) {
        return "only root can mount";
      }
      try (Scratch scratch = Scratch.open();
          KernelMount mount = KernelMount.readWrite(Mke2fs.create(recipe, scratch.folder()))) {
        mount.sync();
      }
      return "";
    } catch (IOException e) {
      return "the kernel does not mount an image here: " + e.getMessage();
    }
  }

  private static void skip(String category, String reason) {
    String test = StackWalker.getInstance().walk(Oracles::caller);
    String file = System.getProperty(SKIPS, "");
    if (!file.isEmpty()) {
      record(
          Path.of(file), String.join("\t", category, reason.lines().findFirst().orElse(""), test));
    }
    throw new TestAbortedException(reason);
  }

  private static String caller(Stream<StackWalker.StackFrame> frames) {
    return frames
        .filter(frame -> !frame.getClassName().equals(Oracles.class.getName()))
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .findFirst()
        .orElse("?");
  }

  private static synchronized void record(Path file, String line) {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new IllegalStateException("cannot count a skipped test", e);
    }
  }
}
