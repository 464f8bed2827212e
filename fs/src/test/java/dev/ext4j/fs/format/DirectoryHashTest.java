package dev.ext4j.fs.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Seeds;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Oracles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests of the hash of names against debugfs, whose hash comes from the authors of the kernel's.
 */
final class DirectoryHashTest {
  private static final int VARIANTS = 6; // three functions, then the same with unsigned bytes
  private static final int NAMES = 400;
  private static final UUID NO_SEED = new UUID(0, 0);
  private static final Pattern ANSWER = Pattern.compile("is 0x([0-9a-f]+) \\(minor");

  static LongStream seeds() {
    return Seeds.of(3);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void namesOfAnyBytes_hashAsInDebugfs(long seed) throws IOException {
    Oracles.requireE2fsprogs();
    Random random = new Random(seed);
    List<byte[]> names = new ArrayList<>();
    for (int i = 0; i < NAMES; i++) {
      names.add(name(random, i < 256 ? Math.max(1, i) : 1 + random.nextInt(255)));
    }
    for (UUID hashSeed : List.of(UUID.fromString(ImageRecipe.HASH_SEED), NO_SEED)) {
      for (int variant = 0; variant < VARIANTS; variant++) {
        assertThat(ours(names, variant, hashSeed))
            .as("variant %d, hash seed %s", variant, hashSeed)
            .isEqualTo(theirs(names, variant, hashSeed));
      }
    }
  }

  @Test
  void everyHash_isEvenAndBelowTheEndOfADirectory() {
    Random random = new Random(7);
    for (int variant = 0; variant < VARIANTS; variant++) {
      for (long hash : ours(List.of(name(random, 40), name(random, 3)), variant, NO_SEED)) {
        assertThat(hash & 1).isZero();
        assertThat(hash).isBetween(0L, 0xFFFFFFFCL);
      }
    }
  }

  /**
   * Returns a name of bytes that debugfs does not treat specially: no control characters, blanks,
   * quotes, slashes, backslashes or hyphens.
   */
  private static byte[] name(Random random, int length) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      do {
        name[i] = (byte) random.nextInt(256);
      } while ((name[i] >= 0 && name[i] <= ' ') || "\"'\\/-\u007f".indexOf(name[i]) >= 0);
    }
    return name;
  }

  private static List<Long> ours(List<byte[]> names, int variant, UUID seed) {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .putLong(seed.getMostSignificantBits())
            .putLong(seed.getLeastSignificantBits())
            .array();
    DirectoryHash hash =
        new DirectoryHash(DirectoryHash.Version.of(variant % 3), variant >= 3, bytes);
    return names.stream().map(hash::of).toList();
  }

  private static List<Long> theirs(List<byte[]> names, int variant, UUID seed) throws IOException {
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    for (byte[] name : names) {
      script.write(("dx_hash -h " + variant + " -s " + seed + " ").getBytes(ISO_8859_1));
      script.write(name);
      script.write('\n');
    }
    byte[] output =
        ExternalTool.named("debugfs")
            .withInput(script.toByteArray())
            .run("-f", "-")
            .orFail()
            .stdoutBytes();
    List<Long> hashes = new ArrayList<>();
    Matcher answer = ANSWER.matcher(new String(output, ISO_8859_1));
    while (answer.find()) {
      hashes.add(Long.parseLong(answer.group(1), 16));
    }
    return hashes;
  }
}
