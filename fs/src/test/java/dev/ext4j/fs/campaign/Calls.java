package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.Ext4Exception;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls that may fail, but only in the ways that are documented, in the thread that made it.
 * Another thread may ask which one is under way, and how much time it has taken.
 */
final class Calls {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final String mutant;
  private final long thread = Thread.currentThread().getId();
  private volatile String current = "";
  private volatile long since;
  private @Nullable IOException lastFailure;
  private @Nullable CorruptionException damage;
  private long longestNanos;
  private String longest = "";

  Calls(String mutant) {
    this.mutant = mutant;
    since = used();
  }

  /** A call. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  /** Makes a call; returns whether it went well. */
  boolean make(String what, Call call) {
    begin(what);
    try {
      call.run();
      return true;
    } catch (Ext4Exception | DeviceException expected) {
      lastFailure = expected;
      if (expected instanceof CorruptionException corruption) {
        damage = corruption;
      }
      return false;
    } catch (Fault known) {
      throw known;
    } catch (IOException | RuntimeException | Error e) {
      throw new Fault(describe(current), e);
    } finally {
      begin("after " + what);
    }
  }

  /** From here on something else is under way. */
  void begin(String what) {
    long now = used();
    if (now - since > longestNanos) {
      longestNanos = now - since;
      longest = current;
    }
    since = now;
    current = what;
  }

  /** A rule that was broken by what was done. */
  Fault fault(String sort, String detail) {
    return new Fault(sort, describe(current) + ": " + detail);
  }

  private String describe(String call) {
    return mutant + "\n  call: " + call;
  }

  /** What the thread has had of a processor, however many others want it. */
  private long used() {
    return THREADS.getThreadCpuTime(thread);
  }

  /** The call that is under way, if it has had so much of a processor. */
  @Nullable String underWayFor(long seconds) {
    return used() - since > TimeUnit.SECONDS.toNanos(seconds) ? describe(current) : null;
  }

  /** The damage that a call was refused for last, since it was forgotten. */
  @Nullable CorruptionException damage() {
    return damage;
  }

  void forgetDamage() {
    damage = null;
  }

  /** The last such failure. */
  @Nullable IOException lastFailure() {
    return lastFailure;
  }

  /** The time of the call that took longest. */
  long longestNanos() {
    return longestNanos;
  }

  /** The call that took longest. */
  String longest() {
    return describe(longest);
  }
}
