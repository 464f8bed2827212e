package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A change that was requested from a device. */
public sealed interface DeviceEvent {
  /** Applies this change to {@code target}. */
  void applyTo(BlockDevice target) throws IOException;

  /** A write of bytes. */
  record Write(long byteOffset, ByteBuffer data) implements DeviceEvent {
    /** Keeps a copy of the remaining bytes. */
    public Write {
      data = ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
    }

    /** Returns the bytes between position and limit of a read-only buffer. */
    @Override
    public ByteBuffer data() {
      return data.asReadOnlyBuffer();
    }

    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.writeFully(byteOffset, data());
    }
  }

  /** A discard of a range. */
  record Discard(long byteOffset, long byteCount) implements DeviceEvent {
    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.discard(byteOffset, byteCount);
    }
  }

  /** A flush that has returned. Every change before it is durable. */
  record Flush() implements DeviceEvent {
    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.flush();
    }
  }
}
