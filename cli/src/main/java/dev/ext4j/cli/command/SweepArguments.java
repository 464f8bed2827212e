package dev.ext4j.cli.command;

import dev.ext4j.cli.crash.CommandChecker;
import dev.ext4j.cli.crash.CrashKind;
import dev.ext4j.cli.crash.E2fsckChecker;
import dev.ext4j.cli.crash.ImageChecker;
import dev.ext4j.cli.crash.SweepOptions;
import dev.ext4j.cli.crash.TrialRecovery;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.ShellWords;
import dev.ext4j.cli.text.UsageException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The options of crash-sweep that select the states and the way to judge them. */
final class SweepArguments {
  private static final int DEFAULT_SUBSETS = 20;
  private static final int DEFAULT_SECTOR = 512;
  private static final int DEFAULT_MAX_STATES = 10_000;
  private static final int MAX_COUNT = 1 << 30;
  private static final int MAX_JOBS = 256;

  private static final OptionSyntax SEED =
      OptionSyntax.value("N", "The seed of every random choice. Default: 1.", "--seed");
  private static final OptionSyntax SUBSETS =
      OptionSyntax.value(
          "N",
          "The number of random subsets of the writes between two flushes. Default: 20.",
          "--subsets");
  private static final OptionSyntax MAX_STATES =
      OptionSyntax.value(
          "N",
          "The maximum number of states to judge, chosen at random. Default: 10000.",
          "--max-states");
  private static final OptionSyntax STATES =
      OptionSyntax.value("N,...", "Judge only the states with these numbers.", "--states");
  private static final OptionSyntax JOBS =
      OptionSyntax.value(
          "N",
          "The number of states judged at a time. Default: the number of processors.",
          "--jobs",
          "-j");
  private static final OptionSyntax KINDS =
      OptionSyntax.value(
              "KIND,...",
              "The kinds of states: prefix, torn, drop, only, subset. Default: all; without a"
                  + " journal all but torn, because a block with a checksum that is overwritten in"
                  + " place cannot be torn without loss.",
              "--kinds")
          .completing(
              Completion.listOf(Arrays.stream(CrashKind.values()).map(CrashKind::word).toList()));
  private static final OptionSyntax SECTOR =
      OptionSyntax.value(
          "BYTES",
          "The number of bytes that the disk writes atomically. Default: 512.",
          "--sector");
  private static final OptionSyntax WHOLE_SUPERBLOCK =
      OptionSyntax.flag(
          "Never tear a write of the superblock. Use it for logs of tools that cannot recover from"
              + " that.",
          "--whole-superblock");
  private static final OptionSyntax ATOMIC =
      OptionSyntax.flag(
          "Require the whole tree to be as at one finished step. Without this option, each block of"
              + " a file may be as before the step or as after it.",
          "--atomic");
  private static final OptionSyntax RECOVERY =
      OptionSyntax.choice(
          "--recover",
          List.of("reader", "writer"),
          "Recover a state before its files are compared: by opening it for reading, which replays"
              + " the journal in memory (reader), or by opening it for writing (writer, the"
              + " default).");
  private static final OptionSyntax CHECK =
      OptionSyntax.value(
          "CMD",
          "Run CMD instead of e2fsck, with the path of the image in place of {image}. Exit status 0"
              + " means that the image is good.",
          "--check");
  private static final OptionSyntax NO_FSCK = OptionSyntax.flag("Do not run e2fsck.", "--no-fsck");
  private static final OptionSyntax KEEP =
      OptionSyntax.value("DIR", "Keep bad states as images in DIR.", "--keep")
          .completing(Completion.FOLDER);

  static final List<OptionSyntax> ALL =
      List.of(
          KINDS,
          SUBSETS,
          SECTOR,
          WHOLE_SUPERBLOCK,
          MAX_STATES,
          STATES,
          SEED,
          JOBS,
          ATOMIC,
          RECOVERY,
          CHECK,
          NO_FSCK,
          KEEP);

  private final Arguments arguments;
  private final long seed;
  private final int subsets;
  private final int sectorSize;
  private final int maxStates;
  private final Set<Long> states;
  private final int jobs;
  private final ImageChecker checker;

  private SweepArguments(Arguments arguments) throws UsageException {
    this.arguments = arguments;
    seed = number(arguments, SEED, 1, Long.MAX_VALUE);
    subsets = (int) number(arguments, SUBSETS, DEFAULT_SUBSETS, MAX_COUNT);
    sectorSize = sectorSize(arguments);
    maxStates = (int) number(arguments, MAX_STATES, DEFAULT_MAX_STATES, MAX_COUNT);
    states = states(arguments);
    jobs =
        (int)
            Math.max(
                1, number(arguments, JOBS, Runtime.getRuntime().availableProcessors(), MAX_JOBS));
    checker = checker(arguments);
    kinds(true);
  }

  /** Parses the options, and checks them before the command is run. */
  static SweepArguments of(Arguments arguments) throws UsageException {
    return new SweepArguments(arguments);
  }

  /** Returns the options for an image with or without a journal. */
  SweepOptions options(boolean hasJournal, Path scratch) throws UsageException {
    String keep = arguments.value(KEEP);
    TrialRecovery recovery =
        "reader".equals(arguments.value(RECOVERY)) ? TrialRecovery.READER : TrialRecovery.WRITER;
    return new SweepOptions(
        seed,
        kinds(hasJournal),
        subsets,
        sectorSize,
        !arguments.has(WHOLE_SUPERBLOCK),
        maxStates,
        states,
        jobs,
        arguments.has(ATOMIC),
        recovery,
        checker,
        scratch,
        keep == null ? null : Path.of(keep));
  }

  private Set<CrashKind> kinds(boolean hasJournal) throws UsageException {
    String text = arguments.value(KINDS);
    Set<CrashKind> kinds = EnumSet.noneOf(CrashKind.class);
    if (text == null) {
      kinds.addAll(EnumSet.allOf(CrashKind.class));
      if (!hasJournal) {
        kinds.remove(CrashKind.TORN);
      }
      return kinds;
    }
    for (String word : text.split(",", -1)) {
      kinds.add(kind(word));
    }
    return kinds;
  }

  private static CrashKind kind(String word) throws UsageException {
    for (CrashKind kind : CrashKind.values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    String all =
        Arrays.stream(CrashKind.values()).map(CrashKind::word).collect(Collectors.joining(", "));
    throw new UsageException("'" + word + "' is no kind of state: " + all);
  }

  private static int sectorSize(Arguments arguments) throws UsageException {
    String text = arguments.value(SECTOR);
    long size = text == null ? DEFAULT_SECTOR : ByteSize.parse(text).bytes();
    if (size < DEFAULT_SECTOR || size > 1 << 16 || Long.bitCount(size) != 1) {
      throw new UsageException("no sector size: " + text + "; they are powers of 2, 512 to 64K");
    }
    return (int) size;
  }

  private static Set<Long> states(Arguments arguments) throws UsageException {
    Set<Long> states = new HashSet<>();
    String text = arguments.value(STATES);
    if (text != null) {
      for (String word : text.split(",", -1)) {
        states.add(number(word, Long.MAX_VALUE));
      }
    }
    return states;
  }

  private static ImageChecker checker(Arguments arguments) throws UsageException {
    String command = arguments.value(CHECK);
    if (command != null) {
      List<String> words = ShellWords.split(command);
      if (words.stream().noneMatch(word -> word.contains(CommandChecker.PLACEHOLDER))) {
        throw new UsageException("--check needs " + CommandChecker.PLACEHOLDER + " in its command");
      }
      return new CommandChecker(words);
    }
    @Nullable String program = arguments.has(NO_FSCK) ? null : FileSystemCheck.find();
    return program == null ? ImageChecker.NONE : new E2fsckChecker(program);
  }

  private static long number(
      Arguments arguments, OptionSyntax option, long defaultValue, long maximum)
      throws UsageException {
    String text = arguments.value(option);
    return text == null ? defaultValue : number(text, maximum);
  }

  private static long number(String text, long maximum) throws UsageException {
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= maximum) {
        return value;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    throw new UsageException("'" + text + "' is no number from 0 to " + maximum);
  }
}
