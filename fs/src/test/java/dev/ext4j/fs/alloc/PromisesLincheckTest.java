package dev.ext4j.fs.alloc;

import dev.ext4j.fs.LinearizableTest;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.SampleDisk;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/**
 * The counters of free and promised clusters are linearizable: no two threads are promised the same
 * space, whatever is given back meanwhile.
 */
@Param(name = "parts", gen = IntGen.class, conf = "1:3")
public class PromisesLincheckTest extends LinearizableTest {
  /** All the space there is, in so many parts. */
  private static final int PARTS = 4;

  private static final Mount MOUNT = open();

  private final Reserves reserves =
      new Reserves(MOUNT.context().geometry(), MOUNT.context().superblock());
  private final long part = reserves.available(SpaceRequest.Purpose.DATA) / PARTS;

  @SuppressWarnings("MustBeClosedChecker") // open for reading: there is nothing to put away
  private static Mount open() {
    try {
      return new Mount(SampleDisk.make(), OpenOptions.readOnly());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks for some of it. */
  @Operation
  public boolean promise(@Param(name = "parts") int parts) {
    return reserves.promise(parts * part);
  }

  /** Gives some back. */
  @Operation
  public void release(@Param(name = "parts") int parts) {
    reserves.changePromised(-parts * part);
  }

  /** What is promised. */
  @Operation
  public long promised() {
    return reserves.promised();
  }

  /** What others may take. */
  @Operation
  public long available() {
    return reserves.available(SpaceRequest.Purpose.DATA);
  }
}
