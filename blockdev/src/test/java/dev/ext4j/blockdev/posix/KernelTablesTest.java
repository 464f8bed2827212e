package dev.ext4j.blockdev.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A test of procfs and sysfs tables in states that this machine may not have. They are read from
 * files.
 */
class KernelTablesTest {
  @TempDir Path folder;

  private Path file(String name, String content) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  @Test
  void unescape_octalOnlyWhereThreeDigitsFollow() {
    assertThat(ProcFile.unescape("a\\040b\\011\\134x")).isEqualTo("a b\t\\x");
    assertThat(ProcFile.unescape("\\04")).isEqualTo("\\04");
    assertThat(ProcFile.unescape("\\08x\\")).isEqualTo("\\08x\\");
    assertThat(ProcFile.unescape("\\400")).isEqualTo("\\400");
    assertThat(ProcFile.unescape(latin1("é"))).isEqualTo("é");
  }

  /** Returns the bytes of a text as one char each, in the form in which the tables are read. */
  private static String latin1(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  @Test
  void fields_areDividedByBlanksAndTabsOnly() throws Exception {
    Path table = file("table", "  7:1 \t/a\rb\fc  x\n\n/\\040é\n");
    assertThat(ProcFile.read(table))
        .isEqualTo(List.of(List.of("7:1", "/a\rb\fc", "x"), List.of("/ é")));
  }

  @Test
  void mountinfo_anyNumberOfOptionalFields_isUnderstood() throws Exception {
    Path mountinfo =
        file(
            "mountinfo",
            """
            22 27 7:1 / /mnt/with\\040blank rw shared:1 master:2 - ext4 /dev/loop1 rw
            23 27 8:17 /sub /mnt/é rw - ext4 /dev/sdb1 rw
            rubbish
            24 27 x:y / /bad rw - ext4 /dev/sdc rw
            25 27 9:9 / /short rw -

            """);
    MountTable mounts = MountTable.read(mountinfo);
    assertThat(mounts.mountPointOf(new DeviceNumber(7, 1))).contains("/mnt/with blank");
    assertThat(mounts.mountPointOf(new DeviceNumber(8, 17))).contains("/mnt/é");
    assertThat(mounts.mountPointOf(new DeviceNumber(9, 9))).isEmpty();
    assertThat(mounts.mountPointOf(new DeviceNumber(1, 1))).isEmpty();
  }

  @Test
  void tables_missing_areEmpty() throws Exception {
    assertThat(MountTable.read(folder.resolve("none")).mountPointOf(new DeviceNumber(1, 1)))
        .isEmpty();
    assertThat(SwapTable.read(folder.resolve("none")).contains(new DeviceNumber(1, 1))).isFalse();
  }

  @Test
  void swaps_areKnownByTheirInode() throws Exception {
    Path area = file("swap file", "x");
    Path other = file("other", "x");
    Path swaps =
        file(
            "swaps",
            "Filename\tType\tSize\n"
                + area.toString().replace(" ", "\\040")
                + " file 1 0 -1\n/no/such/file file 1 0 -2\n");
    Path link = Files.createLink(folder.resolve("link"), area);
    SwapTable table = SwapTable.read(swaps);
    assertThat(table.containsFile(FileStatus.ofPath(link.toString()).orElseThrow())).isTrue();
    assertThat(table.containsFile(FileStatus.ofPath(other.toString()).orElseThrow())).isFalse();
  }

  @Test
  void blockNode_dependents_arePartitionsAndAllThatIsBuiltOnThem() throws Exception {
    Path sda = folder.resolve("devices/sda");
    file("devices/sda/dev", "8:0\n");
    file("devices/sda/ro", "1\n");
    file("devices/sda/queue/dev", "not a partition");
    file("devices/sda/sda1/dev", "8:1\n");
    file("devices/sda/sda1/partition", "1\n");
    file("devices/dm-0/dev", "254:0\n");
    file("devices/dm-0/dm/name", "vg-root\n");
    file("devices/dm-1/dev", "254:1\n");
    link("devices/sda/sda1/holders/dm-0", "devices/dm-0");
    link("devices/dm-0/holders/dm-1", "devices/dm-1");
    link("devices/dm-1/holders/dm-0", "devices/dm-0"); // a loop must not be walked forever
    link("dev/block/8:0", "devices/sda");

    BlockNode node = BlockNode.of(folder, new DeviceNumber(8, 0)).orElseThrow();
    assertThat(node.dependents())
        .extracting(BlockNode::devicePath)
        .containsExactly("/dev/sda", "/dev/sda1", "/dev/mapper/vg-root", "/dev/dm-1");
    assertThat(node.readOnly()).isTrue();
    assertThat(node.holders()).isEmpty();
    assertThat(BlockNode.of(folder, new DeviceNumber(8, 16))).isEmpty();
    assertThat(BlockNode.at(sda.resolve("queue"))).isEmpty();
  }

  @Test
  void blockNode_nameWithASlash_isWrittenWithAnExclamationMark() throws Exception {
    file("devices/cciss!c0d0/dev", "104:0\n");
    assertThat(BlockNode.at(folder.resolve("devices/cciss!c0d0")).orElseThrow().devicePath())
        .isEqualTo("/dev/cciss/c0d0");
  }

  private void link(String from, String to) throws Exception {
    Path link = folder.resolve(from);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, folder.resolve(to));
  }

  @Test
  void loopDevices_withoutSysfs_areNone() throws Exception {
    FileStatus file = FileStatus.ofPath(folder.toString()).orElseThrow();
    assertThat(LoopDevice.over(file, folder.resolve("none"))).isEqualTo(List.of());
  }

  @Test
  void loopDevice_thatMayNotBeOpened_isFoundByItsPath() throws Exception {
    Path image = file("image", "x");
    Path fake = Files.createDirectories(folder.resolve("block/loop-not-in-dev/loop"));
    file("block/loop-not-in-dev/dev", "7:900\n");
    file("block/loop-not-in-dev/ro", "0\n");
    Files.writeString(fake.resolve("offset"), "512\n");
    Files.writeString(fake.resolve("sizelimit"), "0\n");
    for (String text : List.of(image + "\n", image + " (deleted)\n")) {
      Files.writeString(fake.resolve("backing_file"), text);
      FileStatus status = FileStatus.ofPath(image.toString()).orElseThrow();
      assertThat(LoopDevice.over(status, folder))
          .singleElement()
          .satisfies(
              loop -> {
                assertThat(loop.startByte()).isEqualTo(512);
                assertThat(loop.readOnly()).isFalse();
              });
    }
  }
}
