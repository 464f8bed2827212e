package dev.ext4j.cli.command;

import dev.ext4j.cli.edit.Edit;
import dev.ext4j.cli.edit.RangeEdit;
import dev.ext4j.cli.edit.TruncateEdit;
import dev.ext4j.cli.edit.WriteEdit;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.syntax.CommandSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All commands of the program. {@link #find} creates only the command that it returns. */
public final class Commands {
  /**
   * The name of a command and the way to create the command.
   *
   * @param edit the change of one file that the command makes, and that a batch script can make
   *     too; null for other commands
   */
  private record Entry(
      String name, Supplier<Command> maker, @Nullable Supplier<? extends Edit> edit) {
    Entry(String name, Supplier<Command> maker) {
      this(name, maker, null);
    }

    static Entry of(String name, Supplier<? extends Edit> edit) {
      return new Entry(name, () -> new EditCommand(edit.get()), edit);
    }
  }

  /** Every command, in the order of the help. */
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry("info", InfoCommand::new),
          new Entry("ls", LsCommand::new),
          new Entry("stat", StatCommand::new),
          new Entry("cat", CatCommand::new),
          new Entry("map", MapCommand::new),
          new Entry("dump", DumpCommand::new),
          Entry.of("write", WriteEdit::new),
          Entry.of("truncate", TruncateEdit::new),
          Entry.of("fallocate", () -> RangeEdit.FALLOCATE),
          Entry.of("zero", () -> RangeEdit.ZERO),
          new Entry("punch", PunchCommand::new, () -> RangeEdit.PUNCH),
          Entry.of("collapse", () -> RangeEdit.COLLAPSE),
          Entry.of("insert", () -> RangeEdit.INSERT),
          new Entry("journal", JournalCommand::new),
          new Entry("fsck", FsckCommand::new),
          new Entry("check-es", CheckEsCommand::new),
          new Entry("batch", BatchCommand::new),
          new Entry("crash-sweep", CrashSweepCommand::new),
          new Entry("demo", DemoCommand::new),
          new Entry("help", HelpCommand::new));

  private Commands() {}

  /** Returns the command with a name, or null if there is none. */
  public static @Nullable Command find(String name) {
    for (Entry entry : ENTRIES) {
      if (entry.name.equals(name)) {
        return entry.maker.get();
      }
    }
    return null;
  }

  /**
   * Returns the changes of one file, each of which is both a command and a line of a batch script.
   */
  static List<Edit> edits() {
    List<Edit> edits = new ArrayList<>();
    for (Entry entry : ENTRIES) {
      if (entry.edit != null) {
        edits.add(entry.edit.get());
      }
    }
    return edits;
  }

  /** Returns the syntax of every command, in the order of the help. */
  public static List<CommandSyntax> syntaxes() {
    List<CommandSyntax> all = new ArrayList<>();
    for (Entry entry : ENTRIES) {
      all.add(entry.maker.get().syntax());
    }
    return all;
  }

  /** Returns the syntax of the program itself. */
  public static CommandSyntax program() {
    return CommandSyntax.named("ext4j", "Reads and changes ext2, ext3 and ext4 images in place.")
        .detail(
            "Works on image files, partitions in disk images and block devices, without mounting"
                + " them.")
        .exitStatus(ExitStatus.OK, "done")
        .exitStatus(ExitStatus.FAILED, "the operation failed")
        .exitStatus(ExitStatus.USAGE, "wrong usage")
        .exitStatus(ExitStatus.CORRUPT, "corrupt image")
        .exitStatus(ExitStatus.UNSUPPORTED, "unsupported feature")
        .exitStatus(ExitStatus.BUSY, "busy, locked or needs recovery")
        .note(
            "The names in a directory, and the owner, mode, times and attributes of a file, are"
                + " read and not changed: nothing can be created, copied in as a new file, renamed"
                + " or removed. File systems are checked and not made, resized or repaired."
                + " debugfs(8), mke2fs(8), resize2fs(8), tune2fs(8) and e2fsck(8) do this.")
        .example("ext4j demo", "Demonstrates the main operation on a sample image.")
        .example("ext4j map disk.img /var/db", "Shows where the content of a file is on the disk.")
        .example("ext4j write disk.img /etc/hostname 0 name.txt", "Writes content into a file.")
        .example("ext4j punch disk.img /var/db 1M 64K", "Punches a hole into a file.")
        .example("ext4j help punch", "Shows the help of a command, as 'ext4j punch --help' does.");
  }
}
