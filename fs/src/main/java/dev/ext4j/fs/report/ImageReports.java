package dev.ext4j.fs.report;

import dev.ext4j.blockdev.Errno;
import dev.ext4j.fs.error.FileOperationException;
import dev.ext4j.fs.inspect.GroupInfo;
import dev.ext4j.fs.inspect.HashTreeDump;
import dev.ext4j.fs.inspect.Inspection;
import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.inspect.StructureDump;
import dev.ext4j.fs.inspect.SuperblockDetails;
import dev.ext4j.fs.lock.HeldLocks;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** The inspection of an open image. */
public final class ImageReports implements Inspection {
  private final Mount mount;

  /** Creates the reports on an open image. Nothing is read yet. */
  public ImageReports(Mount mount) {
    this.mount = mount;
  }

  @Override
  public JournalInfo journal() throws IOException {
    return JournalReport.of(mount);
  }

  @Override
  public void visitJournal(OptionalLong inodeNumber, JournalVisitor visitor) throws IOException {
    if (inodeNumber.isPresent()) {
      requireInode(inodeNumber.getAsLong());
    }
    JournalListing.visit(mount, inodeNumber, visitor);
  }

  @Override
  public StructureDump dumpBlock(long block) throws IOException {
    return BlockReport.of(mount, block);
  }

  @Override
  public StructureDump dumpInode(long inodeNumber) throws IOException {
    requireInode(inodeNumber);
    return new StructureReports(mount).inode(inodeNumber);
  }

  @Override
  public StructureDump dumpSuperblock() {
    return new StructureReports(mount).superblock();
  }

  @Override
  public StructureDump dumpGroup(long group) throws IOException {
    return new StructureReports(mount).descriptor(group);
  }

  @Override
  public HashTreeDump dumpHashTree(long inodeNumber) throws IOException {
    requireInode(inodeNumber);
    return HashTreeReport.of(mount, inodeNumber);
  }

  @Override
  public SuperblockDetails superblock() {
    return SuperblockReport.of(mount);
  }

  @Override
  public void groups(GroupInfo.Visitor visitor) throws IOException {
    new GroupReport(mount).visit(visitor);
  }

  @Override
  public List<String> heldLocks() {
    return HeldLocks.describe(mount.lockOrder());
  }

  private void requireInode(long number) throws FileOperationException {
    long last = mount.geometry().inodeCount();
    if (number < 1 || number > last) {
      throw new FileOperationException(
          Errno.ENOENT, "inode " + number + " does not exist: the last one is " + last);
    }
  }
}
