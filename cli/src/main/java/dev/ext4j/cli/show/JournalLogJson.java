package dev.ext4j.cli.show;

import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.fs.inspect.BlockOwner;
import dev.ext4j.fs.inspect.JournalVisitor;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a journal as arrays of a JSON document. The document is begun only when the first
 * array is written, so that a journal that cannot be read leaves no document.
 */
public final class JournalLogJson implements JournalVisitor, Closeable {
  private final OpenImage image;
  private final String imageName;
  private final int blockSize;
  private @Nullable JsonDocument document;
  private boolean inTransaction;
  private boolean inRevokes;

  /**
   * Creates a visitor that prints to the standard output of the image's command. The caller calls
   * {@link #finish} after the visit, and closes the visitor.
   *
   * @param imageName the address of the image as the user wrote it
   */
  public JournalLogJson(OpenImage image, String imageName) {
    this.image = image;
    this.imageName = imageName;
    this.blockSize = image.blockSize();
  }

  private JsonDocument json() throws IOException {
    if (document == null) {
      document = begin();
    }
    return document;
  }

  @SuppressWarnings("MustBeClosedChecker") // held in a field, closed by close
  private JsonDocument begin() throws IOException {
    JsonDocument json = image.document("ext4j.journal-log/1");
    json.name("image", imageName).number("block_size", blockSize);
    json.beginArray("transactions");
    return json;
  }

  @Override
  public void transaction(Transaction transaction) throws IOException {
    endTransaction();
    json().beginRow().number("sequence", transaction.sequence());
    json().time("commit_time", transaction.commitTime());
    json().number("first_log_block", transaction.firstLogBlock());
    json().number("first_log_bytes", transaction.firstLogBlock() * blockSize);
    json().number("last_log_block", transaction.lastLogBlock());
    json().number("last_log_bytes", transaction.lastLogBlock() * blockSize);
    json().number("block_count", transaction.blockCount());
    json().number("revoke_count", transaction.revokeCount()).beginArray("blocks");
    inTransaction = true;
  }

  @Override
  public void block(LoggedBlock block) throws IOException {
    json().beginRow();
    place(block.logBlock(), block.block());
    owner(block.owner());
    json().flag("escaped", block.escaped());
    json().text("fate", lowerCase(block.fate()));
    if (block.inode().isPresent()) {
      inode(block.inode().get());
    }
    json().endObject();
  }

  private void place(long logBlock, long block) throws IOException {
    json().number("log_block", logBlock).number("log_bytes", logBlock * blockSize);
    json().unsigned("block", block).unsigned("bytes", block * blockSize);
  }

  private void owner(BlockOwner owner) throws IOException {
    json().text("what", owner.kindName());
    switch (owner.kind()) {
      case SUPERBLOCK, BACKUP_SUPERBLOCK, RESERVED_DESCRIPTORS, BLOCK_BITMAP, INODE_BITMAP ->
          json().number("group", owner.firstGroup());
      case GROUP_DESCRIPTORS, BACKUP_DESCRIPTORS ->
          json().number("first_group", owner.firstGroup()).number("last_group", owner.lastGroup());
      case INODE_TABLE -> {
        json().number("group", owner.firstGroup());
        json().number("first_ino", owner.firstInode()).number("last_ino", owner.lastInode());
      }
      case DIRECTORY, DATA -> {
        json().number("ino", owner.firstInode());
        json().number("logical_block", owner.logicalBlock());
        json().number("logical_bytes", owner.logicalBlock() * blockSize);
      }
      case TREE_NODE, XATTR -> json().number("ino", owner.firstInode());
      case UNKNOWN -> {}
    }
  }

  @Override
  public void revoke(long logBlock, long block) throws IOException {
    if (!inRevokes) {
      json().endArray().beginArray("revokes");
      inRevokes = true;
    }
    json().beginRow();
    place(logBlock, block);
    json().endObject();
  }

  @Override
  public void end(End end) throws IOException {
    endTransaction();
    json().endArray();
    write("end", end);
    json().beginArray("fast_commit_records");
  }

  @Override
  public void change(Change change) throws IOException {
    json().beginRow().number("commit", change.commit());
    json().number("log_block", change.logBlock());
    json().number("log_bytes", change.logBlock() * blockSize);
    json().text("kind", lowerCase(change.kind())).number("ino", change.inodeNumber());
    switch (change.kind()) {
      case ADD_RANGE -> {
        range(change);
        json().number("physical_block", change.physicalBlock());
        json().number("physical_bytes", change.physicalBlock() * blockSize);
        json().flag("unwritten", change.unwritten());
      }
      case DELETE_RANGE -> range(change);
      case CREATE, LINK, UNLINK -> {
        json().number("parent_ino", change.parentInodeNumber());
        json().name("name", JournalLogText.nameOf(change));
      }
      case INODE -> {
        if (change.inode().isPresent()) {
          inode(change.inode().get());
        }
      }
    }
    json().endObject();
  }

  private void range(Change change) throws IOException {
    json().number("logical_block", change.logicalBlock());
    json().number("logical_bytes", change.logicalBlock() * blockSize);
    json().number("block_count", change.blockCount());
    json().number("length_bytes", change.blockCount() * blockSize);
  }

  private void inode(InodeState inode) throws IOException {
    json().beginObject("inode").number("ino", inode.inodeNumber()).number("mode", inode.mode());
    json().number("size", inode.size()).number("blocks512", inode.sectors());
    json().number("links", inode.linkCount()).time("mtime", inode.modificationTime());
    json().number("dtime", inode.deletionTime()).endObject();
  }

  @Override
  public void fastCommitEnd(End end) throws IOException {
    json().endArray();
    write("fast_commit_end", end);
  }

  private void write(String key, End end) throws IOException {
    json().beginObject(key).text("reason", lowerCase(end.reason()));
    json().number("sequence", end.sequence()).number("log_block", end.logBlock());
    json().number("log_bytes", end.logBlock() * blockSize);
    json().flag("damaged", end.damaged()).endObject();
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void endTransaction() throws IOException {
    if (inTransaction) {
      json().endArray().endObject();
    }
    inTransaction = false;
    inRevokes = false;
  }

  /**
   * Ends the document. If the file system has no journal, the document has an empty array of
   * transactions.
   */
  public void finish() throws IOException {
    if (document == null) {
      json().endArray();
    }
    json().finish();
  }

  @Override
  public void close() throws IOException {
    if (document != null) {
      document.close();
    }
  }
}
