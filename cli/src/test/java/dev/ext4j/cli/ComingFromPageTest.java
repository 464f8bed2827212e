package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.image.SampleImage;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each command of ext4j in docs/COMING-FROM.md on fresh copies of the sample image. */
class ComingFromPageTest {
  private static final Path PAGE = Path.of("../docs/COMING-FROM.md");
  private static final Pattern COMMAND = Pattern.compile("[`$] ?(ext4j [^`]*[^` ])(`|$)");

  /** The words on the page that name a command and are no command line. */
  private static final Set<String> NAMES =
      Set.of("ext4j fsck", "ext4j cat", "ext4j batch --atomic");

  private static final int FEWEST = 40;
  private static final int SECTOR = 512;
  private static final int FIRST_ENTRY = 446;
  private static final int ENTRY = 16;
  private static final int TYPE_FAT32 = 0x0c;
  private static final int TYPE_LINUX = 0x83;
  private static final int BOOT_SECTOR = 2048;
  private static final int ROOT_SECTOR = 4096;

  @TempDir private Path folder;

  static Set<String> commands() throws IOException {
    Set<String> commands = new LinkedHashSet<>();
    for (String line : Files.readAllLines(PAGE)) {
      Matcher matcher = COMMAND.matcher(line);
      while (matcher.find()) {
        commands.add(matcher.group(1));
      }
    }
    assertThat(commands).containsAll(NAMES);
    commands.removeAll(NAMES);
    assertThat(commands).hasSizeGreaterThan(FEWEST);
    return commands;
  }

  @BeforeEach
  void makeFiles() throws IOException {
    Path disk = folder.resolve("disk.img");
    SampleImage.unpack(disk);
    byte[] content = Files.readAllBytes(disk);
    try (FileChannel card =
        FileChannel.open(
            folder.resolve("sdcard.img"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      card.write(partitionTable(content.length), 0);
      card.write(ByteBuffer.wrap(content), (long) ROOT_SECTOR * SECTOR);
    }
    Path host = Files.writeString(folder.resolve("host.txt"), "content\n");
    Files.writeString(
        folder.resolve("edits.txt"), "truncate /hello.txt 0\nwrite /hello.txt 0 '" + host + "'\n");
  }

  /** Returns a master boot record with a small partition and one for the sample image. */
  private static ByteBuffer partitionTable(int byteLength) {
    ByteBuffer table = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
    entry(table, 0, TYPE_FAT32, BOOT_SECTOR, ROOT_SECTOR - BOOT_SECTOR);
    entry(table, 1, TYPE_LINUX, ROOT_SECTOR, byteLength / SECTOR);
    return table.putShort(SECTOR - Short.BYTES, (short) 0xaa55);
  }

  private static void entry(
      ByteBuffer table, int index, int type, int firstSector, int sectorCount) {
    int at = FIRST_ENTRY + index * ENTRY;
    table.put(at + 4, (byte) type).putInt(at + 8, firstSector).putInt(at + 12, sectorCount);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void command_works(String command) throws IOException, UsageException {
    ProgramRun run = ProgramRun.of(arguments(command));
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    String check = command.contains("sdcard.img") ? "sdcard.img" : "disk.img";
    assertThat(ProgramRun.of("fsck", folder.resolve(check).toString()).status()).isZero();
  }

  /** Returns the words behind {@code ext4j}, with host files in the folder of the test. */
  private String[] arguments(String command) throws UsageException {
    String withoutRedirection = command.replaceFirst(" > .*", "");
    List<String> words = new ArrayList<>();
    for (String word : ShellWords.split(withoutRedirection)) {
      boolean host = word.matches("(disk|sdcard)\\.img.*|(host|edits)\\.txt");
      words.add(host ? folder.resolve(word).toString() : word);
    }
    return words.subList(1, words.size()).toArray(new String[0]);
  }
}
