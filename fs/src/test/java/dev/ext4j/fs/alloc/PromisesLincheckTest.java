package dev.ext4j.fs.alloc;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.mount.Mount;
import dev.ext4j.fs.mount.MountOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/**
 * A test that the counters of free and promised clusters are linearizable. No two threads are
 * promised the same space, even if some is released meanwhile.
 */
@Param(name = "parts", gen = IntGen.class, conf = "1:3")
public class PromisesLincheckTest extends LinearizableTest {
  /** The number of parts into which all available space is divided. */
  private static final int PARTS = 4;

  private static final Mount MOUNT = open();

  private final Reserves reserves =
      new Reserves(MOUNT.volume().geometry(), MOUNT.volume().superblock());
  private final long part = reserves.available(SpaceRequest.Purpose.DATA) / PARTS;

  @SuppressWarnings("MustBeClosedChecker") // opened for reading: nothing has to be closed
  private static Mount open() {
    try {
      return new Mount(SampleDisk.make(), MountOptions.readOnly());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for parts, and returns whether they are promised. */
  @Operation
  public boolean promise(@Param(name = "parts") int parts) {
    return reserves.promise(parts * part);
  }

  /** Releases promised parts. */
  @Operation
  public void release(@Param(name = "parts") int parts) {
    reserves.changePromised(-parts * part);
  }

  /** Returns the promised clusters. */
  @Operation
  public long promised() {
    return reserves.promised();
  }

  /** Returns the clusters that data may still take. */
  @Operation
  public long available() {
    return reserves.available(SpaceRequest.Purpose.DATA);
  }
}
