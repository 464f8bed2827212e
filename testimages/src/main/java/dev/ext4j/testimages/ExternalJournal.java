package dev.ext4j.testimages;

import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Path;

/** An ext4 file system with its journal on a second device, as two image files. */
public record ExternalJournal(Path image, Path journal) {
  private static final long JOURNAL_BYTES = 16L << 20;
  private static final String JOURNAL_UUID = "5ca1ab1e-0000-4000-8000-00000e0a4a01";

  /** Creates {@code external_journal.img} and {@code external_journal.journal.img}. Needs root. */
  public static ExternalJournal create(Path folder) throws IOException {
    ImageRecipe recipe = ImageKinds.B4K.named("external_journal");
    Path journal =
        Mke2fs.createFile(
            ImageRecipe.of("journal", "ext4", 4096, JOURNAL_BYTES)
                .withFeatures("journal_dev")
                .withWords("-U", JOURNAL_UUID),
            folder.resolve("external_journal.journal.img"));
    Path image = Scratch.createSparse(folder.resolve("external_journal.img"), recipe.byteCount());
    try (LoopDevice journalDevice = LoopDevice.attach(journal);
        LoopDevice device = LoopDevice.attach(image)) {
      Mke2fs.format(recipe.withWords("-J", "device=" + journalDevice.device()), device.device());
    }
    return new ExternalJournal(image, journal);
  }

  /** Attaches both images and mounts the file system for writing. */
  @MustBeClosed
  public Mounted mount() throws IOException {
    return new Mounted(image, journal);
  }

  /** The file system while it is mounted. */
  public static final class Mounted implements AutoCloseable {
    private final LoopDevice journalDevice;
    private final LoopDevice device;
    private final KernelMount mount;

    @MustBeClosed
    @SuppressWarnings("MustBeClosedChecker") // held in fields, closed by close
    private Mounted(Path image, Path journal) throws IOException {
      journalDevice = LoopDevice.attach(journal);
      device = LoopDevice.attach(image);
      mount = KernelMount.readWrite(device.device(), "journal_path=" + journalDevice.device());
    }

    /** Returns the mount, which the caller must not close. */
    public KernelMount mount() {
      return mount;
    }

    @Override
    public void close() throws IOException {
      try (LoopDevice first = journalDevice;
          LoopDevice second = device) {
        mount.close();
      }
    }
  }
}
