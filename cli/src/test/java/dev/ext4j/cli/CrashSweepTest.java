package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A test that crash-sweep finds no fault in a correct command, and finds the faults of wrong
 * records of writes: a missing flush, or a write to a wrong place.
 */
class CrashSweepTest {
  private static final int BLOCK = 1024;
  private static final int HEADER = 8;
  private static final int RECORD = 24;
  private static final int WRITE = 1;
  private static final int FLUSH = 2;
  private static final int MARK = 5;
  private static final String SCRIPT =
      "punch /dense 1000 2000\npunch /many 0 20K\npunch /dense 3100 500\n";

  @TempDir static Path shared;
  private static Path plain;
  private static Path journaled;

  @TempDir Path folder;
  private String image = "";

  @BeforeAll
  static void makeImages() throws IOException {
    Oracles.requireE2fsprogs();
    plain = make("plain", "^has_journal");
    journaled = make("journaled", "has_journal");
  }

  private static Path make(String name, String feature) throws IOException {
    ImageRecipe recipe =
        ImageRecipe.of(name, "ext4", BLOCK, 6 << 20)
            .withFeatures(feature, "^resize_inode")
            .withWords("-N", "64");
    Path made = Mke2fs.create(recipe, shared);
    byte[] random = new byte[300_000]; // not all zeros in any block
    new Random(1).nextBytes(random);
    Path dense = Files.write(shared.resolve("dense"), random);
    Path other = Files.write(shared.resolve("other"), Arrays.copyOf(random, 20_000));
    for (int i = 0; i < random.length; i++) {
      random[i] = i / BLOCK % 2 == 0 ? random[i] : 0;
    }
    Path many = Files.write(shared.resolve("many"), random);
    Debugfs.writing(made)
        .runAll(
            List.of(
                "write " + dense + " dense",
                "write " + other + " other",
                "write " + many + " many",
                "mkdir dir",
                "symlink dir/link ../dense"));
    assertThat(E2fsck.check(made).clean()).isTrue();
    return made;
  }

  @BeforeEach
  void copyImage() throws IOException {
    image = Files.copy(plain, folder.resolve("disk.img")).toString();
  }

  @Test
  void sweep_withoutJournal_findsNothingAndChangesNothing() throws IOException {
    ProgramRun run =
        ProgramRun.of("crash-sweep", image, "--", "punch", "{}", "/many", "1000", "1G");
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("checked:  every file, e2fsck\n").doesNotContain("BAD");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(count(run, "as before ")).isPositive();
    assertThat(count(run, "as after ")).isPositive();
    assertThat(count(run, "repaired by e2fsck first: ")).isPositive();
    assertThat(Files.mismatch(Path.of(image), plain)).isEqualTo(-1);
  }

  @Test
  void sweep_withJournal_findsNothing() {
    ProgramRun run =
        ProgramRun.of(
            "crash-sweep",
            "--atomic",
            journaled.toString(),
            "--",
            "punch",
            journaled.toString(),
            "/many",
            "1000",
            "100K");
    assertThat(run.out()).doesNotContain("BAD");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void sweep_script_knowsItsFinishedSteps() {
    ProgramRun run =
        ProgramRun.withInput(SCRIPT, "crash-sweep", "--json", image, "--", "batch", "{}");
    assertThat(run.out())
        .startsWith("{\"schema\":\"ext4j.crash-sweep/1\",\"image\":\"" + image + "\",\"good\":true")
        .contains("\"steps\":3}")
        .contains("\"bad\":0}")
        .endsWith("\"failures\":[]}\n");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void sweep_inPartition_recordsTheWholeDisk() throws IOException {
    Path disk = folder.resolve("whole.img");
    int start = 63 * 512; // not a multiple of a page
    byte[] content = Files.readAllBytes(plain);
    byte[] whole = new byte[start + content.length];
    System.arraycopy(content, 0, whole, start, content.length);
    Files.write(disk, whole);
    Path log = folder.resolve("log");
    String address = disk + "?offset=" + start;
    ProgramRun run =
        ProgramRun.of(
            "crash-sweep", "--log=" + log, address, "--", "punch", "{}", "/dense", "0", "100K");
    assertThat(run.out()).doesNotContain("BAD");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    for (byte[] record : records(log)) {
      assertThat(type(record) != WRITE || offset(record) >= start + BLOCK).isTrue();
    }
  }

  @Test
  void replay_firstFlushMissing_findsSilentDamage() throws IOException {
    List<byte[]> records = recordScript();
    removeFlush(records, indexOf(records, FLUSH));
    requireBad(replay(records), "though it says clean");
  }

  @Test
  void replay_flushBeforeAFinishedStepMissing_findsWhatIsLost() throws IOException {
    List<byte[]> records = recordScript();
    int lastMark =
        IntStream.range(0, records.size())
            .filter(i -> type(records.get(i)) == MARK)
            .reduce(0, (a, b) -> b);
    removeFlush(records, lastMark - 1);
    requireBad(replay(records), "neither as before nor as after");
  }

  @Test
  void replay_writeIntoAnotherFile_isFoundWherever() throws IOException {
    List<byte[]> records = recordScript();
    byte[] stray = records.get(indexOf(records, WRITE)).clone();
    long block = firstBlockOf("/other") + 7;
    ByteBuffer.wrap(stray).order(ByteOrder.LITTLE_ENDIAN).putLong(8, block * BLOCK);
    int second = indexOf(records, FLUSH) + 1;
    records.add(second, stray);
    assertThat(stray).hasSize(RECORD + BLOCK);
    // The block is corrected before the step is finished, so that only crashes in between show the
    // damage.
    byte[] right = stray.clone();
    byte[] content = Files.readAllBytes(plain);
    System.arraycopy(content, (int) block * BLOCK, right, RECORD, BLOCK);
    records.add(indexOf(records, MARK) - 1, right);
    ProgramRun run = replay(records);
    requireBad(run, "/other: the block or sector with byte 7168 is neither as before nor as after");
  }

  @Test
  void replay_oneStateOfABadSweep_isFoundAgainAlone() throws IOException {
    List<byte[]> records = recordScript();
    removeFlush(records, indexOf(records, FLUSH));
    Path kept = folder.resolve("kept");
    ProgramRun all = replay(records, "--keep=" + kept);
    Matcher first = Pattern.compile("BAD state (\\d+): (.*)\n(.*)\n").matcher(all.out());
    assertThat(first.find()).isTrue();
    ProgramRun again = replay(records, "--states=" + first.group(1));
    assertThat(again.out()).contains(first.group()).contains("bad 1");
    Path bad = kept.resolve("state-" + first.group(1) + ".img");
    assertThat(E2fsck.check(bad).clean()).isFalse();
  }

  @Test
  void sweep_tornWithoutJournal_findsTheLoss() {
    ProgramRun run =
        ProgramRun.of(
            "crash-sweep", "--kinds=torn", image, "--", "punch", "{}", "/many", "1000", "100K");
    requireBad(run, "/many: ");
  }

  @Test
  void sweep_atomicWithSteps_isBad() {
    ProgramRun run =
        ProgramRun.withInput(SCRIPT, "crash-sweep", "--atomic", image, "--", "batch", "{}");
    requireBad(run, "the tree is neither as before the step nor as after it");
  }

  @Test
  void sweep_maxStates_looksAtThatMany() {
    ProgramRun run =
        ProgramRun.withInput(
            SCRIPT, "crash-sweep", "--max-states=9", "--jobs=1", image, "--", "batch", "{}");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    assertThat(run.out()).contains(" possible, 9 looked at, seed 1\n");
  }

  @Test
  void sweep_checkOfTheUsers_decides() {
    String[] words = {
      "crash-sweep", "--check", "", image, "--", "punch", "{}", "/dense", "0", "4K"
    };
    words[2] = "test -s {image}";
    assertThat(ProgramRun.of(words).status()).isEqualTo(ExitStatus.OK);
    words[2] = "sh -c 'e2fsck -fn $0 > /dev/null 2>&1 || { echo no good; exit 7; }' {image}";
    requireBad(ProgramRun.of(words), "check: exit status 7: no good");
    words[2] = "true";
    assertThat(ProgramRun.of(words).status()).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void sweep_dirtyJournal_isJudgedAfterItsReplay() throws IOException {
    String dirty = GoldenImage.DIRTY_JOURNAL.unpackTo(folder.resolve("dirty.img")).toString();
    ProgramRun run = ProgramRun.of("crash-sweep", dirty, "--", "info", "{}");
    assertThat(run.out()).contains("as before 0, as after 1, in between 0, bad 0\n");
    assertThat(run.err()).contains("nothing was written");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
  }

  @Test
  void sweep_unsoundImage_isNotBlamedOnTheCommand() throws IOException {
    Debugfs.writing(Path.of(image)).run("freeb 100 50");
    ProgramRun run = ProgramRun.of("crash-sweep", image, "--", "punch", "{}", "/dense", "0", "4K");
    assertThat(run.status()).isEqualTo(ExitStatus.CORRUPT);
    assertThat(run.err()).contains("the image is not sound before the command: e2fsck -fn");
  }

  @Test
  void sweep_commandThatFails_endsWithItsStatus() {
    ProgramRun run = ProgramRun.of("crash-sweep", image, "--", "punch", "{}", "/none", "0", "4K");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("/none: ")
        .contains("(ENOENT)\n")
        .endsWith("the command failed by itself, without a crash: nothing was judged\n");
  }

  @Test
  void sweep_logOverTheImage_isRefused() throws IOException {
    ProgramRun run = ProgramRun.of("crash-sweep", "--log=" + image, image, "--", "info", "{}");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(Files.mismatch(Path.of(image), plain)).isEqualTo(-1);
  }

  @Test
  void sweep_anotherImage_isNotTouched() {
    String other = journaled.toString();
    ProgramRun run = ProgramRun.of("crash-sweep", image, "--", "punch", other, "/dense", "0", "4K");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("the one image that is recorded");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IMG",
        "IMG -- nonsense {}",
        "IMG -- punch --help",
        "IMG -- crash-sweep {} -- info {}",
        "IMG -- help",
        "--kinds prefix,x IMG -- info {}",
        "--sector 100 IMG -- info {}",
        "--seed -1 IMG -- info {}",
        "--replay FILE IMG -- info {}"
      })
  void sweep_wrongCommandLine_isAUsageError(String line) {
    List<String> words = new ArrayList<>(List.of("crash-sweep"));
    words.addAll(List.of(line.replace("IMG", image).split(" ")));
    ProgramRun run = ProgramRun.of(words.toArray(new String[0]));
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).startsWith("ext4j: ");
  }

  @Test
  void replay_whatIsNoLog_failsByName() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "no log at all");
    ProgramRun run = ProgramRun.of("crash-sweep", "--replay=" + file, image);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("is not a log of writes");
  }

  private long firstBlockOf(String file) {
    String map = ProgramRun.of("map", image, file).out();
    Matcher row = Pattern.compile("0: +0\\.\\. +\\d+: +(\\d+)\\.\\.").matcher(map);
    assertThat(row.find()).as(map).isTrue();
    return Long.parseLong(row.group(1));
  }

  private List<byte[]> recordScript() throws IOException {
    Path log = folder.resolve("log");
    ProgramRun run =
        ProgramRun.withInput(
            SCRIPT, "crash-sweep", "--max-states=1", "--log=" + log, image, "--", "batch", "{}");
    assertThat(run.status()).isEqualTo(ExitStatus.OK);
    return records(log);
  }

  private ProgramRun replay(List<byte[]> records, String... options) throws IOException {
    Path log = folder.resolve("changed.log");
    int size = HEADER + records.stream().mapToInt(record -> record.length).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size);
    bytes.put("X4WLOG01".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    records.forEach(bytes::put);
    Files.write(log, bytes.array());
    List<String> words = new ArrayList<>(List.of("crash-sweep", "--replay=" + log, image));
    words.addAll(List.of(options));
    return ProgramRun.of(words.toArray(new String[0]));
  }

  private static void requireBad(ProgramRun run, String fault) {
    assertThat(run.out()).contains("BAD state ").contains(fault);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
  }

  private static long count(ProgramRun run, String what) {
    Matcher number = Pattern.compile(Pattern.quote(what) + "(\\d+)").matcher(run.out());
    assertThat(number.find()).as(run.out()).isTrue();
    return Long.parseLong(number.group(1));
  }

  /** Returns the records of a log, each with its data. */
  private static List<byte[]> records(Path log) throws IOException {
    byte[] bytes = Files.readAllBytes(log);
    List<byte[]> records = new ArrayList<>();
    for (int at = HEADER; at < bytes.length; ) {
      int data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
      records.add(Arrays.copyOfRange(bytes, at, at + RECORD + data));
      at += RECORD + data;
    }
    return records;
  }

  private static int type(byte[] record) {
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  private static long offset(byte[] record) {
    return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong(8);
  }

  private static int indexOf(List<byte[]> records, int type) {
    return IntStream.range(0, records.size())
        .filter(i -> type(records.get(i)) == type)
        .findFirst()
        .orElseThrow();
  }

  private static void removeFlush(List<byte[]> records, int index) {
    assertThat(type(records.get(index))).isEqualTo(FLUSH);
    records.remove(index);
  }
}
