package dev.ext4j.fs.format;

import java.nio.ByteBuffer;

/**
 * The CRC-16 (polynomial 0x8005, bits reversed) that group descriptors have if the file system has
 * uninit_bg.
 */
final class Crc16 {
  private static final int POLYNOMIAL = 0xA001;
  private static final int[] TABLE = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int register = i;
      for (int bit = 0; bit < 8; bit++) {
        register = (register & 1) != 0 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
      }
      TABLE[i] = register;
    }
  }

  private int register = 0xFFFF;

  Crc16 add(byte[] bytes) {
    for (byte b : bytes) {
      addByte(b);
    }
    return this;
  }

  Crc16 addInt(long value) {
    for (int shift = 0; shift < 32; shift += 8) {
      addByte((int) (value >>> shift));
    }
    return this;
  }

  Crc16 add(ByteBuffer buffer, int from, int to) {
    for (int i = from; i < to; i++) {
      addByte(buffer.get(i));
    }
    return this;
  }

  int value() {
    return register;
  }

  private void addByte(int b) {
    register = (register >>> 8) ^ TABLE[(register ^ b) & 0xFF];
  }
}
