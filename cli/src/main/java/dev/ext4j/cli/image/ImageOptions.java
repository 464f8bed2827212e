package dev.ext4j.cli.image;

import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.Completion;
import dev.ext4j.cli.syntax.OptionSyntax;
import dev.ext4j.cli.text.ByteSize;
import dev.ext4j.cli.text.UsageException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of every command on an image, and the parsers of these options and of the image's
 * address.
 */
public final class ImageOptions {
  /** The label of the word for the image in the help of commands. */
  public static final String LABEL = "IMG";

  /** The description of the word for the image in the help of commands. */
  public static final String DESCRIPTION =
      "The image file or block device. IMG@p2 is its second partition, IMG@LABEL=root the file"
          + " system with the label root (likewise @UUID= and @PARTLABEL=), IMG?offset=1M the file"
          + " system at that offset.";

  /** The option for the byte offset of the file system in the image; {@link #address} parses it. */
  public static final OptionSyntax OFFSET =
      OptionSyntax.value(
          "BYTES",
          "The offset of the file system in the image, the same as IMG?offset=BYTES.",
          "--offset");

  /** The option for the block of a backup superblock; {@link #superblock} parses it. */
  public static final OptionSyntax SUPERBLOCK =
      OptionSyntax.value("BLOCK", "Use the backup superblock in this block.", "--superblock", "-b");

  static final OptionSyntax LONG_SUPERBLOCK =
      OptionSyntax.value("BLOCK", "Use the backup superblock in this block.", "--superblock");

  /**
   * The option for the block size that determines the position of the backup superblock; {@link
   * #blockSize} parses it.
   */
  public static final OptionSyntax BLOCK_SIZE =
      OptionSyntax.value(
          "BYTES",
          "The block size in bytes for finding the backup superblock.",
          "--blocksize",
          "-B");

  static final OptionSyntax JOURNAL =
      OptionSyntax.value(
              "DEV",
              "The device or file that holds the journal, if the journal is not in the image.",
              "--journal")
          .completing(Completion.FILE);

  /** The option to discard freed blocks, for commands that write. */
  public static final OptionSyntax DISCARD =
      OptionSyntax.flag(
          "Discard freed blocks: punch holes into an image file, send discard requests to a"
              + " device.",
          "--discard");

  /**
   * The option of commands that write, to wait for an image that is in use; see {@link Patience}.
   */
  public static final OptionSyntax WAIT =
      OptionSyntax.optionalValue(
          "SECONDS",
          "Wait for an image that is in use, at most this number of seconds. Without SECONDS, wait"
              + " without limit.",
          "--wait");

  /** The options of all commands that write. */
  public static final List<OptionSyntax> WRITING = List.of(DISCARD, WAIT);

  /** The option to print the result as a JSON document. */
  public static final OptionSyntax JSON =
      OptionSyntax.flag("Print one JSON document instead of text.", "--json");

  /** The options of all commands for which -b has no other meaning. */
  public static final List<OptionSyntax> ALL = List.of(OFFSET, SUPERBLOCK, BLOCK_SIZE, JOURNAL);

  /** The options of {@link #ALL}, but without the short name -b. */
  public static final List<OptionSyntax> WITHOUT_SHORT_SUPERBLOCK =
      List.of(OFFSET, LONG_SUPERBLOCK, BLOCK_SIZE, JOURNAL);

  /** The same options without the offset, for a command whose --offset is one in the file. */
  public static final List<OptionSyntax> WITHOUT_OFFSET = List.of(SUPERBLOCK, BLOCK_SIZE, JOURNAL);

  private static final long NONE = -1;

  private ImageOptions() {}

  /**
   * Returns the address of an image, with the offset of the option {@link #OFFSET} if that option
   * is given.
   *
   * @param image the address as the user wrote it
   * @throws UsageException if the address or the offset is invalid, or if the address already names
   *     a partition, a label or an offset and {@link #OFFSET} is given too
   */
  public static DeviceAddress address(String image, Arguments arguments) throws UsageException {
    String offset = arguments.value(OFFSET);
    if (image.equals("-")) {
      throw new UsageException(
          "an image cannot come from standard input: any part of it may be read at any time. A file"
              + " with the name - is ./-");
    }
    try {
      DeviceAddress address = DeviceAddress.parse(image);
      return offset == null ? address : address.withOffset(ByteSize.parse(offset).bytes());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the address of the journal's device, or null if it is not given. */
  public static @Nullable DeviceAddress journal(Arguments arguments) throws UsageException {
    String journal = arguments.value(JOURNAL);
    try {
      return journal == null ? null : DeviceAddress.parse(journal);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the block of the backup superblock, or a negative number if it is not given. */
  public static long superblock(Arguments arguments) throws UsageException {
    String block = arguments.value(SUPERBLOCK);
    if (block == null) {
      if (arguments.has(BLOCK_SIZE)) {
        throw new UsageException("--blocksize only has a meaning together with --superblock");
      }
      return NONE;
    }
    return ByteSize.parse(block).bytes();
  }

  /** Returns the block size for finding the backup superblock, or 0 if it is not given. */
  public static int blockSize(Arguments arguments) throws UsageException {
    String size = arguments.value(BLOCK_SIZE);
    if (size == null) {
      return 0;
    }
    long bytes = ByteSize.parse(size).bytes();
    if (bytes < 1024 || bytes > 65536 || Long.bitCount(bytes) != 1) {
      throw new UsageException("no block size: " + size + "; they are powers of 2, 1K to 64K");
    }
    return (int) bytes;
  }
}
