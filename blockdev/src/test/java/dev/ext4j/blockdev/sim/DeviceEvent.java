package dev.ext4j.blockdev.sim;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;

/** One change that was asked of a device. */
public sealed interface DeviceEvent {
  /** Does it to {@code target}. */
  void applyTo(BlockDevice target) throws IOException;

  /** Bytes were written. */
  record Write(long byteOffset, ByteBuffer data) implements DeviceEvent {
    /** Keeps a copy of the remaining bytes. */
    public Write {
      data = ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
    }

    /** The bytes, read-only, between position and limit. */
    @Override
    public ByteBuffer data() {
      return data.asReadOnlyBuffer();
    }

    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.writeFully(byteOffset, data());
    }
  }

  /** A range was discarded. */
  record Discard(long byteOffset, long byteCount) implements DeviceEvent {
    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.discard(byteOffset, byteCount);
    }
  }

  /** Everything before became durable: the flush had returned. */
  record Flush() implements DeviceEvent {
    @Override
    public void applyTo(BlockDevice target) throws IOException {
      target.flush();
    }
  }
}
