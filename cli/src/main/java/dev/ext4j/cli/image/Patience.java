package dev.ext4j.cli.image;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.open.DeviceAddress;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.text.UsageException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** The time that a command waits for an image that another program uses, by {@code --wait}. */
final class Patience {
  private static final long INTERVAL_MILLIS = 100;

  private final long nanos;

  private Patience(long nanos) {
    this.nanos = nanos;
  }

  /**
   * Returns the patience that the options ask for, none without the option.
   *
   * @throws UsageException if the value of the option is not a number of seconds
   */
  static Patience of(Arguments arguments) throws UsageException {
    String seconds = arguments.value(ImageOptions.WAIT);
    if (seconds == null) {
      return new Patience(0);
    }
    if (seconds.isEmpty()) {
      return new Patience(Long.MAX_VALUE);
    }
    if (!seconds.matches("[0-9]{1,9}")) {
      throw new UsageException("--wait takes a number of seconds, not '" + seconds + "'");
    }
    return new Patience(TimeUnit.SECONDS.toNanos(Long.parseLong(seconds)));
  }

  /**
   * Opens a device for writing. While it is in use, tries again until the time is over. Tells the
   * user once what it waits for.
   *
   * @throws DeviceBusyException if the device is in use for longer
   */
  BlockDevice open(Invocation invocation, DeviceAddress address) throws IOException {
    try {
      return invocation.open(address, AccessMode.READ_WRITE);
    } catch (DeviceBusyException e) {
      if (nanos == 0) {
        throw e;
      }
      invocation.tell("waiting for " + e.device() + ": " + e.reason());
    }
    long start = System.nanoTime();
    while (true) {
      try {
        return invocation.open(address, AccessMode.READ_WRITE);
      } catch (DeviceBusyException e) {
        if (System.nanoTime() - start >= nanos) {
          throw e;
        }
        pause(e);
      }
    }
  }

  private static void pause(DeviceBusyException reason) throws DeviceBusyException {
    try {
      TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
