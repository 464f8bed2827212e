package dev.ext4j.cli.command;

import dev.ext4j.cli.syntax.CommandSyntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All commands. Only the command that runs is created. */
public final class Commands {
  private static final List<String> NAMES =
      List.of(
          "info",
          "ls",
          "stat",
          "cat",
          "map",
          "write",
          "truncate",
          "fallocate",
          "zero",
          "punch",
          "collapse",
          "insert",
          "journal",
          "fsck",
          "check-es",
          "batch",
          "crash-sweep",
          "demo",
          "help");

  private Commands() {}

  /** Returns the command with a name, or null if there is none. */
  public static @Nullable Command find(String name) {
    return switch (name) {
      case "info" -> new InfoCommand();
      case "ls" -> new LsCommand();
      case "stat" -> new StatCommand();
      case "cat" -> new CatCommand();
      case "map" -> new MapCommand();
      case "write" -> new EditCommand(new WriteEdit());
      case "truncate" -> new EditCommand(new TruncateEdit());
      case "fallocate" -> new EditCommand(RangeEdit.FALLOCATE);
      case "zero" -> new EditCommand(RangeEdit.ZERO);
      case "punch" -> new PunchCommand();
      case "collapse" -> new EditCommand(RangeEdit.COLLAPSE);
      case "insert" -> new EditCommand(RangeEdit.INSERT);
      case "journal" -> new JournalCommand();
      case "fsck" -> new FsckCommand();
      case "check-es" -> new CheckEsCommand();
      case "batch" -> new BatchCommand();
      case "crash-sweep" -> new CrashSweepCommand();
      case "demo" -> new DemoCommand();
      case "help" -> new HelpCommand();
      default -> null;
    };
  }

  /** Returns the changes of one file, which are both commands and lines of scripts. */
  static List<Edit> edits() {
    return List.of(
        new WriteEdit(),
        new TruncateEdit(),
        RangeEdit.FALLOCATE,
        RangeEdit.ZERO,
        RangeEdit.PUNCH,
        RangeEdit.COLLAPSE,
        RangeEdit.INSERT);
  }

  /** Returns the syntax of every command, in the order of the help. */
  public static List<CommandSyntax> all() {
    List<CommandSyntax> all = new ArrayList<>();
    for (String name : NAMES) {
      Command command = find(name);
      if (command != null) {
        all.add(command.syntax());
      }
    }
    return all;
  }

  /** Returns the syntax of the program itself. */
  public static CommandSyntax program() {
    return CommandSyntax.named("ext4j", "Reads and changes ext2, ext3 and ext4 images in place.")
        .detail(
            "Works on image files, partitions in disk images and block devices, without mounting"
                + " them. Exit status: 0 done; 1 the operation failed; 2 usage; 3 image corrupt; 4"
                + " unsupported feature; 5 busy, locked or needs recovery.")
        .example("ext4j demo", "Shows on a sample image what this is about.")
        .example("ext4j map disk.img /var/db", "Where a file lies.")
        .example("ext4j write disk.img /etc/hostname 0 name.txt", "Writes into it.")
        .example("ext4j punch disk.img /var/db 1M 64K", "Punches a hole into it.")
        .example("ext4j help punch", "The help of a command, as 'ext4j punch --help'.");
  }
}
