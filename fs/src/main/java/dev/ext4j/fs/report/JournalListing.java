package dev.ext4j.fs.report;

import dev.ext4j.fs.error.NeedsRecoveryException;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.inspect.JournalVisitor.End;
import dev.ext4j.fs.inspect.JournalVisitor.EndReason;
import dev.ext4j.fs.inspect.JournalVisitor.Fate;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.LogEnd;
import dev.ext4j.fs.journal.recovery.LogVisitor;
import dev.ext4j.fs.journal.recovery.LogWalk;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A listing of the contents of a journal, with the owner of each logged block. The whole log is
 * read before the visitor is called, for two reasons. What a replay does with a block depends on
 * later blocks in the log. The owners of all blocks are found in one walk over the inodes, in the
 * state after the replay.
 */
public final class JournalListing implements LogVisitor {
  private final Mount mount;
  private final OpenLog log;
  private final OptionalLong onlyInode;
  private final List<Group> transactions = new ArrayList<>();
  private final Map<Long, Integer> lastRevokes = new HashMap<>();
  private List<Logged> blocks = new ArrayList<>();
  private List<Revoked> revokes = new ArrayList<>();

  private record Logged(long logBlock, long block, boolean escaped, boolean valid) {}

  private record Revoked(long logBlock, long block) {}

  /** A transaction in the log with its logged blocks and revoke records. */
  private record Group(
      int sequence,
      JournalVisitor.Transaction header,
      List<Logged> blocks,
      List<Revoked> revokes) {}

  private JournalListing(Mount mount, OpenLog log, OptionalLong onlyInode) {
    this.mount = mount;
    this.log = log;
    this.onlyInode = onlyInode;
  }

  /**
   * Passes the contents of the journal of an open file system to a visitor. Passes nothing if the
   * file system has no journal.
   *
   * @param onlyInode the only inode whose blocks and changes are listed; if empty, everything is
   *     listed
   * @throws NeedsRecoveryException if the journal is on another device and the mount options do not
   *     give this device
   */
  public static void visit(Mount mount, OptionalLong onlyInode, JournalVisitor visitor)
      throws IOException {
    if (!OpenLog.exists(mount)) {
      return;
    }
    new JournalListing(mount, OpenLog.of(mount), onlyInode).show(visitor);
  }

  private void show(JournalVisitor visitor) throws IOException {
    Geometry geometry = mount.geometry();
    LogEnd end = LogWalk.of(log.area(), log.superblock(), geometry, this);
    Replay replay = Replay.of(log.area(), log.superblock(), geometry);
    SortedSet<Long> homes = new TreeSet<>();
    transactions.forEach(group -> group.blocks.forEach(logged -> homes.add(logged.block)));
    BlockOwners owners = BlockOwners.of(mount, homes, onlyInode);
    for (Group group : transactions) {
      show(group, owners, replay, visitor);
    }
    visitor.end(
        new End(reason(end.reason()), unsigned(end.sequence()), end.logBlock(), end.damaged()));
    showFastCommits(end.sequence(), visitor);
  }

  private void show(Group group, BlockOwners owners, Replay replay, JournalVisitor visitor)
      throws IOException {
    boolean announced = onlyInode.isEmpty();
    if (announced) {
      visitor.transaction(group.header);
    }
    for (Logged logged : group.blocks) {
      BlockOwner owner = owners.ownerOf(logged.block);
      if (onlyInode.isPresent() && !owner.concerns(onlyInode.getAsLong())) {
        continue;
      }
      if (!announced) {
        announced = true;
        visitor.transaction(group.header);
      }
      visitor.block(
          new JournalVisitor.LoggedBlock(
              logged.logBlock,
              logged.block,
              owner,
              logged.escaped,
              fate(logged, group.sequence, replay),
              inodeIn(logged, owner)));
    }
    if (onlyInode.isEmpty()) {
      for (Revoked revoked : group.revokes) {
        visitor.revoke(revoked.logBlock, revoked.block);
      }
    }
  }

  private Fate fate(Logged logged, int sequence, Replay replay) {
    Replay.Copy copy = replay.copies().get(logged.block);
    if (copy != null && copy.logBlock() == logged.logBlock) {
      return Fate.REPLAYED;
    }
    Integer revoked = lastRevokes.get(logged.block);
    if (revoked != null && revoked - sequence >= 0) {
      return Fate.REVOKED;
    }
    if (!mount.geometry().containsBlocks(logged.block, 1) && logged.block != 0) {
      return Fate.OUTSIDE;
    }
    return logged.valid ? Fate.SUPERSEDED : Fate.DAMAGED;
  }

  private Optional<JournalVisitor.InodeState> inodeIn(Logged logged, BlockOwner owner)
      throws IOException {
    if (onlyInode.isEmpty() || owner.kind() != BlockOwner.Kind.INODE_TABLE) {
      return Optional.empty();
    }
    return Optional.of(
        InodeStates.inTableBlock(
            log.area(), logged.logBlock, mount.geometry(), onlyInode.getAsLong()));
  }

  private void showFastCommits(int sequence, JournalVisitor visitor) throws IOException {
    Geometry geometry = mount.geometry();
    FastCommitScan scan = FastCommitScan.of(log.area(), log.superblock(), geometry, sequence);
    scan.visit(
        (commit, logBlock, record) -> {
          JournalVisitor.Change change =
              FastCommitChanges.of(commit + 1, logBlock, record, geometry);
          long inode = onlyInode.orElse(change.inodeNumber());
          if (inode == change.inodeNumber() || inode == change.parentInodeNumber()) {
            visitor.change(change);
          }
        });
    EndReason reason =
        switch (scan.end()) {
          case EMPTY -> EndReason.EMPTY;
          case STALE -> EndReason.STALE;
          case BAD_CHECKSUM -> EndReason.BAD_CHECKSUM;
          case NO_RECORD -> EndReason.NOTHING_FOLLOWS;
          case AREA_FULL -> EndReason.FULL;
        };
    visitor.fastCommitEnd(new End(reason, unsigned(sequence), scan.endBlock(), false));
  }

  private static EndReason reason(LogEnd.Reason reason) {
    return switch (reason) {
      case EMPTY -> EndReason.EMPTY;
      case NO_HEADER -> EndReason.NOTHING_FOLLOWS;
      case OTHER_SEQUENCE -> EndReason.STALE;
      case NO_COMMIT -> EndReason.NOT_COMMITTED;
      case NOT_VALID -> EndReason.BAD_CHECKSUM;
      case RING_FULL -> EndReason.FULL;
    };
  }

  private static long unsigned(int sequence) {
    return Integer.toUnsignedLong(sequence);
  }

  @Override
  public void block(long logBlock, long block, boolean escaped, boolean valid) {
    blocks.add(new Logged(logBlock, block, escaped, valid));
  }

  @Override
  public void revoke(long logBlock, long block) {
    revokes.add(new Revoked(logBlock, block));
  }

  @Override
  public void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime) {
    revokes.forEach(revoked -> lastRevokes.put(revoked.block, sequence));
    JournalVisitor.Transaction header =
        new JournalVisitor.Transaction(
            unsigned(sequence), commitTime, firstLogBlock, logBlock, blocks.size(), revokes.size());
    transactions.add(new Group(sequence, header, blocks, revokes));
    blocks = new ArrayList<>();
    revokes = new ArrayList<>();
  }
}
