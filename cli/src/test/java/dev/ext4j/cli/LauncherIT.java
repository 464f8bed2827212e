package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test of the packaged program, started in the way a user starts it. */
class LauncherIT {
  private static final Path DISTRIBUTION =
      Path.of(System.getProperty("ext4j.distribution", "target/ext4j")).toAbsolutePath();

  @TempDir Path folder;

  @BeforeEach
  void unpack() throws IOException {
    GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img"));
  }

  @Test
  void everyCommand_plainEnvironment_printsResultsOnly() throws Exception {
    for (String command :
        List.of(
            "info sample.img",
            "ls -lR sample.img",
            "stat sample.img /dir",
            "map --json sample.img /data.bin",
            "punch -v sample.img /data.bin 0 4K",
            "--version",
            "help map")) {
      Result result = run("ext4j " + command);
      assertThat(result.err()).as(command).isEmpty();
      assertThat(result.out()).as(command).isNotEmpty();
      assertThat(result.status()).as(command).isZero();
    }
    assertThat(run("ext4j cat sample.img /hello.txt").out())
        .isEqualTo("Hello from the sample image of ext4j.\n");
    assertThat(run("echo punch /data.bin 8K 4K | ext4j batch sample.img -f -").status()).isZero();
  }

  @Test
  void failure_anyCommand_isTheExitStatus() throws Exception {
    assertThat(run("ext4j stat sample.img /none").status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run("ext4j stat").status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run("ext4j info /dev/null").status()).isBetween(1, 5);
  }

  @Test
  void nameThatIsNotUtf8_anyLocale_isFound() throws Exception {
    Oracles.requireE2fsprogs();
    run("printf 12345 > content; debugfs -w -R \"write content $(printf 'caf\\351')\" sample.img");
    for (String locale : List.of("C", "C.UTF-8", "POSIX", "xx_XX.nonsense")) {
      Result result = run("LC_ALL=" + locale + " ext4j cat sample.img \"$(printf '/caf\\351')\"");
      assertThat(result).as(locale).isEqualTo(new Result(0, "12345", ""));
    }
    assertThat(run("ext4j ls --json sample.img").out())
        .contains("\"path\":\"/caf\uFFFD\",\"path_base64\":\"L2NhZuk=\"");
    assertThat(run("ext4j ls sample.img | od -An -c").out()).contains("c   a   f 351");
    assertThat(run("ext4j stat sample.img \"$(printf '/no\\351')\" 2>&1 | od -An -c").out())
        .contains("n   o 351");
  }

  @Test
  void imagePathBeyondAscii_anyLocale_isOpened() throws Exception {
    run("cp sample.img 'b\u00fcro.img'; cp sample.img '\u65e5\u672c.img'");
    for (String locale : List.of("C", "C.UTF-8")) {
      for (String image : List.of("b\u00fcro.img", "\u65e5\u672c.img")) {
        Result result = run("LC_ALL=" + locale + " ext4j cat '" + image + "' /hello.txt");
        assertThat(result.err()).as(locale).isEmpty();
        assertThat(result.out()).as(locale).startsWith("Hello");
      }
    }
  }

  @Test
  void standardOutputFull_isAFailure() throws Exception {
    for (String command : List.of("info sample.img", "cat sample.img /data.bin", "--help")) {
      Result result = run("ext4j " + command + " > /dev/full");
      assertThat(result.status()).as(command).isEqualTo(ExitStatus.FAILED);
      assertThat(result.err()).isEqualTo("ext4j: standard output: No space left on device\n");
    }
  }

  @Test
  void standardOutputClosedPipe_endsInSilence() throws Exception {
    Result result =
        run("{ ext4j cat sample.img /data.bin; echo $? > status; } | head -c 5; cat status");
    assertThat(result).isEqualTo(new Result(0, "data.141\n", ""));
  }

  @Test
  void launcher_throughALinkFromElsewhere_findsItsHome() throws Exception {
    Result result = run("mkdir a b && ln -s " + launcher() + " a/x && ln -s ../a/x b/y && b/y -V");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("ext4j ");
    assertThat(run("cd " + DISTRIBUTION + "/bin && ./ext4j -V").out()).startsWith("ext4j ");
    assertThat(run("cd / && ext4j info " + folder.resolve("sample.img")).status()).isZero();
  }

  /**
   * Checks that a copy starts with an archive. JDK 17 accepts the one of the distribution, although
   * the jars have other times. A newer JVM refuses it, so one is made in the cache.
   */
  @Test
  void distributionThatWasCopied_startsWithAnArchive() throws Exception {
    run("cp -r " + DISTRIBUTION + " 'a b%+\u00e9' && touch 'a b%+\u00e9'/lib/*.jar");
    String copy = "a b%+\u00e9/bin/ext4j";
    if (Runtime.version().feature() == 17) {
      assertThat(archiveOf(copy)).contains("/lib/cds/");
      assertThat(folder.resolve("cache")).doesNotExist();
    } else {
      assertThat(archiveOfALaterStart(copy)).contains("/cache/ext4j/");
    }
  }

  @Test
  void archiveThatTheJvmRefuses_isReplacedByOneInTheCache() throws Exception {
    run("cp -r " + DISTRIBUTION + " copy && for f in copy/lib/cds/*; do echo none > $f; done");
    Result first = run("copy/bin/ext4j -V");
    assertThat(first.err()).isEmpty();
    assertThat(first.out()).startsWith("ext4j ");
    assertThat(archiveOfALaterStart("copy/bin/ext4j")).contains("/cache/ext4j/");
  }

  /** Returns the archive that the first start with an archive within two minutes has mapped. */
  private String archiveOfALaterStart(String program) throws Exception {
    String archive = "";
    for (int i = 0; i < 120 && archive.isEmpty(); i++) {
      TimeUnit.SECONDS.sleep(1);
      archive = archiveOf(program);
    }
    return archive;
  }

  /** Returns the class-data archive that the JVM of a waiting command has mapped, or empty. */
  private String archiveOf(String program) throws Exception {
    Process process = shell("exec '" + program + "' batch sample.img -f -").start();
    try {
      Path maps = Path.of("/proc/" + process.pid() + "/maps");
      String loaded = Files.readString(maps);
      for (int i = 0; i < 300 && !loaded.contains("libjffi"); i++) {
        TimeUnit.MILLISECONDS.sleep(100);
        loaded = Files.readString(maps);
      }
      return loaded
          .lines()
          .filter(line -> line.endsWith(".jsa") && !line.contains("/server/"))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElse("");
    } finally {
      process.getOutputStream().close();
      process.waitFor();
    }
  }

  /**
   * Checks that no archive is created there. Other users could put a link in its place and so make
   * the program write to another file.
   */
  @Test
  void cacheThatOthersMayWrite_getsNoArchive() throws Exception {
    String make = DISTRIBUTION + "/lib/make-archive /bin/false ";
    for (String open : List.of("cache/ext4j", "cache")) {
      run("rm -rf cache; mkdir -p -m 755 cache/ext4j; chmod 755 cache; chmod 777 " + open);
      assertThat(run(make + "$PWD/cache/ext4j/a.jsa").status()).as(open).isEqualTo(1);
      assertThat(run("ls -A cache/ext4j").out()).as(open).isEmpty();
    }
    run("rm -rf cache; mkdir -m 700 cache");
    assertThat(run(make + "$PWD/cache/ext4j/a.jsa").status()).isEqualTo(1);
    assertThat(run("ls -A cache/ext4j").out()).as("it was tried").isEqualTo("a.jsa.failed\n");
  }

  @Test
  void archiveThatCouldNotBeMade_isTriedAgainADayLater() throws Exception {
    String make = DISTRIBUTION + "/lib/make-archive /bin/false $PWD/cache/ext4j/a.jsa; ";
    String age = "echo $(( ($(date +%s) - $(stat -c %Y cache/ext4j/a.jsa.failed)) / 3600 ))";
    run("mkdir -m 700 cache");
    assertThat(run(make + age).out()).isEqualTo("0\n");
    String mark = "touch -d '23 hours ago' cache/ext4j/a.jsa.failed; ";
    assertThat(run(mark + make + age).out()).as("within a day").isEqualTo("23\n");
    mark = "touch -d '25 hours ago' cache/ext4j/a.jsa.failed; ";
    assertThat(run(mark + make + age).out()).as("after a day").isEqualTo("0\n");
  }

  @Test
  void archivesThatWereNotUsedForAMonth_areRemovedWithTheNextOne() throws Exception {
    run(
        "mkdir -m 700 cache cache/ext4j; cd cache/ext4j; touch new.jsa other; touch -d '31 days"
            + " ago' old.jsa");
    run(DISTRIBUTION + "/lib/make-archive /bin/false $PWD/cache/ext4j/a.jsa");
    assertThat(run("ls cache/ext4j").out()).isEqualTo("a.jsa.failed\nnew.jsa\nother\n");
  }

  @Test
  void homeThatIsNotThere_isNotCreated() throws Exception {
    String start = "unset XDG_CACHE_HOME; HOME=$PWD/none copy/bin/ext4j -V";
    Result result = run("cp -r " + DISTRIBUTION + " copy && rm copy/lib/cds/*; " + start);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("ext4j ");
    assertThat(folder.resolve("none")).doesNotExist();
    assertThat(run("unset XDG_CACHE_HOME HOME; copy/bin/ext4j -V").status()).isZero();
    assertThat(Path.of("/ext4j")).doesNotExist();
  }

  @Test
  void javaThatIsTooOld_isNamed() throws Exception {
    run("mkdir -p old/bin; echo 'JAVA_VERSION=\"11.0.2\"' > old/release");
    run("printf '#!/bin/sh\\n' > old/bin/java; chmod +x old/bin/java");
    Result result = run("EXT4J_JAVA=$PWD/old/bin/java ext4j -V");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err())
        .contains("is Java 11.0.2, and ext4j needs Java 17 or newer")
        .hasLineCount(1);
  }

  @Test
  void javaThatIsNotThere_isNamedAndIsNoResultOfACheck() throws Exception {
    Result named = run("EXT4J_JAVA=/none ext4j info sample.img");
    assertThat(named.err()).isEqualTo("ext4j: EXT4J_JAVA is /none, which is no program\n");
    assertThat(named.status()).isEqualTo(1);
    Result home = run("unset EXT4J_JAVA; JAVA_HOME=/none ext4j fsck sample.img");
    assertThat(home.err()).isEqualTo("ext4j: JAVA_HOME has no program /none/bin/java\n");
    assertThat(home.status()).isEqualTo(8);
  }

  @Test
  void closedStandardInput_isNoOtherFile() throws Exception {
    Result written = run("ext4j write sample.img /data.bin 0 - <&-");
    assertThat(written.status()).isEqualTo(1);
    assertThat(written.err()).contains("Bad file descriptor");
    Result batch = run("ext4j batch sample.img <&-");
    assertThat(batch.status()).isNotZero();
    assertThat(batch.err()).contains("Bad file descriptor");
    assertThat(run("ext4j info sample.img >&- 2>&-").status()).isEqualTo(1);
  }

  @Test
  void descriptorOfTheCaller_staysAsItIs() throws Exception {
    assertThat(run("exec 8< sample.img; ext4j info /proc/self/fd/8").status()).isZero();
  }

  /**
   * Checks a write that a signal ends while it waits for more content. The content sent is more
   * than a pipe holds, so the write is under way when the signal comes.
   */
  @Test
  void writeThatASignalEnds_saysWhatTheImageIs() throws Exception {
    Path err = folder.resolve("err.txt");
    Process process =
        shell("exec " + launcher() + " write sample.img /data.bin 0")
            .redirectError(err.toFile())
            .start();
    process.getOutputStream().write(new byte[6 << 20]);
    process.getOutputStream().flush();
    process.destroy();
    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(Files.readString(err))
        .startsWith("ext4j: interrupted: ")
        .endsWith(
            "the image is consistent once its journal is replayed, which the next command that"
                + " writes does\n")
        .hasLineCount(1);
    assertThat(run("ext4j fsck sample.img").status()).isZero();
    assertThat(run("ext4j journal replay sample.img && ext4j fsck sample.img").status()).isZero();
  }

  @Test
  void readerThatASignalEnds_saysNothing() throws Exception {
    Path err = folder.resolve("err.txt");
    Process process =
        shell("exec " + launcher() + " cat sample.img /data.bin")
            .redirectError(err.toFile())
            .start();
    assertThat(process.getInputStream().read()).isNotNegative();
    process.toHandle().destroy(); // leaves the pipe open
    assertThat(process.waitFor()).isEqualTo(128 + 15);
    assertThat(err).isEmptyFile();
  }

  @Test
  void folderCalledJavaOnThePath_isPassedOver() throws Exception {
    run("mkdir -p bin/java");
    assertThat(run("PATH=$PWD/bin:$PATH; unset JAVA_HOME EXT4J_JAVA; ext4j --version").status())
        .isZero();
  }

  @Test
  void cacheThatCannotBeWritten_changesNothing() throws Exception {
    Result result =
        run("cp -r " + DISTRIBUTION + " moved && XDG_CACHE_HOME=/proc/none moved/bin/ext4j -V");
    assertThat(result.err()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(run("cp -r moved again; EXT4J_CDS=off again/bin/ext4j -V").status()).isZero();
  }

  private static String launcher() {
    return DISTRIBUTION.resolve("bin/ext4j").toString();
  }

  private record Result(int status, String out, String err) {}

  /** Runs a line of shell in the folder. {@code ext4j} is the packaged program. */
  private Result run(String line) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    Process process = shell(line).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).as(line).isTrue();
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private ProcessBuilder shell(String line) throws IOException {
    // The bytes of the script are UTF-8, whatever charset this JVM uses for arguments.
    Path script = folder.resolve("script.sh");
    String text = "ext4j() { '" + launcher() + "' \"$@\"; }\n" + line + "\n";
    Files.write(script, text.getBytes(StandardCharsets.UTF_8));
    ProcessBuilder builder = new ProcessBuilder("sh", script.toString()).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
    environment.clear();
    environment.put("PATH", path);
    environment.put("EXT4J_JAVA", Path.of(System.getProperty("java.home"), "bin/java").toString());
    environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    return builder;
  }
}
