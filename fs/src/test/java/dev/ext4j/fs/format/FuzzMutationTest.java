package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fuzz targets in the normal build: first the saved inputs, then random ones for a short time.
 * The system properties {@code ext4j.fuzz.seed}, {@code ext4j.fuzz.millis} and {@code
 * ext4j.fuzz.inputs} set the seed, the time and the most inputs.
 */
final class FuzzMutationTest {
  private static final long SEED = Long.getLong("ext4j.fuzz.seed", 20261122);
  private static final long MILLIS = Long.getLong("ext4j.fuzz.millis", 1000);
  private static final int MOST_INPUTS = Integer.getInteger("ext4j.fuzz.inputs", 4000);

  /** The time that is too long for one input. A normal input takes milliseconds. */
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final byte[] EDGES = {0, 1, -1, 127, -128, 2, 4, 12};

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anyBytes_giveAValueOrATypedFailure(FuzzTarget target) throws Exception {
    for (byte[] saved : savedInputs(target)) {
      run(target, saved);
    }
    List<byte[]> seeds = target.seeds();
    Random random = new Random(SEED);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
    for (int i = 0; i < MOST_INPUTS && System.nanoTime() < end; i++) {
      byte[] seed = seeds.get(random.nextInt(seeds.size()));
      run(target, target.takesScript() ? script(random) : spoilt(seed, random));
    }
  }

  private static void run(FuzzTarget target, byte[] input) {
    long start = System.nanoTime();
    try {
      target.run(input);
    } catch (Throwable e) {
      throw new AssertionError(describe(target, input), e);
    }
    assertThat(System.nanoTime() - start)
        .as("time of %s", describe(target, input))
        .isLessThan(LONGEST_NANOS);
  }

  private static String describe(FuzzTarget target, byte[] input) {
    return target + ", seed " + SEED + ", input " + HexFormat.of().formatHex(input);
  }

  private static byte[] spoilt(byte[] seed, Random random) {
    byte[] input = seed.clone();
    if (random.nextInt(20) == 0) {
      random.nextBytes(input);
    }
    for (int i = random.nextInt(1, 9); i > 0; i--) {
      input[place(random, input.length)] = value(random);
    }
    return input;
  }

  private static byte[] script(Random random) {
    int operations = 1 + random.nextInt(random.nextInt(4) == 0 ? 30 : 4);
    byte[] script = new byte[1 + operations * 5];
    random.nextBytes(script);
    script[0] = (byte) (random.nextInt(8) == 0 ? 0 : 1);
    for (int at = 1; at < script.length; at += 5) {
      int offset = place(random, 4096);
      script[at + 2] = (byte) (offset >>> 8);
      script[at + 3] = (byte) offset;
      script[at + 4] = value(random);
    }
    return script;
  }

  /** Returns an offset, mostly near the start, where the important fields are. */
  private static int place(Random random, int length) {
    return random.nextInt(random.nextInt(3) == 0 ? length : Math.min(length, 160));
  }

  private static byte value(Random random) {
    return random.nextBoolean() ? EDGES[random.nextInt(EDGES.length)] : (byte) random.nextInt(256);
  }

  private static List<byte[]> savedInputs(FuzzTarget target)
      throws IOException, URISyntaxException {
    String folder = "ParserFuzzTestInputs/" + ParserFuzzTest.methodOf(target);
    URL url = FuzzMutationTest.class.getResource(folder);
    if (url == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
      return files.sorted().map(FuzzMutationTest::content).toList();
    }
  }

  private static byte[] content(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
