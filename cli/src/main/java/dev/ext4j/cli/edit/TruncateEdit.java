package dev.ext4j.cli.edit;

import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;

/** The edit {@code truncate}, which changes the size of a file. */
public final class TruncateEdit implements Edit {
  @Override
  public String name() {
    return "truncate";
  }

  @Override
  public String summary() {
    return "Changes the size of a file.";
  }

  @Override
  public CommandSyntax addWords(CommandSyntax syntax) {
    return syntax.optional("SIZE", "The new size: 0, 4096, 64K, 3b (blocks), 0x1000.");
  }

  @Override
  public CommandSyntax addHelp(CommandSyntax syntax) {
    return syntax
        .detail(
            "Does the same as truncate(2). If the new end is earlier, everything after it is freed,"
                + " including blocks allocated beyond the old end. A file that grows has a hole at"
                + " its end.")
        .example("ext4j truncate disk.img /var/log/x 0", "Empties a file.")
        .example("ext4j truncate disk.img /var/db 1G", "Sets the size to one GiB.");
  }

  @Override
  public Change parse(Words words) throws UsageException {
    if (words.list().size() != 1) {
      throw new UsageException("want one word SIZE, not '" + String.join(" ", words.list()) + "'");
    }
    ByteSize size = ByteSize.parse(words.list().get(0));
    return (file, blockSize, progress) -> file.truncate(size.bytes(blockSize), progress);
  }
}
