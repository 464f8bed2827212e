package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.probe.Probes;
import dev.ext4j.fs.probe.Safeguard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of a transaction that is written to the log. This object is created while no handle is
 * open. From then on, the committed content of a block is kept if the next transaction changes the
 * block.
 */
final class CommitWork {
  private final Transaction transaction;
  private final int sequence;
  private final LoggedBlocks logged;
  private final List<Long> blocks = new ArrayList<>();
  private final List<Long> revoked;
  private final Set<Long> loggedBefore = new HashSet<>();

  CommitWork(
      Transaction transaction,
      int sequence,
      LoggedBlocks logged,
      Geometry geometry,
      Probes probes) {
    this.sequence = sequence;
    this.transaction = transaction;
    this.logged = logged;
    this.revoked =
        probes.takes(Safeguard.REVOKES) ? logged.in(transaction.freed(), geometry) : List.of();
    for (Transaction.Member member : transaction.members()) {
      long number = member.block().number();
      // A freed block may have another owner by the time of a replay.
      if (transaction.frees(number, geometry)) {
        continue;
      }
      blocks.add(number);
      if (logged.contains(number)) {
        loggedBefore.add(number);
      }
      logged.add(member.block(), sequence);
    }
  }

  Transaction transaction() {
    return transaction;
  }

  /** Returns the home blocks of the blocks to log. */
  List<Long> blocks() {
    return blocks;
  }

  /** Returns the blocks that this commit revokes: their older copies in the log become invalid. */
  List<Long> revoked() {
    return revoked;
  }

  /**
   * Undoes the registration of the logged blocks after a commit has failed. The content from before
   * the transaction becomes the committed content again. The blocks themselves do not change here,
   * because the journal restores them later, while no handle is open.
   */
  void takeBack() {
    for (Transaction.Member member : transaction.members()) {
      long number = member.block().number();
      if (loggedBefore.contains(number)) {
        logged.fix(member.block(), member.before(), sequence);
      }
    }
    for (long number : blocks) {
      if (!loggedBefore.contains(number)) {
        logged.remove(number);
      }
    }
  }
}
