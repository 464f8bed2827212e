package dev.ext4j.cli.image;

import com.google.errorprone.annotations.MustBeClosed;
import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.text.FileArgument;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inspect.Tracer;
import dev.ext4j.fs.model.FileType;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The open image of a command, with its device. */
public final class OpenImage implements Closeable {
  private static final int MAX_LINKS = 40; // as the kernel's MAXSYMLINKS

  private final Invocation invocation;
  private final BlockDevice device;
  private final @Nullable BlockDevice journal;
  private final Ext4FileSystem fileSystem;
  private final List<String> warnings;

  private OpenImage(
      Invocation invocation,
      BlockDevice device,
      @Nullable BlockDevice journal,
      Ext4FileSystem fileSystem,
      List<String> warnings) {
    this.invocation = invocation;
    this.device = device;
    this.journal = journal;
    this.fileSystem = fileSystem;
    this.warnings = warnings;
  }

  /**
   * Opens an image for reading, with the options of the command line. This method prints the
   * warnings of the file system. With {@code --json} it prints none, because {@link #document}
   * contains them.
   *
   * @param image the address of the image as the user wrote it
   * @throws UsageException if the address or an option is invalid
   */
  @MustBeClosed
  public static OpenImage forReading(Invocation invocation, String image)
      throws IOException, UsageException {
    return open(invocation, image, AccessMode.READ_ONLY, OpenOptions.readOnly());
  }

  /**
   * Same as {@link #forReading}, but opens the image for reading and writing, and also obeys {@code
   * --discard}. Replays the journal if it needs recovery.
   *
   * @throws UsageException if the address or an option is invalid
   */
  @MustBeClosed
  public static OpenImage forWriting(Invocation invocation, String image)
      throws IOException, UsageException {
    return open(invocation, image, AccessMode.READ_WRITE, writing(invocation).build());
  }

  /**
   * Same as {@link #forWriting(Invocation, String)}, but a tracer receives the events of the file
   * system.
   *
   * @throws UsageException if the address or an option is invalid
   */
  @MustBeClosed
  public static OpenImage forWriting(Invocation invocation, String image, Tracer tracer)
      throws IOException, UsageException {
    OpenOptions options = writing(invocation).tracer(tracer).build();
    return open(invocation, image, AccessMode.READ_WRITE, options);
  }

  private static OpenOptions.Builder writing(Invocation invocation) {
    boolean discard = invocation.arguments().has(ImageOptions.DISCARD);
    return OpenOptions.builder().writable(true).discardFreed(discard);
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // closing the image closes the file system
  private static OpenImage open(
      Invocation invocation, String image, AccessMode mode, OpenOptions options)
      throws IOException, UsageException {
    invocation.workOnImage(image);
    Arguments arguments = invocation.arguments();
    DeviceAddress address = ImageOptions.address(image, arguments);
    long superblock = ImageOptions.superblock(arguments);
    int blockSize = ImageOptions.blockSize(arguments);
    DeviceAddress journalAddress = ImageOptions.journal(arguments);
    BlockDevice device =
        mode == AccessMode.READ_ONLY
            ? invocation.open(address, mode)
            : Patience.of(arguments).open(invocation, address);
    List<String> warnings = new ArrayList<>();
    BlockDevice journal = null;
    try {
      OpenOptions all = options;
      if (journalAddress != null) {
        journal = invocation.open(journalAddress, mode);
        all = options.toBuilder().journalDevice(journal).build();
      }
      Ext4FileSystem fileSystem =
          superblock < 0
              ? Ext4FileSystem.open(device, all)
              : fromBackup(device, all, superblock, blockSize);
      if (mode == AccessMode.READ_ONLY) {
        warnOfUse(invocation, address, warnings);
      } else {
        describeTo(invocation, fileSystem);
      }
      warnings.addAll(fileSystem.warnings());
      if (!arguments.has(ImageOptions.JSON)) {
        warnings.forEach(invocation::warn);
      }
      return new OpenImage(invocation, device, journal, fileSystem, warnings);
    } catch (CorruptionException e) {
      CorruptionException explained = superblock < 0 ? Diagnosis.of(device, e) : e;
      closeAfter(explained, journal);
      closeAfter(explained, device);
      throw explained;
    } catch (IOException | RuntimeException e) {
      closeAfter(e, journal);
      closeAfter(e, device);
      throw e;
    }
  }

  /**
   * Adds a warning if another program may change the image under the reader.
   *
   * @param warnings the list that receives the warning
   */
  public static void warnOfUse(Invocation invocation, DeviceAddress address, List<String> warnings)
      throws IOException {
    Optional<String> use = invocation.useOf(address);
    if (use.isPresent()) {
      warnings.add(use.get() + ", so what is read may be out of date or change meanwhile");
    }
  }

  /** Says what the image is when a signal ends a command that writes. */
  private static void describeTo(Invocation invocation, Ext4FileSystem fileSystem) {
    String state =
        fileSystem.info().features().contains("has_journal")
            ? "the image is consistent once its journal is replayed, which the next command that"
                + " writes does"
            : "the image has no journal: check it with 'ext4j fsck'";
    invocation.interruption().image(state);
  }

  /**
   * Opens the file system from a backup superblock. If no block size is given, tries all block
   * sizes, because the position of the backup depends on the block size.
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // returned from a loop
  private static Ext4FileSystem fromBackup(
      BlockDevice device, OpenOptions options, long block, int blockSize) throws IOException {
    int size = blockSize == 0 ? 1024 : blockSize;
    while (true) {
      try {
        OpenOptions fromCopy = options.toBuilder().backupSuperblock(block, size).build();
        return Ext4FileSystem.open(device, fromCopy);
      } catch (CorruptionException e) {
        if (blockSize != 0 || size == 65536) {
          throw e;
        }
        size *= 2;
      }
    }
  }

  /**
   * Begins the JSON document of a command. The document contains the warnings that are otherwise
   * printed on standard error, because a program that reads standard output often does not see
   * standard error.
   */
  @MustBeClosed
  public JsonDocument document(String schema) throws IOException {
    JsonDocument json = new JsonDocument(invocation.out(), schema);
    if (!warnings.isEmpty()) {
      json.beginArray("warnings");
      for (String warning : warnings) {
        json.element(warning);
      }
      json.endArray();
    }
    return json;
  }

  /** Returns the file system, which {@link #close} closes. */
  public Ext4FileSystem fileSystem() {
    return fileSystem;
  }

  /** Returns the block size of the file system in bytes. */
  public int blockSize() {
    return fileSystem.info().blockSize();
  }

  /** Returns the file that {@code word} refers to, which may be a symbolic link. */
  public Ext4File file(String word) throws IOException, UsageException {
    invocation.workOnFile(word);
    return fileSystem.file(FileArgument.parse(word));
  }

  /**
   * Returns the file that {@code word} refers to after following symbolic links, as open(2) does.
   */
  public Ext4File followed(String word) throws IOException, UsageException {
    invocation.workOnFile(word);
    FileAddress address = FileArgument.parse(word);
    Ext4File file = fileSystem.file(address);
    for (int links = 0; file.stat().type() == FileType.SYMBOLIC_LINK; links++) {
      if (links == MAX_LINKS || !(address instanceof FileAddress.Path path)) {
        throw new FileOperationException(
            Errno.ELOOP,
            links == MAX_LINKS
                ? Errno.ELOOP.text()
                : "a symbolic link named by its inode leads nowhere");
      }
      address = FileAddress.path(resolve(path.bytes(), file.readLink()));
      file = fileSystem.file(address);
    }
    return file;
  }

  private static byte[] resolve(byte[] link, byte[] target) {
    if (target.length > 0 && target[0] == '/') {
      return target;
    }
    int parent = link.length;
    while (parent > 0 && link[parent - 1] == '/') {
      parent--;
    }
    while (parent > 0 && link[parent - 1] != '/') {
      parent--;
    }
    byte[] path = new byte[parent + target.length];
    System.arraycopy(link, 0, path, 0, parent);
    System.arraycopy(target, 0, path, parent, target.length);
    return path;
  }

  @Override
  public void close() throws IOException {
    try (device;
        journal) {
      fileSystem.close();
    }
  }

  private static void closeAfter(Exception failure, @Nullable BlockDevice device) {
    try {
      if (device != null) {
        device.close();
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
