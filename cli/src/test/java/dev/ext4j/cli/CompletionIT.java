package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of the packaged completion scripts in shells on a terminal, which script(1) provides. Each
 * line is typed with TABs in it, and a function in the place of the program keeps the words that
 * the shell makes of the line.
 */
class CompletionIT {
  private static final Path SHARE =
      Path.of(System.getProperty("ext4j.distribution", "target/ext4j"), "share").toAbsolutePath();

  /**
   * A line that is typed.
   *
   * @param keys the keys before ENTER
   * @param words the words of the program, each of which ends in a bar
   */
  private record Typed(String keys, String words) {}

  /** Lines that every shell completes in the same way. */
  private static final List<Typed> LINES =
      List.of(
          new Typed("ext4j pu\t", "punch|"),
          new Typed("ext4j help pu\t", "help|punch|"),
          new Typed("ext4j fsck --view=on\tro\t", "fsck|--view=ondisk|root.img|"),
          new Typed("ext4j fsck --view on\tro\t", "fsck|--view|ondisk|root.img|"),
          new Typed("ext4j punch ro\t--dr\t/x", "punch|root.img|--dry-run|/x|"),
          new Typed("ext4j punch --trace=es,lo\t", "punch|--trace=es,locks|"),
          new Typed("ext4j ls my\t/", "ls|my disk.img|/|"),
          new Typed("ext4j ls ba\t1\t", "ls|bad/1.img|"),
          new Typed("ext4j ls root.img ro\t", "ls|root.img|ro|"),
          new Typed("ext4j batch ro\t-f ed\t", "batch|root.img|-f|edits.txt|"),
          new Typed("ext4j batch --file=my\tro\t", "batch|--file=my disk.img|root.img|"),
          new Typed("ext4j fsck --journal ro\t", "fsck|--journal|root.img|"),
          new Typed("ext4j write root.img /x 0 ed\t", "write|root.img|/x|0|edits.txt|"),
          new Typed("ext4j journal rep\tro\t", "journal|replay|root.img|"),
          new Typed("ext4j demo ra\t", "demo|race|"),
          new Typed("ext4j crash-s\tro\t-- pu\tro\t", "crash-sweep|root.img|--|punch|root.img|"));

  /** A line with an option after {@code --}, where fish offers none. */
  private static final Typed LINE_OF_OTHERS =
      new Typed("ext4j crash-sweep x -- punch --dry\t", "crash-sweep|x|--|punch|--dry-run|");

  /** Lines that are typed in bash. Readline tells the completion where each word begins. */
  private static final List<Typed> LINES_OF_BASH =
      List.of(
          new Typed("ext4j ls \"my d\t/", "ls|my disk.img|/|"),
          new Typed("ext4j ls 'my d\t/", "ls|my disk.img|/|"),
          new Typed("ext4j ls my\\ d\t/", "ls|my disk.img|/|"),
          new Typed("ext4j ls a@\t/", "ls|a@b.img|/|"),
          new Typed("ext4j ls a\t/", "ls|a@b.img|/|"),
          new Typed("ext4j ls \"a@\t/", "ls|a@b.img|/|"),
          new Typed("ext4j ls it\t/", "ls|it's|/|"),
          new Typed("ext4j ls $PWD/ro\t/", "ls|FOLDER/root.img|/|"),
          new Typed("ext4j ls ~/ro\t/", "ls|FOLDER/root.img|/|"),
          new Typed("ext4j batch --file=\"my d\tro\t", "batch|--file=my disk.img|root.img|"),
          new Typed("ext4j batch -fed\tro\t", "batch|-fedits.txt|root.img|"),
          new Typed("ext4j ls 2> /dev/null ro\t/", "ls|root.img|/|"),
          new Typed("ext4j ls < ro\tsp\t/", "ls|spare.img|/|"),
          new Typed("A=1 ext4j ls ro\t/", "ls|root.img|/|"),
          new Typed("true; ext4j ls ro\t/", "ls|root.img|/|"),
          new Typed("ext4j punch --pro\tal\tro\t", "punch|--progress=always|root.img|"));

  @TempDir Path folder;

  @BeforeEach
  void create() throws IOException {
    Oracles.requireProgram("script");
    for (String name :
        List.of("root.img", "spare.img", "my disk.img", "a@b.img", "it's", "edits.txt")) {
      Files.createFile(folder.resolve(name));
    }
    Files.createDirectory(folder.resolve("bad"));
    Files.createFile(folder.resolve("bad/1.img"));
  }

  @Test
  void bash_linesWithTabs_areCompleted() throws IOException {
    List<Typed> lines = new ArrayList<>(LINES);
    lines.addAll(LINES_OF_BASH);
    lines.add(LINE_OF_OTHERS);
    checkBash("", lines);
  }

  @Test
  void bash_withoutBreaksAtSigns_isCompleted() throws IOException {
    checkBash("COMP_WORDBREAKS=${COMP_WORDBREAKS//[=:@]}\n", LINES);
  }

  private void checkBash(String setUp, List<Typed> lines) throws IOException {
    String source = "source '" + SHARE + "/bash-completion/completions/ext4j'\n";
    check("bash --norc --noprofile -i", setUp + source + FUNCTION, lines);
  }

  @Test
  void zsh_linesWithTabs_areCompleted() throws IOException {
    String source =
        "fpath=('" + SHARE + "/zsh/site-functions' $fpath); autoload -U compinit; compinit -u -D\n";
    List<Typed> lines = new ArrayList<>(LINES);
    lines.add(LINE_OF_OTHERS);
    check("zsh -f -i", source + FUNCTION, lines);
  }

  @Test
  void fish_linesWithTabs_areCompleted() throws IOException {
    String source = "source '" + SHARE + "/fish/vendor_completions.d/ext4j.fish'\n";
    String function = "function ext4j; printf '%s|' $argv >> typed; echo >> typed; end\n";
    check("fish --no-config --private -i", source + function, LINES);
  }

  private static final String FUNCTION =
      "ext4j() { printf '%s|' \"$@\" >> typed; echo >> typed; }\n";

  private void check(String shell, String setUp, List<Typed> lines) throws IOException {
    Oracles.requireProgram(shell.substring(0, shell.indexOf(' ')));
    StringBuilder keys = new StringBuilder("cd '" + folder + "'\n" + setUp);
    List<String> expected = new ArrayList<>();
    for (Typed line : lines) {
      keys.append(line.keys()).append('\n');
      expected.add(line.words().replace("FOLDER", folder.toString()));
    }
    String terminal =
        ExternalTool.named("script")
            .withEnvironment("TERM", "dumb")
            .withEnvironment("HOME", folder.toString())
            .withEnvironment("INPUTRC", "/dev/null")
            .withInput(keys + "exit\n")
            .run("-q", "-c", shell, "/dev/null")
            .stdout();
    assertThat(folder.resolve("typed")).as(terminal).exists();
    assertThat(Files.readAllLines(folder.resolve("typed"))).isEqualTo(expected);
  }
}
