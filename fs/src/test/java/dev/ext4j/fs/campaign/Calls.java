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
 * The calls of the thread that created this object, which may fail only in documented ways. Another
 * thread may ask which call is running and how much processor time it has used.
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

  /** A call of the engine. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  /**
   * Makes a call, and returns whether it succeeded.
   *
   * @throws Fault if it fails with an exception of an undocumented type
   */
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

  /** Notes that another call starts here. */
  void begin(String what) {
    long now = used();
    if (now - since > longestNanos) {
      longestNanos = now - since;
      longest = current;
    }
    since = now;
    current = what;
  }

  /** Returns a fault for a rule that the current call has broken. */
  Fault fault(String sort, String detail) {
    return new Fault(sort, describe(current) + ": " + detail);
  }

  private String describe(String call) {
    return mutant + "\n  call: " + call;
  }

  /** Returns the processor time of the thread, which does not depend on the load of the machine. */
  private long used() {
    return THREADS.getThreadCpuTime(thread);
  }

  /**
   * Returns a description of the running call if it has used more than {@code seconds} of processor
   * time, or null.
   */
  @Nullable String underWayFor(long seconds) {
    return used() - since > TimeUnit.SECONDS.toNanos(seconds) ? describe(current) : null;
  }

  /**
   * Returns the damage for which the latest call was refused since {@link #forgetDamage}, or null.
   */
  @Nullable CorruptionException damage() {
    return damage;
  }

  void forgetDamage() {
    damage = null;
  }

  /** Returns the latest documented failure, or null. */
  @Nullable IOException lastFailure() {
    return lastFailure;
  }

  /** Returns the processor time of the longest call, in nanoseconds. */
  long longestNanos() {
    return longestNanos;
  }

  /** Returns a description of the longest call. */
  String longest() {
    return describe(longest);
  }
}
