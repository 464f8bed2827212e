package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import dev.ext4j.blockdev.ForwardingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk that fails where a test wants it to. Calls are counted from 1 for each kind of operation,
 * starting at the construction of this object. A call that fails does not reach the wrapped device.
 * Without a fault the disk only counts calls.
 */
public final class FaultyDevice extends ForwardingDevice {
  private final Map<Operation, AtomicLong> calls = new EnumMap<>(Operation.class);
  private final List<Fault> faults = new CopyOnWriteArrayList<>();

  /** An operation that can fail. */
  public enum Operation {
    READ("read"),
    WRITE("write"),
    FLUSH("flush"),
    DISCARD("discard");

    private final String verb;

    Operation(String verb) {
      this.verb = verb;
    }
  }

  /** A fault of the calls {@code firstCall..lastCall} of an operation that touch the range. */
  private record Fault(
      Operation operation,
      long firstCall,
      long lastCall,
      long byteOffset,
      long byteCount,
      int errno) {
    boolean hits(Operation op, long call, long offset, long count) {
      return op == operation
          && call >= firstCall
          && call <= lastCall
          && offset < byteOffset + byteCount
          && byteOffset < offset + Math.max(1, count);
    }
  }

  /** Wraps {@code inner}. */
  public FaultyDevice(BlockDevice inner) {
    super(inner);
    for (Operation operation : Operation.values()) {
      calls.put(operation, new AtomicLong());
    }
  }

  /** Makes the {@code callNumber}-th call of an operation fail, and no other call. */
  public FaultyDevice failOnce(Operation operation, long callNumber, Errno errno) {
    return add(operation, callNumber, callNumber, 0, Long.MAX_VALUE, errno);
  }

  /**
   * Makes every call of an operation fail, starting with the {@code callNumber}-th, until {@link
   * #heal}.
   */
  public FaultyDevice failFrom(Operation operation, long callNumber, Errno errno) {
    return add(operation, callNumber, Long.MAX_VALUE, 0, Long.MAX_VALUE, errno);
  }

  /** Makes every read, write or discard that touches a range fail, as a bad spot on a disk does. */
  public FaultyDevice failRange(Operation operation, long byteOffset, long byteCount, Errno errno) {
    return add(operation, 1, Long.MAX_VALUE, byteOffset, byteCount, errno);
  }

  private FaultyDevice add(
      Operation operation, long first, long last, long byteOffset, long byteCount, Errno errno) {
    faults.add(new Fault(operation, first, last, byteOffset, byteCount, errno.number()));
    return this;
  }

  /** Removes every fault. The counts go on. */
  public void heal() {
    faults.clear();
  }

  /** Returns how often an operation was called, including failed calls. */
  public long calls(Operation operation) {
    return counter(operation).get();
  }

  private AtomicLong counter(Operation operation) {
    return Objects.requireNonNull(calls.get(operation));
  }

  @Override
  public void readFully(long byteOffset, ByteBuffer target) throws IOException {
    countOrFail(Operation.READ, byteOffset, target.remaining());
    super.readFully(byteOffset, target);
  }

  @Override
  public void writeFully(long byteOffset, ByteBuffer source) throws IOException {
    countOrFail(Operation.WRITE, byteOffset, source.remaining());
    super.writeFully(byteOffset, source);
  }

  @Override
  public void flush() throws IOException {
    countOrFail(Operation.FLUSH, 0, size());
    super.flush();
  }

  @Override
  public void discard(long byteOffset, long byteCount) throws IOException {
    countOrFail(Operation.DISCARD, byteOffset, byteCount);
    super.discard(byteOffset, byteCount);
  }

  private void countOrFail(Operation operation, long byteOffset, long byteCount)
      throws DeviceException {
    long call = counter(operation).incrementAndGet();
    for (Fault fault : faults) {
      if (fault.hits(operation, call, byteOffset, byteCount)) {
        long where = operation == Operation.FLUSH ? DeviceException.NO_OFFSET : byteOffset;
        throw new DeviceException(
            name(), operation.verb, where, fault.errno, Errno.describe(fault.errno));
      }
    }
  }
}
