package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.FileFlag;
import dev.ext4j.fs.FileType;
import dev.ext4j.fs.dir.DirectoryWriter;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.file.FileContext;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.journal.format.FastCommitRecord;
import dev.ext4j.fs.lock.RankedLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds names to directories and removes them as fast commits tell. A name that is there already, or
 * gone already, is no contradiction. Link counts follow along; where a record of the inode comes
 * later, that has the last word.
 */
final class ReplayedEntries {
  private final FileContext context;
  private final InodeTable inodes;
  private final Map<Long, Integer> directoryNames = new HashMap<>();

  ReplayedEntries(FileContext context, InodeTable inodes) {
    this.context = context;
    this.inodes = inodes;
  }

  void apply(FastCommitRecord.EntryChange change) throws IOException {
    Inode inode = inodes.get(change.inodeNumber());
    Inode parent = inodes.get(change.parentInodeNumber());
    byte[] name = bytes(change.name());
    if (change instanceof FastCommitRecord.Unlink) {
      remove(parent, name, inode);
      return;
    }
    boolean created = change instanceof FastCommitRecord.Create;
    if (created && inode.type() == FileType.DIRECTORY && inode.fields().size() == 0) {
      initialise(inode, parent);
    }
    add(parent, name, inode, created);
  }

  /** Whether a directory was removed from its parent and not put back anywhere. */
  boolean hasLostItsName(long directory) {
    return directoryNames.getOrDefault(directory, 0) < 0;
  }

  private void initialise(Inode directory, Inode parent) throws IOException {
    try (RankedLock.Held lock = directory.locks().inode().exclusive()) {
      DirectoryWriter writer = new DirectoryWriter(directory, context);
      try (Handle handle = context.journal().start(DirectoryWriter.credits(directory, context))) {
        directory.declare(handle);
        if (directory.has(FileFlag.INLINE_DATA)) {
          long flags = directory.fields().flags() & ~FileFlag.INLINE_DATA.bit();
          directory.fields().setFlags(flags);
          if (!writer.initialiseInline(handle, parent.inodeNumber())) {
            beginTree(directory);
            writer.initialise(handle, parent.inodeNumber());
          }
        } else {
          writer.initialise(handle, parent.inodeNumber());
        }
        handle.commit();
      }
    }
  }

  private void beginTree(Inode directory) {
    if (context.geometry().features().has(IncompatFeature.EXTENTS)) {
      directory.fields().setFlags(directory.fields().flags() | FileFlag.EXTENTS.bit());
      ExtentTree.initialize(directory);
    }
  }

  private void add(Inode parent, byte[] name, Inode inode, boolean created) throws IOException {
    try (RankedLock.Held lock = parent.locks().inode().exclusive()) {
      DirectoryWriter writer = new DirectoryWriter(parent, context);
      int credits = DirectoryWriter.credits(parent, context) + 1;
      try (Handle handle = context.journal().start(credits)) {
        boolean added = writer.add(handle, name, inode.inodeNumber(), inode.type());
        if (inode.type() == FileType.DIRECTORY) {
          directoryNames.merge(inode.inodeNumber(), added && !created ? 1 : 0, Integer::sum);
        } else if (created) {
          setLinks(handle, inode, 1);
        } else if (added) {
          setLinks(handle, inode, inode.fields().linkCount() + 1);
        }
        handle.commit();
      }
    }
  }

  private void remove(Inode parent, byte[] name, Inode inode) throws IOException {
    try (RankedLock.Held lock = parent.locks().inode().exclusive()) {
      DirectoryWriter writer = new DirectoryWriter(parent, context);
      if (writer.find(name) != inode.inodeNumber()) {
        return;
      }
      try (Handle handle = context.journal().start(DirectoryWriter.CREDITS_TO_REMOVE + 1)) {
        long removed = writer.remove(handle, name);
        if (inode.type() == FileType.DIRECTORY) {
          directoryNames.merge(removed, -1, Integer::sum);
        } else {
          setLinks(handle, inode, Math.max(0, inode.fields().linkCount() - 1));
        }
        handle.commit();
      }
    }
  }

  private static void setLinks(Handle handle, Inode inode, int count) {
    inode.declare(handle);
    inode.fields().setLinkCount(Math.min(count, 65_000)); // EXT4_LINK_MAX
    inode.seal();
  }

  private static byte[] bytes(ByteBuffer name) {
    byte[] bytes = new byte[name.limit()];
    name.get(0, bytes);
    return bytes;
  }
}
