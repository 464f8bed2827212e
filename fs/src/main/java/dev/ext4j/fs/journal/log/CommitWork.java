package dev.ext4j.fs.journal.log;

import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.journal.Transaction;
import dev.ext4j.fs.probe.Safeguard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What of a transaction goes into the log. Made while no handle is open, so that a block changed
 * again by the next transaction has its committed content kept.
 */
final class CommitWork {
  private final Transaction transaction;
  private final LoggedBlocks logged;
  private final List<Long> blocks = new ArrayList<>();
  private final List<Long> revoked;
  private final Set<Long> loggedBefore = new HashSet<>();

  CommitWork(Transaction transaction, LoggedBlocks logged, Geometry geometry) {
    this.transaction = transaction;
    this.logged = logged;
    this.revoked = Safeguard.REVOKES.isOn() ? logged.in(transaction.freed(), geometry) : List.of();
    for (Transaction.Member member : transaction.members()) {
      long number = member.block().number();
      // What is freed may belong to somebody else by the time of a replay.
      if (transaction.frees(number, geometry)) {
        continue;
      }
      blocks.add(number);
      if (logged.contains(number)) {
        loggedBefore.add(number);
      }
      logged.add(member.block());
    }
  }

  Transaction transaction() {
    return transaction;
  }

  /** Homes of the blocks to be logged. */
  List<Long> blocks() {
    return blocks;
  }

  /** Blocks of which older copies become void. */
  List<Long> revoked() {
    return revoked;
  }

  /**
   * The commit did not happen: what counts is again what the blocks held before. The blocks
   * themselves are restored by the journal, when no handle is open.
   */
  void takeBack() {
    for (Transaction.Member member : transaction.members()) {
      long number = member.block().number();
      if (loggedBefore.contains(number)) {
        logged.fix(member.block(), member.before());
      }
    }
    for (long number : blocks) {
      if (!loggedBefore.contains(number)) {
        logged.remove(number);
      }
    }
  }
}
