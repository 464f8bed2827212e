package dev.ext4j.bench;

import dev.ext4j.fs.model.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of reads of 4 KiB: from pages, and around them (each read maps its block), by one and
 * two threads. It also reads from the pages of one half of a file while the other half is
 * continuously punched and written again. The same work in another file system shows which part of
 * the difference is caused by a busy machine.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 2)
public class ReadBench {
  private SampleFile sample;
  private SampleFile another;

  /** A buffer for each thread. */
  @State(Scope.Thread)
  public static class Buffer {
    final ByteBuffer bytes = ByteBuffer.allocate(SampleFile.BLOCK);
  }

  @Setup
  public void open() throws IOException {
    sample = new SampleFile();
    another = new SampleFile();
  }

  @TearDown
  public void close() throws IOException {
    sample.close();
    another.close();
  }

  private int read(Buffer buffer, int firstBlock, int blockCount) throws IOException {
    long block = firstBlock + ThreadLocalRandom.current().nextInt(blockCount);
    return sample.file.read(block * SampleFile.BLOCK, buffer.bytes.clear());
  }

  @Benchmark
  public int cached(Buffer buffer) throws IOException {
    return read(buffer, 0, SampleFile.BLOCKS);
  }

  @Benchmark
  @Threads(2)
  public int cachedByTwo(Buffer buffer) throws IOException {
    return read(buffer, 0, SampleFile.BLOCKS);
  }

  private int mapped(Buffer buffer) throws IOException {
    long block = ThreadLocalRandom.current().nextInt(SampleFile.BLOCKS);
    return sample.file.readDirect(block * SampleFile.BLOCK, buffer.bytes.clear());
  }

  @Benchmark
  public int mappedByOne(Buffer buffer) throws IOException {
    return mapped(buffer);
  }

  @Benchmark
  @Threads(2)
  public int mappedByTwo(Buffer buffer) throws IOException {
    return mapped(buffer);
  }

  /** Reads the same half alone, next to a thread that uses as much processor time as a puncher. */
  @Benchmark
  @Group("halfBesideNothing")
  @GroupThreads(1)
  public int readAlone(Buffer buffer) throws IOException {
    return read(buffer, 0, SampleFile.BLOCKS / 2);
  }

  @Benchmark
  @Group("halfBesideNothing")
  @GroupThreads(1)
  public double burn() {
    double sum = 0;
    for (int i = 1; i < 100_000; i++) {
      sum += 1.0 / i;
    }
    return sum;
  }

  @Benchmark
  @Group("halfBesideAnother")
  @GroupThreads(1)
  public int readElsewhere(Buffer buffer) throws IOException {
    return read(buffer, 0, SampleFile.BLOCKS / 2);
  }

  @Benchmark
  @Group("halfBesideAnother")
  @GroupThreads(1)
  public void punchAnother(Buffer buffer) throws IOException {
    punch(another, buffer);
  }

  @Benchmark
  @Group("halfBesidePunches")
  @GroupThreads(1)
  public int readBeside(Buffer buffer) throws IOException {
    return read(buffer, 0, SampleFile.BLOCKS / 2);
  }

  @Benchmark
  @Group("halfBesidePunches")
  @GroupThreads(1)
  public void punchBeside(Buffer buffer) throws IOException {
    punch(sample, buffer);
  }

  private static void punch(SampleFile sample, Buffer buffer) throws IOException {
    int half = SampleFile.BLOCKS / 2;
    long block = half + ThreadLocalRandom.current().nextInt(half);
    sample.file.punch(block * SampleFile.BLOCK, SampleFile.BLOCK, ProgressListener.NONE);
    sample.file.write(block * SampleFile.BLOCK, buffer.bytes.clear());
  }
}
