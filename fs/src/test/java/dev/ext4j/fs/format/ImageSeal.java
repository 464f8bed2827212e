package dev.ext4j.fs.format;

import dev.ext4j.blockdev.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A seal that makes all checksums of an image valid after fields have been changed. */
public final class ImageSeal {
  private final List<MetadataPiece> pieces;

  private ImageSeal(List<MetadataPiece> pieces) {
    this.pieces = pieces;
  }

  /**
   * Makes a seal for all copies of a sound image, in which it finds the places of the structures.
   */
  public static ImageSeal of(BlockDevice sound) throws IOException {
    return new ImageSeal(MetadataScan.of(sound));
  }

  /** Seals every structure, at its place in the sound image. */
  public void seal(BlockDevice damaged) throws IOException {
    for (MetadataPiece piece : pieces) {
      seal(damaged, piece);
    }
  }

  /** Seals one structure, given by its name. */
  public void seal(BlockDevice damaged, String what) throws IOException {
    for (MetadataPiece piece : pieces) {
      if (piece.what().equals(what)) {
        seal(damaged, piece);
      }
    }
  }

  private static void seal(BlockDevice damaged, MetadataPiece piece) throws IOException {
    ByteBuffer bytes = piece.read(damaged);
    ByteBuffer before = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    piece.seal().seal(bytes, damaged);
    if (!bytes.rewind().equals(before)) {
      piece.write(damaged, bytes);
    }
  }
}
