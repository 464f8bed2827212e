package dev.ext4j.cli.show;

import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.UtcTime;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.inspect.JournalVisitor;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Locale;

/**
 * The printer of {@code journal log}, with a row for each logged block, revoke record and change.
 */
public final class JournalLogText implements JournalVisitor {
  private static final int WIDTH = 10;

  private final Output out;
  private int fastCommit;

  /** Creates a visitor that prints what it receives. */
  public JournalLogText(Output out) {
    this.out = out;
  }

  @Override
  public void transaction(Transaction transaction) throws IOException {
    out.text("transaction ").number(transaction.sequence()).text(": committed ");
    out.text(UtcTime.nanoseconds(transaction.commitTime())).text(", log blocks ");
    out.number(transaction.firstLogBlock()).text("..").number(transaction.lastLogBlock());
    out.text(", blocks ").number(transaction.blockCount()).text(", revokes ");
    out.number(transaction.revokeCount()).line();
    if (transaction.blockCount() + transaction.revokeCount() > 0) {
      out.right("log", WIDTH).right("block", WIDTH + 3).line("  what it is");
    }
  }

  @Override
  public void block(LoggedBlock block) throws IOException {
    place(block.logBlock(), block.block()).text(block.owner().describe());
    if (block.escaped()) {
      out.text(", escaped");
    }
    if (block.fate() != Fate.REPLAYED) {
      out.text(", ").text(block.fate().name().toLowerCase(Locale.ROOT));
    }
    if (block.inode().isPresent()) {
      out.text(": ");
      inode(block.inode().get());
    }
    out.line();
  }

  @Override
  public void revoke(long logBlock, long block) throws IOException {
    place(logBlock, block).line("revoke");
  }

  private Output place(long logBlock, long block) throws IOException {
    return out.number(logBlock, WIDTH).number(block, WIDTH + 3).text("  ");
  }

  @Override
  public void end(End end) throws IOException {
    out.text("end: ");
    switch (end.reason()) {
      case EMPTY -> out.text("the log is empty");
      case NOTHING_FOLLOWS -> at(end, "no block of the log follows");
      case STALE -> at(end, "what follows is left over from before");
      case NOT_COMMITTED -> at(end, "the transaction that follows was never committed");
      case BAD_CHECKSUM ->
          at(
              end,
              end.damaged()
                  ? "the transaction that follows is damaged"
                  : "what follows is left over from before, or was being written");
      case FULL -> at(end, "the log is full");
    }
    out.line();
  }

  private void at(End end, String what) throws IOException {
    out.text(what).text(" (transaction ").number(end.sequence());
    out.text(" expected at log block ").number(end.logBlock()).ascii(')');
  }

  @Override
  public void change(Change change) throws IOException {
    if (change.commit() != fastCommit) {
      fastCommit = change.commit();
      out.text("fast commit ").number(fastCommit).line();
    }
    out.number(change.logBlock(), WIDTH).text("  ");
    switch (change.kind()) {
      case ADD_RANGE -> {
        range(change, " are mapped to ");
        run(change.physicalBlock(), change.blockCount());
        out.text(change.unwritten() ? ", unwritten" : "");
      }
      case DELETE_RANGE -> range(change, " are freed");
      case CREATE -> entry(change, "is created as ");
      case LINK -> entry(change, "is linked as ");
      case UNLINK -> entry(change, "loses its name ");
      case INODE -> {
        out.text("inode ").number(change.inodeNumber()).text(" is ");
        if (change.inode().isPresent()) {
          inode(change.inode().get());
        }
      }
    }
    out.line();
  }

  private void range(Change change, String what) throws IOException {
    out.text("inode ").number(change.inodeNumber()).text(": blocks ");
    run(change.logicalBlock(), change.blockCount());
    out.text(what);
  }

  private void run(long first, long count) throws IOException {
    out.number(first).text("..").number(first + count - 1);
  }

  private void entry(Change change, String what) throws IOException {
    out.text("inode ").number(change.inodeNumber()).ascii(' ').text(what).ascii('"');
    out.name(nameOf(change)).text("\" in directory ").number(change.parentInodeNumber());
  }

  static String nameOf(Change change) {
    ByteBuffer name = change.name().duplicate();
    byte[] bytes = new byte[name.remaining()];
    name.get(bytes);
    return RawText.decode(bytes);
  }

  private void inode(InodeState inode) throws IOException {
    if (inode.mode() == 0) {
      out.text("not in use");
      return;
    }
    out.text(Modes.letters(FileType.ofMode(inode.mode()), inode.mode())).text(", size ");
    out.number(inode.size()).text(", links ").number(inode.linkCount()).text(", sectors ");
    out.number(inode.sectors()).text(", modified ");
    out.text(UtcTime.nanoseconds(inode.modificationTime()));
    if (inode.linkCount() == 0 && inode.deletionTime() != 0) {
      out.text(", deleted ");
      out.text(UtcTime.seconds(Instant.ofEpochSecond(inode.deletionTime())));
    }
  }

  @Override
  public void fastCommitEnd(End end) throws IOException {
    if (end.reason() != EndReason.EMPTY) {
      out.text("end of fast commits: ");
      switch (end.reason()) {
        case STALE -> out.text("what follows is left over from before");
        case BAD_CHECKSUM -> out.text("the checksum of what follows does not match");
        case FULL -> out.text("their area is full");
        default -> out.text("no record follows");
      }
      out.text(" (log block ").number(end.logBlock()).line(")");
    }
  }
}
