package dev.ext4j.cli.show;

import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.inspect.GroupInfo;
import dev.ext4j.fs.inspect.SuperblockDetails;
import dev.ext4j.fs.inspect.SuperblockDetails.FeatureInfo;
import dev.ext4j.fs.model.FileSystemInfo;
import java.io.IOException;

/** The superblock and the block groups as fields of a JSON document. */
public final class InfoJson implements GroupInfo.Visitor {
  private final JsonDocument json;
  private final FileSystemInfo info;

  /** Creates a writer for a file system. */
  public InfoJson(JsonDocument json, FileSystemInfo info) {
    this.json = json;
    this.info = info;
  }

  /** Writes the superblock. */
  public void write() throws IOException {
    json.name("label", info.label()).text("uuid", info.uuid().toString());
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
    json.number("mount_count", info.mountCount());
  }

  /** Writes the details of the superblock. */
  public void write(SuperblockDetails details) throws IOException {
    json.number("reserved_uid", details.reservedUserId());
    json.number("reserved_gid", details.reservedGroupId());
    json.beginArray("default_mount_options");
    for (String option : details.defaultMountOptions()) {
      json.element(option);
    }
    json.endArray().name("mount_options", details.mountOptions());
    json.text("errors_behavior", details.errorsBehavior());
    json.text("hash_version", details.hashVersion()).flag("hash_signed", details.hashSigned());
    json.text("hash_seed", details.hashSeed().toString());
    json.number("raid_stride", details.raidStride());
    json.number("raid_stripe_width", details.raidStripeWidth());
    json.number("flex_group_size", details.flexGroupSize());
    json.number("first_inode", details.firstInode());
    json.number("required_extra_isize", details.requiredExtraSize());
    json.number("desired_extra_isize", details.desiredExtraSize());
    json.number("reserved_descriptor_blocks", details.reservedDescriptorBlocks());
    json.number("max_mount_count", details.maxMountCount());
    json.number("check_interval_seconds", details.checkIntervalSeconds());
    json.unsigned("kilobytes_written", details.kilobytesWritten());
    json.beginArray("backup_superblocks");
    for (long block : details.backups()) {
      json.element(block);
    }
    json.endArray().beginArray("feature_list");
    for (FeatureInfo feature : details.features()) {
      json.beginRow().text("name", feature.name());
      json.text("explanation", feature.explanation()).endObject();
    }
    json.endArray();
  }

  @Override
  public void group(GroupInfo group) throws IOException {
    json.beginRow().number("group", group.group());
    json.number("first_block", group.firstBlock()).number("last_block", group.lastBlock());
    if (group.superblock() >= 0) {
      json.number("superblock", group.superblock());
    }
    run("descriptors", group.descriptors());
    run("reserved_descriptors", group.reserved());
    json.number("block_bitmap", group.blockBitmap()).number("inode_bitmap", group.inodeBitmap());
    run("inode_table", group.inodeTable());
    json.beginArray("flags");
    for (String flag : group.flags()) {
      json.element(flag);
    }
    json.endArray().number("free_blocks", group.freeBlockCount());
    json.number("free_bytes", group.freeBlockCount() * info.blockSize());
    json.number("free_inodes", group.freeInodeCount());
    json.number("directories", group.directoryCount());
    json.number("unused_inodes", group.unusedInodeCount()).number("checksum", group.checksum());
    json.beginArray("problems");
    for (String problem : group.problems()) {
      json.element(problem);
    }
    json.endArray().endObject();
  }

  private void run(String key, GroupInfo.Run run) throws IOException {
    if (run.count() > 0) {
      json.beginObject(key).number("block", run.first()).number("count", run.count()).endObject();
    }
  }
}
