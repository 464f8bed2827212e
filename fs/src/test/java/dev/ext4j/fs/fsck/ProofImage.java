package dev.ext4j.fs.fsck;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.format.ImageSeal;
import dev.ext4j.testimages.GoldenImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The images that are damaged. All are sound and come with the tests. Each is loaded once. */
@SuppressWarnings("ImmutableEnumChecker") // fields are loaded once and never changed
enum ProofImage {
  /** Extents and hash trees of depth 0 to 2, attributes, no checksums; four small groups. */
  PLAIN(null),
  /** The same with metadata_csum, a journal, an orphan file, and groups never used. */
  CHECKSUMS(null),
  /** Quota, multi-mount protection, orphan file, bad blocks; two groups of the usual size. */
  FEATURES(null),
  /** Descriptors in the groups that they describe. */
  METAGROUPS(null),
  /** A log on another device. */
  JOURNAL(null),
  INDIRECT_TRIPLE(GoldenImage.INDIRECT_TRIPLE),
  INLINE(GoldenImage.INLINE),
  BIGALLOC(GoldenImage.BIGALLOC),
  GDT_CRC16(GoldenImage.GDT_CRC16),
  DIRTY_JOURNAL(GoldenImage.DIRTY_JOURNAL);

  private final @Nullable GoldenImage golden;
  private @Nullable MemoryBlockDevice disk;
  private @Nullable ImageSeal seal;

  ProofImage(@Nullable GoldenImage golden) {
    this.golden = golden;
  }

  /** Returns the sound image, which must not be changed. */
  synchronized MemoryBlockDevice disk() {
    MemoryBlockDevice loaded = disk;
    if (loaded == null) {
      try {
        byte[] bytes = bytes();
        loaded = new MemoryBlockDevice(bytes.length);
        loaded.writeFully(0, ByteBuffer.wrap(bytes));
        loaded = MemoryBlockDevice.copyOf(loaded); // without the zeros
        disk = loaded;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return loaded;
  }

  /** Returns the seal that makes the checksums of the image valid. */
  synchronized ImageSeal seal() throws IOException {
    ImageSeal made = seal;
    if (made == null) {
      made = ImageSeal.of(disk());
      seal = made;
    }
    return made;
  }

  private byte[] bytes() throws IOException {
    if (golden != null) {
      return golden.bytes();
    }
    String name = "images/" + name().toLowerCase(Locale.ROOT) + ".gz";
    try (InputStream packed =
            Objects.requireNonNull(ProofImage.class.getResourceAsStream(name), name);
        InputStream content = new GZIPInputStream(packed)) {
      return content.readAllBytes();
    }
  }
}
