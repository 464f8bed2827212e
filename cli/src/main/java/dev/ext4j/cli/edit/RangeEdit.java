package dev.ext4j.cli.edit;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteRangeArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.model.Size;
import java.io.IOException;
import java.util.List;

/** The edits that take a range, which correspond to the modes of fallocate(2). */
public final class RangeEdit implements Edit {
  private static final OptionSyntax KEEP_SIZE =
      OptionSyntax.flag("Keep the size of the file.", "--keep-size", "-n");

  /**
   * The edit {@code punch}, which deallocates a range as {@link Ext4File#punch} does. It has no
   * texts for {@link #addHelp}, because the command {@code punch} has its own help.
   */
  public static final RangeEdit PUNCH =
      new RangeEdit(
          "punch",
          "Punches a hole into a file.",
          List.of(),
          false,
          (file, offset, length, keep, progress) -> file.punch(offset, length, progress));

  /** The edit {@code fallocate}, which allocates a range as {@link Ext4File#allocate} does. */
  public static final RangeEdit FALLOCATE =
      new RangeEdit(
          "fallocate",
          "Allocates blocks for a range of a file.",
          List.of(
              "Does the same as fallocate(2): missing blocks are allocated and read as zeros, and"
                  + " content stays. The file grows if the range ends after the end of the file,"
                  + " unless --keep-size is given.",
              "ext4j fallocate disk.img /var/db 0 1G",
              "Allocates one GiB in advance.",
              "ext4j fallocate --keep-size disk.img /var/log/x 0 64M",
              "Allocates blocks after the end of the file."),
          true,
          Ext4File::allocate);

  /** The edit {@code zero}, which zeroes a range as {@link Ext4File#zero} does. */
  public static final RangeEdit ZERO =
      new RangeEdit(
          "zero",
          "Makes a range of a file read as zeros, with its blocks allocated.",
          List.of(
              "Does the same as fallocate(2) with FALLOC_FL_ZERO_RANGE: whole blocks become"
                  + " unwritten, and parts of blocks at the edges are zeroed. The file grows if the"
                  + " range ends after the end of the file, unless --keep-size is given.",
              "ext4j zero disk.img /var/db 1M 64K",
              "Zeroes 64 KiB and keeps their blocks.",
              "ext4j zero --keep-size disk.img 12 4K..1G",
              "Zeroes a range and does not make the file longer."),
          true,
          Ext4File::zero);

  /** The edit {@code collapse}, which removes a range as {@link Ext4File#collapse} does. */
  public static final RangeEdit COLLAPSE =
      new RangeEdit(
          "collapse",
          "Removes a range from a file and moves the content after it down.",
          List.of(
              "Does the same as fallocate(2) with FALLOC_FL_COLLAPSE_RANGE. The range must consist"
                  + " of whole blocks (clusters with bigalloc) and end before the end of the file."
                  + " No content is copied.",
              "ext4j collapse disk.img /var/log/x 0 1M",
              "Removes the first MiB.",
              "ext4j collapse disk.img 12 16b 4b",
              "Removes blocks 16 to 19."),
          false,
          (file, offset, length, keep, progress) -> file.collapse(offset, length, progress));

  /** The edit {@code insert}, which inserts a hole as {@link Ext4File#insert} does. */
  public static final RangeEdit INSERT =
      new RangeEdit(
          "insert",
          "Inserts a hole into a file and moves the content after it up.",
          List.of(
              "Does the same as fallocate(2) with FALLOC_FL_INSERT_RANGE. The range must consist of"
                  + " whole blocks (clusters with bigalloc) and begin before the end of the file."
                  + " No content is copied.",
              "ext4j insert disk.img /var/db 1M 64K",
              "Inserts a hole of 64 KiB after the first MiB.",
              "ext4j insert disk.img 12 0 1b",
              "Inserts a hole of one block at the beginning."),
          false,
          (file, offset, length, keep, progress) -> file.insert(offset, length, progress));

  private final String name;
  private final String summary;
  private final List<String> help;
  private final boolean keepsSize;
  private final Call call;

  @FunctionalInterface
  private interface Call {
    void on(Ext4File file, long offset, long length, Size size, ProgressListener progress)
        throws IOException;
  }

  private RangeEdit(String name, String summary, List<String> help, boolean keepsSize, Call call) {
    this.name = name;
    this.summary = summary;
    this.help = help;
    this.keepsSize = keepsSize;
    this.call = call;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String summary() {
    return summary;
  }

  @Override
  public CommandSyntax addWords(CommandSyntax syntax) {
    syntax
        .optional("OFF", "The first byte of the range, or the whole range as OFF..END.")
        .optional("LEN", "The length of the range: 4096, 64K, 3b (blocks), 8s (sectors), 0x1000.");
    return keepsSize ? syntax.option(KEEP_SIZE) : syntax;
  }

  @Override
  public CommandSyntax addHelp(CommandSyntax syntax) {
    syntax.detail(help.get(0));
    for (int i = 1; i < help.size(); i += 2) {
      syntax.example(help.get(i), help.get(i + 1));
    }
    return syntax;
  }

  @Override
  public Change parse(Words words) throws UsageException {
    ByteRangeArgument range = ByteRangeArgument.parse(words.list());
    Size size = keepsSize && words.options().has(KEEP_SIZE) ? Size.KEEP : Size.GROW;
    return (file, blockSize, progress) ->
        call.on(file, range.offset(blockSize), range.length(blockSize), size, progress);
  }
}
