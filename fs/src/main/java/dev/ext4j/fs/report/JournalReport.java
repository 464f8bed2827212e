package dev.ext4j.fs.report;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.fs.inspect.JournalInfo;
import dev.ext4j.fs.inspect.JournalInfo.Location;
import dev.ext4j.fs.journal.recovery.FastCommitScan;
import dev.ext4j.fs.journal.recovery.LogVisitor;
import dev.ext4j.fs.journal.recovery.LogWalk;
import dev.ext4j.fs.journal.recovery.Replay;
import dev.ext4j.fs.mount.Mount;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A report on the fields of the journal's superblock and on the result that a replay would have.
 */
public final class JournalReport {
  private static final UUID NO_UUID = new UUID(0, 0);

  private JournalReport() {}

  /** Returns the report on the journal of an open file system. */
  public static JournalInfo of(Mount mount) throws IOException {
    SuperblockView superblock = mount.superblock().view();
    boolean exists = OpenLog.exists(mount);
    long inodeNumber = exists ? superblock.journalInode() : 0;
    Location location =
        inodeNumber != 0 ? Location.INODE : exists ? Location.EXTERNAL : Location.NONE;
    UUID external = location == Location.EXTERNAL ? superblock.journalUuid() : NO_UUID;
    Optional<JournalInfo.Log> described = Optional.empty();
    Optional<JournalInfo.Recovery> recovery = Optional.empty();
    if (OpenLog.isReadable(mount)) {
      OpenLog log = OpenLog.of(mount);
      described = Optional.of(new LogSnapshot(log.superblock()));
      recovery = Optional.of(recovery(log, mount.geometry()));
    }
    return new JournalInfo(
        location, inodeNumber, external, mount.needsRecovery(), described, recovery);
  }

  private static JournalInfo.Recovery recovery(OpenLog log, Geometry geometry) throws IOException {
    Replay replay = Replay.of(log.area(), log.superblock(), geometry);
    RevokeCount revokes = new RevokeCount();
    LogWalk.of(log.area(), log.superblock(), geometry, revokes);
    FastCommitScan fast =
        FastCommitScan.of(log.area(), log.superblock(), geometry, replay.nextSequence());
    return new JournalInfo.Recovery(
        replay.transactions(),
        replay.copies().size(),
        revokes.count,
        fast.commits(),
        fast.records(),
        replay.damagedCopies(),
        replay.damaged());
  }

  private static final class RevokeCount implements LogVisitor {
    private long count;

    @Override
    public void block(long logBlock, long block, boolean escaped, boolean valid) {}

    @Override
    public void revoke(long logBlock, long block) {
      count++;
    }

    @Override
    public void commit(int sequence, long firstLogBlock, long logBlock, Instant commitTime) {}
  }
}
