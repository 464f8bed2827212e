package dev.ext4j.fs.fsck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.ExternalTool;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of a directory whose names are compared without regard to case, with a hash tree built by
 * e2fsck.
 */
@Tag("oracle")
class CaseFoldedTest {
  private static final int NAMES = 400;

  private static Path image(Judge judge) throws IOException {
    Path image = judge.make(ImageKinds.CASEFOLD);
    List<String> commands = new ArrayList<>();
    commands.add("mkdir /folded");
    commands.add("set_inode_field /folded flags 0x40080000"); // casefold, extents
    for (int i = 0; i < NAMES; i++) {
      commands.add(String.format(Locale.ROOT, "symlink /folded/FileName-Of-Many-Letters-%d x", i));
    }
    List<String> unused = Debugfs.writing(image).runAll(commands);
    ExternalTool.named("e2fsck").run("-fyD", image.toString()).orFail(0, 1);
    return image;
  }

  @Test
  void hashesOfFoldedNames_areThoseOfE2fsck() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = image(judge);
      assertThat(Debugfs.reading(image).run("htree_dump /folded")).contains("Root node");
      assertThat(E2fsck.check(image).clean()).isTrue();
      assertThat(ImageFile.check(image).problems()).isEmpty();
      // Without the flag, the same names have other hashes.
      Debugfs.writing(image).setInodeField("/folded", "flags", "0x81000");
      assertThat(E2fsck.check(image).clean()).isFalse();
      assertThat(ImageFile.check(image).counts()).containsKey(ProblemCode.HASH_RANGE);
    }
  }

  @Test
  void namesThatDifferInCase_areEqual() throws IOException {
    Oracles.requireE2fsprogs();
    try (Judge judge = Judge.open()) {
      Path image = judge.make(ImageKinds.CASEFOLD);
      Debugfs debugfs = Debugfs.writing(image);
      List<String> unused =
          debugfs.runAll(
              List.of(
                  "mkdir /folded",
                  "symlink /folded/Name x",
                  "symlink /folded/nAME x",
                  "symlink /folded/Näme x",
                  "symlink /folded/other x"));
      assertThat(ImageFile.check(image).problems()).isEmpty();
      debugfs.setInodeField("/folded", "flags", "0x40080000");
      assertThat(ImageFile.check(image).counts()).containsOnlyKeys(ProblemCode.ENTRY_TWICE);
    }
  }

  @Test
  void namesThatAreNotUtf8_areFoundWhereTheEncodingIsStrict() throws IOException {
    Oracles.requireE2fsprogs();
    for (boolean strict : new boolean[] {false, true}) {
      try (Judge judge = Judge.open()) {
        String encoding = strict ? "encoding=utf8,encoding_flags=strict" : "encoding=utf8";
        Path image =
            judge.make(ImageKinds.CASEFOLD.withFeatures("^metadata_csum").withExtended(encoding));
        List<String> unused =
            Debugfs.writing(image).runAll(List.of("mkdir /folded", "symlink /folded/Näme x"));
        Debugfs.writing(image).setInodeField("/folded", "flags", "0x40080000");
        assertThat(ImageFile.check(image).problems()).isEmpty();
        assertThat(E2fsck.check(image).clean()).isTrue();
        spoil(image);
        assertThat(E2fsck.check(image).clean()).isEqualTo(!strict);
        assertThat(ImageFile.check(image).counts().containsKey(ProblemCode.ENTRY_NAME))
            .isEqualTo(strict);
      }
    }
  }

  /** Damages the first byte of the two-byte character. */
  private static void spoil(Path image) throws IOException {
    byte[] all = Files.readAllBytes(image);
    byte[] name = "Näme".getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < all.length - name.length; at++) {
      if (Arrays.equals(all, at, at + name.length, name, 0, name.length)) {
        all[at + 1] = (byte) 0xFF;
      }
    }
    Files.write(image, all);
  }
}
