package dev.ext4j.fs.fastcommit;

import dev.ext4j.fs.dir.DirectoryWriter;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.fastcommit.LoggedInodes.Logged;
import dev.ext4j.fs.fastcommit.LoggedNames.Entry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.journal.Handle;
import dev.ext4j.fs.lock.RankedLock;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.FileType;
import dev.ext4j.fs.volume.Volume;
import java.io.IOException;
import java.util.Set;

/**
 * The part of the replay that changes directory entries. The inodes have their final state already.
 * New directories are created first, and they are empty. Link counts come from {@link LinkCounts}.
 */
final class ReplayedEntries {
  private final Volume volume;
  private final InodeTable inodes;
  private final LoggedInodes logged;
  private final Set<Long> renewed;

  /**
   * Creates this part of the replay, for a file system whose inodes have their final state.
   *
   * @param renewed the inode numbers that belong to a different file than before the replay, or
   *     that were not in use before
   */
  ReplayedEntries(Volume volume, InodeTable inodes, LoggedInodes logged, Set<Long> renewed) {
    this.volume = volume;
    this.inodes = inodes;
    this.logged = logged;
    this.renewed = renewed;
  }

  /**
   * Creates new directories, changes entries, and sets the link count of every inode that a record
   * refers to and that has a name.
   *
   * @throws CorruptionException with JOURNAL if the log replaces a file but does not remove all of
   *     its names, or if a directory would have two names
   */
  LinkCounts apply(LoggedNames names) throws IOException {
    LinkCounts counts = new LinkCounts(names, logged, renewed, number -> inodes.get(number).type());
    for (Logged inode : logged.all()) {
      requireConsistent(inode, counts);
    }
    for (Entry entry : names.all()) {
      if (entry.after() != 0 && renewed.contains(entry.after())) {
        initialise(inodes.get(entry.after()), entry.directory());
      }
    }
    for (Entry entry : names.all()) {
      if (logged.get(entry.directory()).isInUse()) {
        change(entry);
      }
    }
    for (Logged inode : logged.all()) {
      if (inode.isInUse() && counts.nameCount(inode) > 0) {
        setLinks(inodes.get(inode.number()), counts);
      }
    }
    return counts;
  }

  private void requireConsistent(Logged inode, LinkCounts counts) throws IOException {
    if (counts.oldNamesLeft(inode)) {
      throw new CorruptionException(
          Kind.JOURNAL,
          "by the fast commits, inode "
              + inode.number()
              + " becomes another file while it has a name");
    }
    if (inode.isInUse()
        && counts.nameCount(inode) > 1
        && inodes.get(inode.number()).type() == FileType.DIRECTORY) {
      throw new CorruptionException(
          Kind.JOURNAL,
          "by the fast commits, directory inode " + inode.number() + " has more than one name");
    }
  }

  private void initialise(Inode directory, long parent) throws IOException {
    if (directory.type() != FileType.DIRECTORY || directory.fields().size() != 0) {
      return;
    }
    try (RankedLock.Held lock = directory.locks().inode().exclusive()) {
      DirectoryWriter writer = new DirectoryWriter(directory, volume);
      try (Handle handle = volume.journal().start(DirectoryWriter.credits(directory, volume))) {
        directory.declare(handle);
        if (directory.has(FileFlag.INLINE_DATA)) {
          long flags = directory.fields().flags() & ~FileFlag.INLINE_DATA.bit();
          directory.fields().setFlags(flags);
          if (!writer.initialiseInline(handle, parent)) {
            beginTree(directory);
            writer.initialise(handle, parent);
          }
        } else {
          writer.initialise(handle, parent);
        }
        handle.commit();
      }
    }
  }

  private void beginTree(Inode directory) {
    if (volume.geometry().features().has(IncompatFeature.EXTENTS)) {
      directory.fields().setFlags(directory.fields().flags() | FileFlag.EXTENTS.bit());
      ExtentTree.initialize(directory);
    }
  }

  private void change(Entry entry) throws IOException {
    Inode directory = inodes.get(entry.directory());
    try (RankedLock.Held lock = directory.locks().inode().exclusive()) {
      DirectoryWriter writer = new DirectoryWriter(directory, volume);
      long there = writer.find(entry.name());
      if (there == entry.after() && !renewed.contains(there)) {
        return;
      }
      if (there != 0) {
        try (Handle handle = volume.journal().start(DirectoryWriter.CREDITS_TO_REMOVE)) {
          writer.remove(handle, entry.name());
          handle.commit();
        }
      }
      if (entry.after() != 0) {
        Inode inode = inodes.get(entry.after());
        try (Handle handle = volume.journal().start(DirectoryWriter.credits(directory, volume))) {
          writer.add(handle, entry.name(), entry.after(), inode.type());
          handle.commit();
        }
      }
    }
  }

  private void setLinks(Inode inode, LinkCounts counts) throws IOException {
    int count = counts.linkCount(logged.get(inode.inodeNumber()), inode.type());
    try (RankedLock.Held lock = inode.locks().inode().exclusive();
        Handle handle = volume.journal().start(1)) {
      inode.declare(handle);
      inode.fields().setLinkCount(count);
      inode.seal();
      handle.commit();
    }
  }
}
