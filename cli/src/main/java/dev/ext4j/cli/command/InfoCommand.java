package dev.ext4j.cli.command;

import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.Sizes;
import dev.ext4j.cli.output.UtcTime;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

/** The command {@code ext4j info}, which shows the superblock as {@code dumpe2fs -h} does. */
public final class InfoCommand implements Command {
  private static final int KEY_WIDTH = 20;
  private static final UUID NO_UUID = new UUID(0, 0);

  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("info", "Shows the superblock of a file system.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example(
            "ext4j info disk.img",
            "Shows the file system in disk.img, or in its only ext4 partition.")
        .example("ext4j info --json disk.img@p2 | jq .free_bytes", "Prints one value for a script.")
        .example("ext4j info -b 32768 disk.img", "Shows the content of a backup superblock.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    String image = invocation.arguments().parameter(0);
    try (OpenImage opened = OpenImage.forReading(invocation, image)) {
      FileSystemInfo info = opened.fileSystem().info();
      if (invocation.arguments().has(ImageOptions.JSON)) {
        printJson(opened, image, info);
      } else {
        print(invocation.out(), info);
      }
    }
    return ExitStatus.OK;
  }

  private static void print(Output out, FileSystemInfo info) throws IOException {
    key(out, "Label").name(info.label().isEmpty() ? "-" : info.label()).line();
    key(out, "UUID").line(info.uuid().toString());
    key(out, "Last mounted on")
        .name(info.lastMountedOn().isEmpty() ? "-" : info.lastMountedOn())
        .line();
    key(out, "State").line(info.needsRecovery() ? info.state() + ", needs recovery" : info.state());
    key(out, "Errors").number(info.errorCount()).line();
    key(out, "Revision").line(info.revision());
    key(out, "Features").line(String.join(" ", info.features()));
    key(out, "Checksums").line(info.checksumAlgorithm());
    bytes(key(out, "Size"), info, info.blockCount());
    bytes(key(out, "Free"), info, info.freeBlockCount());
    bytes(key(out, "Reserved"), info, info.reservedBlockCount());
    key(out, "Block size").number(info.blockSize()).line();
    if (info.clusterSize() != info.blockSize()) {
      key(out, "Cluster size").number(info.clusterSize()).line();
    }
    key(out, "First block").number(info.firstDataBlock()).line();
    key(out, "Inodes").number(info.inodeCount()).line();
    key(out, "Free inodes").number(info.freeInodeCount()).line();
    key(out, "Inode size").number(info.inodeSize()).line();
    key(out, "Groups").number(info.groupCount()).text(" of ").number(info.blocksPerGroup());
    out.text(" blocks, ").number(info.inodesPerGroup()).line(" inodes");
    key(out, "Descriptor size").number(info.descriptorSize()).line();
    journal(key(out, "Journal"), info).line();
    key(out, "Created").line(time(info.created()));
    key(out, "Last mounted").line(time(info.lastMounted()));
    key(out, "Last written").line(time(info.lastWritten()));
    key(out, "Last checked").line(time(info.lastChecked()));
    key(out, "Mounts since check").number(info.mountCount()).line();
  }

  private static Output key(Output out, String key) throws IOException {
    return out.text(key).ascii(':').blanks(KEY_WIDTH - 1 - key.length());
  }

  private static void bytes(Output out, FileSystemInfo info, long blocks) throws IOException {
    long bytes = blocks * info.blockSize();
    out.number(bytes).text(" bytes (").text(Sizes.binary(bytes)).text(", ").number(blocks);
    out.line(" blocks)");
  }

  private static Output journal(Output out, FileSystemInfo info) throws IOException {
    if (info.journalInode() != 0) {
      return out.text("inode ").number(info.journalInode());
    }
    return out.text(
        info.journalUuid().equals(NO_UUID) ? "none" : "external, " + info.journalUuid());
  }

  private static String time(Instant time) {
    return time.getEpochSecond() == 0 ? "never" : UtcTime.seconds(time) + " UTC";
  }

  private static void printJson(OpenImage opened, String image, FileSystemInfo info)
      throws IOException {
    try (JsonDocument json = opened.document("ext4j.info/1")) {
      json.name("image", image).name("label", info.label()).text("uuid", info.uuid().toString());
      json.name("last_mounted_on", info.lastMountedOn()).beginArray("features");
      for (String feature : info.features()) {
        json.element(feature);
      }
      json.endArray().text("state", info.state()).flag("needs_recovery", info.needsRecovery());
      json.number("error_count", info.errorCount()).text("revision", info.revision());
      json.text("checksum_algorithm", info.checksumAlgorithm());
      json.number("size_bytes", info.blockCount() * info.blockSize());
      json.number("free_bytes", info.freeBlockCount() * info.blockSize());
      json.number("reserved_bytes", info.reservedBlockCount() * info.blockSize());
      json.number("block_size", info.blockSize()).number("cluster_size", info.clusterSize());
      json.number("blocks", info.blockCount()).number("free_blocks", info.freeBlockCount());
      json.number("reserved_blocks", info.reservedBlockCount());
      json.number("first_data_block", info.firstDataBlock());
      json.number("inodes", info.inodeCount()).number("free_inodes", info.freeInodeCount());
      json.number("inode_size", info.inodeSize()).number("groups", info.groupCount());
      json.number("blocks_per_group", info.blocksPerGroup());
      json.number("inodes_per_group", info.inodesPerGroup());
      json.number("descriptor_size", info.descriptorSize());
      json.number("journal_inode", info.journalInode());
      json.text("journal_uuid", info.journalUuid().toString());
      json.time("created", info.created()).time("last_mounted", info.lastMounted());
      json.time("last_written", info.lastWritten()).time("last_checked", info.lastChecked());
      json.number("mount_count", info.mountCount()).finish();
    }
  }
}
