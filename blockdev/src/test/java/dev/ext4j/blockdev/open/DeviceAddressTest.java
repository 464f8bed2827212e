package dev.ext4j.blockdev.open;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.blockdev.open.DeviceAddress.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceAddressTest {
  private static DeviceAddress parse(String text, String... existing) {
    return DeviceAddress.parse(text, Set.of(existing)::contains);
  }

  @Test
  void plainPath_meansAnywhere() {
    assertThat(parse("/a/disk.img")).isEqualTo(DeviceAddress.of("/a/disk.img"));
    assertThat(parse("/a@p2/disk.img")).isEqualTo(DeviceAddress.of("/a@p2/disk.img"));
    assertThat(parse("@p2")).isEqualTo(DeviceAddress.of("@p2"));
  }

  @Test
  void partitionNumber() {
    assertThat(parse("disk.img@p12", "disk.img"))
        .isEqualTo(new DeviceAddress("disk.img", new Place.PartitionNumber(12)));
    assertThat(parse("missing@p1"))
        .isEqualTo(new DeviceAddress("missing", new Place.PartitionNumber(1)));
    assertThat(parse("a@p1@p2", "a@p1"))
        .isEqualTo(new DeviceAddress("a@p1", new Place.PartitionNumber(2)));
  }

  @Test
  void label_mayHoldAnything() {
    assertThat(parse("i@LABEL=root")).isEqualTo(new DeviceAddress("i", new Place.Label("root")));
    assertThat(parse("i@LABEL=a/b@p2 é\n"))
        .isEqualTo(new DeviceAddress("i", new Place.Label("a/b@p2 é\n")));
    for (String existing : new String[] {"i", "j"}) {
      assertThat(parse("i@LABEL=/boot", existing))
          .isEqualTo(new DeviceAddress("i", new Place.Label("/boot")));
    }
    assertThat(parse("i@LABEL=?")).isEqualTo(new DeviceAddress("i", new Place.Label("?")));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "1048576,1048576",
    "0x100000,1048576",
    "1M,1048576",
    "2048s,1048576",
    "3K,3072",
    "2G,2147483648",
    "1T,1099511627776",
    "9223372036854775807,9223372036854775807"
  })
  void offset_inBytesOrUnits(String text, long bytes) {
    assertThat(parse("i?offset=" + text))
        .isEqualTo(new DeviceAddress("i", new Place.Offset(bytes)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "i@p",
        "i@p0",
        "i@p99999999999",
        "i@LABEL=",
        "i?offset=",
        "i?offset=-1",
        "i?offset=1x",
        "i?offset=1 ",
        "i?offset=0x",
        "i?offset=9223372036854775808",
        "i?offset=9999999T",
        "i@2",
        "i@label=x",
        "i?p2",
        "i@",
        "i@p2x",
        "i@p-1",
        "i@UUID="
      })
  void badSyntax_isRefusedWithAReason(String text) {
    assertThatThrownBy(() -> parse(text, "i"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("(?s).{10,}");
  }

  @Test
  void uuidAndPartitionLabel() {
    assertThat(parse("i@UUID=1A-2b").place()).isEqualTo(new Place.Uuid("1a-2b"));
    assertThat(parse("i@PARTLABEL=a@p2").place()).isEqualTo(new Place.PartitionLabel("a@p2"));
    for (String text : new String[] {"i@UUID=", "i@PARTLABEL="}) {
      assertThatThrownBy(() -> parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void fileReallyNamedSo_comesBeforeTheSuffix() {
    for (String name : new String[] {"i@p2", "i@LABEL=x", "i?offset=1", "i@nonsense"}) {
      assertThat(parse(name, name, "i")).isEqualTo(DeviceAddress.of(name));
      assertThat(parse(name + "@p3", name, "i"))
          .isEqualTo(new DeviceAddress(name, new Place.PartitionNumber(3)));
    }
  }

  @Test
  void fileReallyNamedSo_onTheRealFileSystem(@TempDir Path folder) throws Exception {
    String text = folder.resolve("disk@p1").toString();
    assertThat(DeviceAddress.parse(text).place()).isEqualTo(new Place.PartitionNumber(1));
    Files.createFile(Path.of(text));
    assertThat(DeviceAddress.parse(text).place()).isEqualTo(new Place.Anywhere());
  }

  @Test
  void offsetGivenApart_contradictsASuffix() {
    assertThat(parse("i").withOffset(512)).isEqualTo(new DeviceAddress("i", new Place.Offset(512)));
    assertThatThrownBy(() -> parse("i@p2").withOffset(512))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("i@p2");
    assertThatThrownBy(() -> parse("i").withOffset(-1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"i", "i@p2", "i@LABEL=root", "i@UUID=1a-2b", "i@PARTLABEL=boot", "i?offset=512"})
  void toString_readsBackTheSame(String text) {
    assertThat(parse(text)).hasToString(text);
  }

  @Test
  void anyText_isAnAddressOrARefusal() {
    Random random = new Random(1);
    String alphabet = "ab/@?p=LABEL offset0123456789KsxT\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(20); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        DeviceAddress address = DeviceAddress.parse(text.toString(), t -> random.nextBoolean());
        assertThat(address.path()).isNotEmpty();
      } catch (IllegalArgumentException expected) {
        assertThat(expected).hasMessageMatching("(?s).+");
      }
    }
  }
}
