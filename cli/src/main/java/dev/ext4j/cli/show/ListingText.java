package dev.ext4j.cli.show;

import dev.ext4j.cli.image.Listing;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.output.UtcTime;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** A listing in the format of ls(1). */
public final class ListingText implements Listing {
  private static final int INODE_WIDTH = 8;
  private static final int LINKS_WIDTH = 3;
  private static final int OWNER_WIDTH = 5;
  private static final int SIZE_WIDTH = 10;

  private final Output out;
  private final Ext4FileSystem fileSystem;
  private final boolean details;
  private final boolean inodes;
  private final boolean headings;
  private boolean first = true;

  /**
   * Creates a listing.
   *
   * @param details whether type, mode, links, owner, group, size and time are printed
   * @param inodes whether inode numbers are printed
   * @param headings whether the path of a directory is printed above its entries
   */
  public ListingText(
      Output out, Ext4FileSystem fileSystem, boolean details, boolean inodes, boolean headings) {
    this.out = out;
    this.fileSystem = fileSystem;
    this.details = details;
    this.inodes = inodes;
    this.headings = headings;
  }

  @Override
  public void directory(String path) throws IOException {
    if (headings) {
      if (!first) {
        out.line();
      }
      out.name(path).line(":");
      first = false;
    }
  }

  @Override
  public void entry(String parent, String name, long inodeNumber, FileType type)
      throws IOException {
    if (!details) {
      inode(inodeNumber);
      out.name(name).line();
      return;
    }
    Ext4File file = fileSystem.file(FileAddress.inode(inodeNumber));
    FileStat stat = file.stat();
    byte[] target = stat.type() == FileType.SYMBOLIC_LINK ? file.readLink() : null;
    inode(inodeNumber);
    out.text(Modes.letters(stat.type(), stat.permissions())).ascii(' ');
    out.number(stat.linkCount(), LINKS_WIDTH).ascii(' ');
    out.number(stat.owner().userId(), OWNER_WIDTH).ascii(' ');
    out.number(stat.owner().groupId(), OWNER_WIDTH).ascii(' ');
    if (stat.type() == FileType.CHARACTER_DEVICE || stat.type() == FileType.BLOCK_DEVICE) {
      out.right(stat.device().major() + ", " + stat.device().minor(), SIZE_WIDTH);
    } else {
      out.number(stat.size(), SIZE_WIDTH);
    }
    out.ascii(' ').text(UtcTime.seconds(stat.times().modification())).ascii(' ').name(name);
    if (target != null) {
      out.text(" -> ").name(RawText.decode(target));
    }
    out.line();
  }

  @Override
  public void broken(String parent, String name, long inodeNumber, FileType type, String reason)
      throws IOException {
    inode(inodeNumber);
    out.ascii(type.letter()).text("?????????   ? ").right("?", OWNER_WIDTH).ascii(' ');
    out.right("?", OWNER_WIDTH).ascii(' ').right("?", SIZE_WIDTH).ascii(' ');
    out.left("?", UtcTime.SECONDS_WIDTH).ascii(' ').name(name).line();
  }

  private void inode(long number) throws IOException {
    if (inodes) {
      out.number(number, INODE_WIDTH).ascii(' ');
    }
  }
}
