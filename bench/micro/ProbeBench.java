package dev.ext4j.bench;

import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Safeguard;
import dev.ext4j.fs.probe.SyncPoint;
import dev.ext4j.fs.probe.Trace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of a sync point, a safeguard, a trace and a check that are not in use. For comparison
 * it measures operations that pass such probes. A punch of one block passes about 60, an uncached
 * read about 15, and a cached read none.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ProbeBench {
  private final Probes probes = Probes.NONE;
  private SampleFile sample;
  private final ByteBuffer bytes = ByteBuffer.allocate(SampleFile.BLOCK);

  @Setup
  public void open() throws IOException {
    sample = new SampleFile();
  }

  @TearDown
  public void close() throws IOException {
    sample.close();
  }

  @Benchmark
  public void fourProbes() {
    probes.reach(SyncPoint.OP_LOCKED, 12);
    if (!probes.takes(Safeguard.INVALIDATE_LOCK) || probes.checks() || probes.hears(Trace.ES)) {
      throw new IllegalStateException();
    }
  }

  @Benchmark
  public int directRead() throws IOException {
    long block = ThreadLocalRandom.current().nextInt(SampleFile.BLOCKS);
    return sample.file.readDirect(block * SampleFile.BLOCK, bytes.clear());
  }

  @Benchmark
  public void punchAndWrite() throws IOException {
    long block = ThreadLocalRandom.current().nextInt(SampleFile.BLOCKS);
    sample.file.punch(block * SampleFile.BLOCK, SampleFile.BLOCK, ProgressListener.NONE);
    sample.file.write(block * SampleFile.BLOCK, bytes.clear());
  }
}
