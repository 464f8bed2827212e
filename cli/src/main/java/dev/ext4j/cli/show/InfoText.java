package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.Sizes;
import dev.ext4j.cli.output.UtcTime;
import dev.ext4j.fs.error.Ext4Exception;
import dev.ext4j.fs.inspect.GroupInfo;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.inspect.SuperblockDetails;
import dev.ext4j.fs.inspect.SuperblockDetails.FeatureInfo;
import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The superblock, the journal and the block groups as text. */
public final class InfoText implements GroupInfo.Visitor {
  private static final int KEY_WIDTH = 20;
  private static final int FEATURE_WIDTH = 20;
  private static final UUID NO_UUID = new UUID(0, 0);

  private final Output out;
  private final FileSystemInfo info;

  /** Creates a printer for a file system. */
  public InfoText(Output out, FileSystemInfo info) {
    this.out = out;
    this.info = info;
  }

  /** Prints the superblock. */
  public void print() throws IOException {
    key("Label").name(info.label().isEmpty() ? "-" : info.label()).line();
    key("UUID").line(info.uuid().toString());
    key("Last mounted on").name(info.lastMountedOn().isEmpty() ? "-" : info.lastMountedOn()).line();
    key("State").line(info.needsRecovery() ? info.state() + ", needs recovery" : info.state());
    key("Errors").number(info.errorCount()).line();
    key("Revision").line(info.revision());
    key("Features").line(String.join(" ", info.features()));
    key("Checksums").line(info.checksumAlgorithm());
    bytes("Size", info.blockCount());
    bytes("Free", info.freeBlockCount());
    bytes("Reserved", info.reservedBlockCount());
    key("Block size").number(info.blockSize()).line();
    if (info.clusterSize() != info.blockSize()) {
      key("Cluster size").number(info.clusterSize()).line();
    }
    key("First block").number(info.firstDataBlock()).line();
    key("Inodes").number(info.inodeCount()).line();
    key("Free inodes").number(info.freeInodeCount()).line();
    key("Inode size").number(info.inodeSize()).line();
    key("Groups").number(info.groupCount()).text(" of ").number(info.blocksPerGroup());
    out.text(" blocks, ").number(info.inodesPerGroup()).line(" inodes");
    key("Descriptor size").number(info.descriptorSize()).line();
    journal();
    key("Created").line(time(info.created()));
    key("Last mounted").line(time(info.lastMounted()));
    key("Last written").line(time(info.lastWritten()));
    key("Last checked").line(time(info.lastChecked()));
    key("Mounts since check").number(info.mountCount()).line();
  }

  /** Prints the details of the superblock. */
  public void print(SuperblockDetails details) throws IOException {
    key("Reserved for").text("user ").number(details.reservedUserId()).text(", group ");
    out.number(details.reservedGroupId()).line();
    key("Mount options").line(words(details.defaultMountOptions()));
    key("More options").name(details.mountOptions().isEmpty() ? "-" : details.mountOptions());
    out.line();
    key("On errors").line(details.errorsBehavior());
    key("Directory hash").text(details.hashVersion());
    out.line(details.hashSigned() ? ", bytes are signed" : ", bytes are unsigned");
    key("Hash seed").line(details.hashSeed().toString());
    key("RAID").text("stride ").number(details.raidStride()).text(" blocks, stripe ");
    out.number(details.raidStripeWidth()).line(" blocks");
    key("Flex group").number(details.flexGroupSize()).line(" groups");
    key("First inode").number(details.firstInode()).line();
    key("Extra inode size").text("required ").number(details.requiredExtraSize());
    out.text(" bytes, desired ").number(details.desiredExtraSize()).line(" bytes");
    key("Reserved to grow").number(details.reservedDescriptorBlocks()).line(" blocks");
    key("Check after").line(checks(details));
    key("Written in life").number(details.kilobytesWritten()).line(" KiB");
    key("Backups in blocks").line(numbers(details.backups()));
    out.line("Features:");
    for (FeatureInfo feature : details.features()) {
      out.text("  ").left(feature.name(), FEATURE_WIDTH).ascii(' ');
      out.line(feature.explanation().isEmpty() ? "unknown" : feature.explanation());
    }
  }

  /** Prints the journal. If it is damaged, prints the reason. */
  public void printJournal(Inspection inspection) throws IOException {
    out.line();
    try {
      JournalInfoPrinter.print(out, inspection.journal());
    } catch (Ext4Exception e) {
      key("Journal").name("cannot be read: " + e.getMessage()).line();
    }
    out.line();
  }

  @Override
  public void group(GroupInfo group) throws IOException {
    out.text("Group ").number(group.group()).text(": blocks ");
    range(group.firstBlock(), group.lastBlock()).text(", checksum 0x");
    out.text(HexFormat.of().toHexDigits((short) group.checksum()));
    for (String flag : group.flags()) {
      out.text(", ").text(flag);
    }
    out.line();
    start(group);
    out.text("  block bitmap at ").number(group.blockBitmap());
    out.text(", inode bitmap at ").number(group.inodeBitmap()).text(", inode table at ");
    range(group.inodeTable().first(), group.inodeTable().last()).line();
    out.text("  ").number(group.freeBlockCount()).text(" free blocks, ");
    out.number(group.freeInodeCount()).text(" free inodes, ");
    out.number(group.directoryCount()).text(" directories, ");
    out.number(group.unusedInodeCount()).line(" unused inodes");
    for (String problem : group.problems()) {
      out.text("  problem: ").line(problem);
    }
  }

  private void start(GroupInfo group) throws IOException {
    String separator = "  ";
    if (group.superblock() >= 0) {
      out.text(separator).text(group.group() == 0 ? "superblock at " : "backup superblock at ");
      out.number(group.superblock());
      separator = ", ";
    }
    if (group.descriptors().count() > 0) {
      out.text(separator).text("group descriptors at ");
      range(group.descriptors().first(), group.descriptors().last());
      separator = ", ";
    }
    if (group.reserved().count() > 0) {
      out.text(separator).text("reserved descriptors at ");
      range(group.reserved().first(), group.reserved().last());
      separator = ", ";
    }
    if (!separator.isBlank()) {
      out.line();
    }
  }

  private Output range(long first, long last) throws IOException {
    return out.number(first).text("..").number(last);
  }

  private static String checks(SuperblockDetails details) {
    String mounts = details.maxMountCount() > 0 ? details.maxMountCount() + " mounts" : "";
    String time =
        details.checkIntervalSeconds() > 0 ? details.checkIntervalSeconds() + " seconds" : "";
    String both = mounts.isEmpty() || time.isEmpty() ? mounts + time : mounts + " or " + time;
    return both.isEmpty() ? "never" : both;
  }

  private static String words(List<String> words) {
    return words.isEmpty() ? "-" : String.join(" ", words);
  }

  private static String numbers(List<Long> numbers) {
    return words(numbers.stream().map(String::valueOf).toList());
  }

  private Output key(String key) throws IOException {
    return out.text(key).ascii(':').blanks(KEY_WIDTH - 1 - key.length());
  }

  private void bytes(String key, long blocks) throws IOException {
    long bytes = blocks * info.blockSize();
    key(key).number(bytes).text(" bytes (").text(Sizes.binary(bytes)).text(", ").number(blocks);
    out.line(" blocks)");
  }

  private void journal() throws IOException {
    key("Journal");
    if (info.journalInode() != 0) {
      out.text("inode ").number(info.journalInode()).line();
    } else {
      out.line(info.journalUuid().equals(NO_UUID) ? "none" : "external, " + info.journalUuid());
    }
  }

  private static String time(Instant time) {
    return time.getEpochSecond() == 0 ? "never" : UtcTime.seconds(time) + " UTC";
  }
}
