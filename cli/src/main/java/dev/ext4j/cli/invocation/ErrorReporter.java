package dev.ext4j.cli.invocation;

import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.OutputException;
import dev.ext4j.cli.text.PrintableName;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.error.Ext4Exception;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * The only class that formats messages about failures: {@code ext4j: IMG: /path: message (ENOENT)}.
 */
public final class ErrorReporter {
  private static final String PROGRAM = "ext4j: ";

  private final Output err;
  private final boolean debug;
  private String image = "";
  private String file = "";
  private long line;

  /**
   * Creates a reporter that prints on standard error, with stack traces if {@link Console#debug()}
   * is set.
   */
  public ErrorReporter(Console console) {
    this.err = console.err();
    this.debug = console.debug();
  }

  void workOnImage(String newImage) {
    image = newImage;
    file = "";
    line = 0;
  }

  void workOnLine(long newLine) {
    line = newLine;
    file = "";
  }

  void workOnFile(String newFile) {
    file = newFile;
  }

  /** Prints a failure and returns its exit status. */
  public int report(Throwable failure) {
    if (!(failure instanceof OutputException output && output.isClosedPipe())) {
      print(PROGRAM + harmless(sentence(failure)));
    }
    if (debug) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace, true));
      print(trace.toString().replace("\t", "  "));
    }
    return ExitStatus.of(failure);
  }

  void warn(String message) {
    print(PROGRAM + harmless(place() + "warning: " + message));
  }

  /**
   * Prints a message on standard error without the image and the file. If a write to standard error
   * fails, the message is lost.
   */
  public void tell(String message) {
    print(PROGRAM + message);
  }

  private String sentence(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof Ext4Exception ext4) {
      return place() + withoutPlace(message) + " (" + ext4.errno().name() + ")";
    }
    if (failure instanceof DeviceException device) {
      return message + " (" + Errno.symbol(device.errno()) + ")";
    }
    if (failure instanceof DeviceBusyException) {
      return message + " (EBUSY)";
    }
    if (failure instanceof UsageException) {
      return line == 0 ? message : place() + message;
    }
    if (failure instanceof OutputException) {
      return "standard output: " + message;
    }
    if (failure instanceof FileSystemException io) {
      String errno = errno(io);
      return io.getFile()
          + ": "
          + (errno.isEmpty() ? io.getReason() : Errno.valueOf(errno).text() + " (" + errno + ")");
    }
    if (failure instanceof OutOfMemoryError) {
      return place() + "out of memory: " + message;
    }
    if (failure instanceof IOException) {
      return message.startsWith(image) ? message : place() + message;
    }
    return place()
        + "internal error: "
        + failure
        + (debug ? "" : " (EXT4J_DEBUG=1 in the environment shows where)");
  }

  /** Returns the symbol of the error that a failure stands for, or empty if it has none. */
  private static String errno(Throwable failure) {
    if (failure instanceof Ext4Exception ext4) {
      return ext4.errno().name();
    }
    if (failure instanceof DeviceException device) {
      return Errno.symbol(device.errno());
    }
    if (failure instanceof DeviceBusyException) {
      return Errno.EBUSY.name();
    }
    if (failure instanceof NoSuchFileException) {
      return Errno.ENOENT.name();
    }
    if (failure instanceof AccessDeniedException) {
      return Errno.EACCES.name();
    }
    return failure instanceof FileAlreadyExistsException ? Errno.EEXIST.name() : "";
  }

  /**
   * Prints a failure as a JSON document, for a command with {@code --json} that has printed nothing
   * else.
   */
  public void document(Output out, Throwable failure, int status) throws IOException {
    try (JsonDocument json = new JsonDocument(out, "ext4j.error/1")) {
      json.name("image", image).name("path", file).name("message", sentence(failure));
      String errno = errno(failure);
      if (!errno.isEmpty()) {
        json.text("errno", errno);
      }
      json.number("exit_status", status).finish();
    }
  }

  /**
   * Removes the name of the file from the start of a message, where a lower layer may have put it.
   */
  private String withoutPlace(String message) {
    return !file.isEmpty() && message.startsWith(file + ": ")
        ? message.substring(file.length() + 2)
        : message;
  }

  private String place() {
    return (image.isEmpty() ? "" : image + ": ")
        + (line == 0 ? "" : "line " + line + ": ")
        + (file.isEmpty() ? "" : file + ": ");
  }

  /**
   * Escapes names from an image that the message may quote, so that they cannot look like separate
   * lines.
   */
  private String harmless(String message) {
    return err.isTerminal() ? PrintableName.of(message) : PrintableName.ofControls(message);
  }

  /**
   * Prints lines. All lines except the first are indented, so that none of them looks like another
   * message.
   */
  private void print(String text) {
    try {
      StringBuilder printable = new StringBuilder();
      for (String line : text.strip().split("\n", -1)) {
        printable.append(printable.isEmpty() ? "" : "  ").append(PrintableName.ofControls(line));
        printable.append('\n');
      }
      err.text(printable.toString()).flush();
    } catch (OutputException e) {
      // The write to standard error failed. The exit status still shows the failure of the command.
    }
  }
}
