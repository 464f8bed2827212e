package dev.ext4j.cli.invocation;

import dev.ext4j.cli.text.PrintableName;
import dev.ext4j.cli.text.RawText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What happens when the user ends the program by a signal (Ctrl-C, SIGTERM, SIGHUP). The JVM then
 * runs shutdown hooks while the command goes on. A command that changes an image is ended by the
 * JVM at any point, which its journal makes safe; before that, this class prints what was done. A
 * command that can stop by itself polls {@link #isRequested} and returns its own exit status.
 */
public final class Interruption {
  private static final long PATIENCE_SECONDS = 30;

  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile String image = "";
  private volatile Supplier<String> work = () -> "";
  private volatile boolean stopsItself;
  private volatile boolean requested;
  private volatile int status;

  /** Makes signals reach this object, for a program that owns its JVM. */
  public void arm() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::request, "interruption"));
  }

  /** Sets what the image is if a signal ends the command from now on, as a clause. */
  public void image(String state) {
    image = state;
  }

  /** Sets the source of a clause that says what was done so far. It is asked on another thread. */
  public void work(Supplier<String> done) {
    work = done;
  }

  /** Declares that the command polls {@link #isRequested}, so that the JVM waits for its end. */
  public void stopsItself() {
    stopsItself = true;
  }

  /** Returns whether the user wants the program to end. */
  public boolean isRequested() {
    return requested;
  }

  /** Declares that the command has ended. No signal has an effect on its exit status any more. */
  public void ended(int newStatus) {
    status = newStatus;
    ended.countDown();
  }

  /** Does what a signal does. */
  void request() {
    if (ended.getCount() == 0) {
      return;
    }
    requested = true;
    if (stopsItself) {
      awaitEnd();
    } else {
      print();
    }
  }

  private void awaitEnd() {
    try {
      if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(status); // else the JVM would end with the status of the signal
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Prints past the buffers of the command, whose thread may use them at this time. */
  private void print() {
    if (image.isEmpty()) {
      return; // a command that only reads has nothing to say
    }
    String done = work.get();
    String text = "ext4j: interrupted: " + (done.isEmpty() ? "" : done + "; ") + image;
    String line = PrintableName.of(text) + "\n";
    try (FileOutputStream err = new FileOutputStream(FileDescriptor.err)) {
      err.write(RawText.encode(line));
    } catch (IOException e) {
      // The message cannot be printed. The exit status still shows the signal.
    }
  }
}
