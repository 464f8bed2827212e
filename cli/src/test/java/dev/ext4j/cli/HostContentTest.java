package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ImageRecipe;
import dev.ext4j.testimages.Mke2fs;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code write} with host files of every shape. */
class HostContentTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private String image = "";
  private Path host = Path.of("");

  @BeforeEach
  void makeImage() throws Exception {
    Oracles.requireE2fsprogs();
    Path files = Files.createDirectory(folder.resolve("files"));
    Files.write(files.resolve("f"), noise(3 * MIB + 77, 1));
    ImageRecipe recipe =
        ImageRecipe.of("host", "ext4", 1024, 24 << 20).withWords("-d", files.toString());
    image = Mke2fs.createFile(recipe, folder.resolve("image.img")).toString();
    host = folder.resolve("host");
  }

  private static byte[] noise(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Returns the content of the file, read by debugfs. */
  private byte[] content() throws IOException {
    return Debugfs.reading(Path.of(image)).content("/f");
  }

  /** Writes a host file of {@code size} bytes with data in {@code [start, end)} pairs. */
  private byte[] sparse(long size, int... pieces) throws IOException {
    byte[] content = new byte[(int) size];
    try (RandomAccessFile file = new RandomAccessFile(host.toFile(), "rw")) {
      file.setLength(size);
      for (int i = 0; i < pieces.length; i += 2) {
        byte[] piece = noise(pieces[i + 1] - pieces[i], i + 5);
        file.seek(pieces[i]);
        file.write(piece);
        System.arraycopy(piece, 0, content, pieces[i], piece.length);
      }
    }
    return content;
  }

  private long allocatedBytes() {
    String out = ProgramRun.of("stat", "--json", image, "/f").out();
    return Long.parseLong(out.replaceAll("(?s).*\"allocated_bytes\":([0-9]+).*", "$1"));
  }

  private void requireWritten(int offset, byte[] before, byte[] written) throws IOException {
    byte[] expected = Arrays.copyOf(before, Math.max(before.length, offset + written.length));
    System.arraycopy(written, 0, expected, offset, written.length);
    assertThat(Arrays.mismatch(content(), expected)).isEqualTo(-1);
    assertThat(E2fsck.check(Path.of(image)).clean()).isTrue();
  }

  @Test
  void holesOfTheHostFile_becomeHoles() throws IOException {
    byte[] before = content();
    byte[] written = sparse(9 * MIB + 5, 2 * MIB, 2 * MIB + 9000, 5 * MIB + 3, 6 * MIB);
    ProgramRun run = ProgramRun.of("write", image, "/f", "100", host.toString());
    assertThat(run).isEqualTo(new ProgramRun(0, "", ""));
    requireWritten(100, before, written);
    assertThat(allocatedBytes()).isLessThan(2 * MIB);
  }

  @Test
  void hostFileThatIsOneHole_isOneHole() throws IOException {
    byte[] before = content();
    byte[] written = sparse(8 * MIB);
    assertThat(ProgramRun.of("write", image, "/f", "1M", host.toString()).status()).isZero();
    requireWritten(MIB, before, written);
    assertThat(allocatedBytes()).isLessThan(2 * MIB);
  }

  @Test
  void hostFileWithoutHoles_isWrittenWhole() throws IOException {
    byte[] before = content();
    byte[] written = sparse(5 * MIB + 1, 0, 5 * MIB + 1);
    assertThat(ProgramRun.of("write", image, "/f", "1b", host.toString()).status()).isZero();
    requireWritten(1024, before, written);
  }

  @Test
  void emptyHostFile_changesNothing() throws IOException {
    byte[] before = content();
    sparse(0);
    assertThat(ProgramRun.of("write", image, "/f", "8M", host.toString()).status()).isZero();
    requireWritten(0, before, new byte[0]);
  }

  @Test
  void pipe_isReadToItsEnd() throws Exception {
    byte[] before = content();
    assertThat(new ProcessBuilder("mkfifo", host.toString()).start().waitFor()).isZero();
    String fill = "head -c 5000000 /dev/zero | tr '\\0' 'x' > " + host;
    Process writer = new ProcessBuilder("sh", "-c", fill).start();
    assertThat(ProgramRun.of("write", image, "/f", "0", host.toString()).status()).isZero();
    assertThat(writer.waitFor()).isZero();
    byte[] written = new byte[5_000_000];
    Arrays.fill(written, (byte) 'x');
    requireWritten(0, before, written);
  }

  @Test
  void writeThatRunsOutOfSpace_saysHowFarItCame() throws IOException {
    sparse(40 * MIB, 0, 40 * MIB);
    ProgramRun run = ProgramRun.of("write", image, "/f", "0", host.toString());
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .matches("(?s).*before that, [0-9]+ of 41943040 bytes were written \\(ENOSPC\\)\n");
    long told = Long.parseLong(run.err().replaceAll("(?s).*before that, ([0-9]+) of.*", "$1"));
    assertThat(told).isBetween(8L * MIB, 24L * MIB);
    byte[] written = Arrays.copyOf(sparse(40 * MIB, 0, 40 * MIB), (int) told);
    assertThat(Arrays.mismatch(content(), 0, (int) told, written, 0, (int) told)).isEqualTo(-1);
    assertThat(E2fsck.check(Path.of(image)).clean()).isTrue();
  }

  @Test
  void pipeWithoutAWriter_keepsNoImageLocked() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", host.toString()).start().waitFor()).isZero();
    Thread waiting =
        new Thread(() -> ProgramRun.of("write", image, "/f", "0", host.toString()), "waiting");
    waiting.start();
    while (waiting.getState() == Thread.State.NEW || !isInOpen(waiting)) {
      Thread.onSpinWait();
    }
    assertThat(ProgramRun.of("truncate", image, "/f", "5").status()).isZero();
    Files.write(host, new byte[] {'y'});
    waiting.join();
    assertThat(content()).startsWith((byte) 'y').hasSize(5);
  }

  private static boolean isInOpen(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().endsWith("posix.HostFile"));
  }
}
