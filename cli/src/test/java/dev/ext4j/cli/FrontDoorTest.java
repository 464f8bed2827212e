package dev.ext4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.blockdev.AccessMode;
import dev.ext4j.blockdev.BlockDevice;
import dev.ext4j.blockdev.posix.PosixBlockDevice;
import dev.ext4j.cli.invocation.Console;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.output.Output;
import dev.ext4j.testimages.GoldenImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of what a newcomer or a script meets first: messages, documents of errors, busy images. */
class FrontDoorTest {
  @TempDir Path folder;
  private String image = "";

  @BeforeEach
  void unpack() throws IOException {
    image = GoldenImage.SAMPLE.unpackTo(folder.resolve("sample.img")).toString();
  }

  @Test
  void failureWithJson_isADocumentAndAMessage() {
    ProgramRun run = ProgramRun.of("stat", "--json", image, "/none");
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.out())
        .startsWith("{\"schema\":\"ext4j.error/1\",\"image\":\"" + image + "\",\"path\":\"/none\"")
        .endsWith("\"errno\":\"ENOENT\",\"exit_status\":1}\n");
    assertThat(run.err()).contains("(ENOENT)");
  }

  @Test
  void changeThatIsRefusedWithJson_isADocument() {
    for (String command : new String[] {"punch", "zero", "collapse", "insert"}) {
      ProgramRun run = ProgramRun.of(command, "--json", image, "/dir", "0", "4K");
      assertThat(run.out()).as(command).startsWith("{\"schema\":\"ext4j.error/1\"");
      assertThat(run.out()).as(command).contains("\"errno\":\"E").endsWith("}\n");
    }
  }

  @Test
  void failureAfterTheDocumentBegan_addsNoSecondDocument() {
    ProgramRun run = ProgramRun.of("ls", "--json", image, "/none");
    assertThat(run.out().split("\"schema\"", -1)).hasSize(2);
  }

  @Test
  void hostFilesOfCommands_areBlamedByName() throws IOException {
    String none = folder.resolve("none").toString();
    assertThat(ProgramRun.of("batch", image, "-f", none).err())
        .isEqualTo("ext4j: " + none + ": cannot open it: No such file or directory (ENOENT)\n");
    assertThat(ProgramRun.of("write", image, "/hello.txt", "0", none).err()).contains("(ENOENT)");
    assertThat(ProgramRun.of("write", image, "/hello.txt", "0", folder.toString()).err())
        .isEqualTo("ext4j: " + folder + ": cannot read it: Is a directory (EISDIR)\n");
  }

  @Test
  void imageFromStandardInput_isRefusedWithTheReason() {
    ProgramRun run = ProgramRun.of("info", "-");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("cannot come from standard input").doesNotContain("ENOENT");
  }

  @Test
  void wordThatResemblesNothing_getsNoSuggestion() {
    assertThat(ProgramRun.of("frobnicate").err()).doesNotContain("did you mean");
    for (String typo : new String[] {"stta", "sta", "punsh", "trunkate", "journl"}) {
      assertThat(ProgramRun.of(typo).err()).as(typo).contains("did you mean");
    }
  }

  @Test
  void imageInUse_isRefusedToWritersAndReadersAreWarned() throws IOException {
    try (BlockDevice holder = PosixBlockDevice.open(image, AccessMode.READ_WRITE)) {
      assertThat(holder.size()).isPositive();
      ProgramRun refused = ProgramRun.of("truncate", image, "/hello.txt", "1");
      assertThat(refused.status()).isEqualTo(ExitStatus.BUSY);
      ProgramRun waited = ProgramRun.of("truncate", "--wait=1", image, "/hello.txt", "1");
      assertThat(waited.status()).isEqualTo(ExitStatus.BUSY);
      assertThat(waited.err()).startsWith("ext4j: waiting for " + image).hasLineCount(2);
      ProgramRun read = ProgramRun.of("cat", image, "/hello.txt");
      assertThat(read.status()).isZero();
      assertThat(read.err()).contains("warning: ", "has locked it for writing");
      assertThat(ProgramRun.of("fsck", image).err()).contains("has locked it for writing");
      assertThat(ProgramRun.of("info", "--json", image).out())
          .contains("\"warnings\":[\"", "has locked it for writing");
    }
    assertThat(ProgramRun.of("cat", image, "/hello.txt").err()).isEmpty();
  }

  @Test
  void writerWithPatience_waitsUntilTheImageIsFree() throws Exception {
    BlockDevice holder = PosixBlockDevice.open(image, AccessMode.READ_WRITE);
    ProgramRun[] result = new ProgramRun[1];
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Thread writer =
        new Thread(
            () -> {
              Output out = new Output(Channels.newChannel(new ByteArrayOutputStream()), false);
              Output errors = new Output(Channels.newChannel(err), false);
              Console console =
                  new Console(new ByteArrayInputStream(new byte[0]), out, errors, false);
              int status =
                  new Ext4j(console)
                      .run(new String[] {"truncate", "--wait", image, "/hello.txt", "1"});
              result[0] = new ProgramRun(status, "", err.toString(StandardCharsets.UTF_8));
            });
    writer.start();
    while (!err.toString(StandardCharsets.UTF_8).contains("waiting for")) {
      Thread.onSpinWait();
    }
    holder.close();
    writer.join();
    assertThat(result[0].status()).isZero();
    assertThat(ProgramRun.of("cat", image, "/hello.txt").out()).isEqualTo("H");
  }

  @Test
  void secondsThatAreNone_areAUsageError() {
    for (String seconds : new String[] {"x", "-1", "1.5", "99999999999"}) {
      assertThat(ProgramRun.of("truncate", "--wait=" + seconds, image, "/hello.txt", "1").status())
          .as(seconds)
          .isEqualTo(ExitStatus.USAGE);
    }
  }

  @Test
  void foreignFormat_isNamedWithAdvice() throws IOException {
    Path other = folder.resolve("other");
    Files.write(
        other, ByteBuffer.allocate(1 << 20).put(new byte[] {'Q', 'F', 'I', (byte) 0xfb}).array());
    for (String command : new String[] {"info", "fsck"}) {
      assertThat(ProgramRun.of(command, other.toString()).err())
          .contains("it is a qcow2 image: 'qemu-img convert -O raw'");
    }
  }

  @Test
  void closedPipe_isStatus141() {
    WritableByteChannel closed =
        new WritableByteChannel() {
          @Override
          public int write(ByteBuffer source) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public boolean isOpen() {
            return true;
          }

          @Override
          public void close() {}
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    for (String[] line : new String[][] {{"ls", "-R", image}, {"fsck", image}, {"--help"}}) {
      Console console =
          new Console(
              new ByteArrayInputStream(new byte[0]),
              new Output(closed, false),
              new Output(Channels.newChannel(err), false),
              false);
      assertThat(new Ext4j(console).run(line)).as(line[0]).isEqualTo(141);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void partOfAFile_isPrinted() {
    String all = ProgramRun.of("cat", image, "/hello.txt").out();
    assertThat(ProgramRun.of("cat", "--offset", "2", "--length", "3", image, "/hello.txt").out())
        .isEqualTo(all.substring(2, 5));
    assertThat(ProgramRun.of("cat", "--offset=6", image, "/hello.txt").out())
        .isEqualTo(all.substring(6));
    assertThat(ProgramRun.of("cat", "--length=0", image, "/hello.txt").out()).isEmpty();
    assertThat(ProgramRun.of("cat", "--offset=1G", image, "/hello.txt").out()).isEmpty();
    assertThat(ProgramRun.of("cat", "--length=1G", image, "/hello.txt").out()).isEqualTo(all);
  }

  @Test
  void habitsOfFilefragAndLs_areAccepted() {
    String inBlocks = ProgramRun.of("map", image, "/data.bin").out();
    assertThat(ProgramRun.of("map", "-v", "-e", image, "/data.bin").out()).isEqualTo(inBlocks);
    assertThat(ProgramRun.of("map", "-k", image, "/data.bin").out())
        .isEqualTo(ProgramRun.of("map", "-b", "1K", image, "/data.bin").out());
    ProgramRun odd = ProgramRun.of("map", "-b", "8193", image, "/data.bin");
    assertThat(odd.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(odd.err()).contains("--superblock");
    assertThat(ProgramRun.of("ls", "-d", image, "/dir").out()).isEqualTo("/dir\n");
  }

  @Test
  void checkOfOneImageThatFails_isADocument() {
    ProgramRun run = ProgramRun.of("fsck", "--json", "none.img");
    assertThat(run.status()).isEqualTo(8);
    assertThat(run.out())
        .startsWith("{\"schema\":\"ext4j.error/1\",\"image\":\"none.img\"")
        .endsWith("\"errno\":\"ENOENT\",\"exit_status\":8}\n");
  }

  @Test
  void severalImages_areALineOfJsonEach() {
    ProgramRun run = ProgramRun.of("fsck", "--json", image, "none.img", image);
    assertThat(run.status()).isEqualTo(8);
    String[] documents = run.out().split("\n");
    assertThat(documents).hasSize(3).allMatch(line -> line.startsWith("{\"schema\":"));
    assertThat(documents[1]).contains("ext4j.error/1", "none.img", "ENOENT");
    assertThat(documents[2]).contains("\"clean\":true");
  }
}
