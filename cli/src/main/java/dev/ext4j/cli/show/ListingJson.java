package dev.ext4j.cli.show;

import dev.ext4j.cli.image.Listing;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.text.RawText;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.model.FileStat;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;

/** A listing as rows of a JSON array. */
public final class ListingJson implements Listing {
  private final JsonDocument json;
  private final Ext4FileSystem fileSystem;

  /** Creates a listing in a document, in which the caller has begun the array for the rows. */
  public ListingJson(JsonDocument json, Ext4FileSystem fileSystem) {
    this.json = json;
    this.fileSystem = fileSystem;
  }

  @Override
  public void directory(String path) {}

  @Override
  public void entry(String parent, String name, long inodeNumber, FileType type)
      throws IOException {
    Ext4File file = fileSystem.file(FileAddress.inode(inodeNumber));
    FileStat stat = file.stat();
    String target = stat.type() == FileType.SYMBOLIC_LINK ? RawText.decode(file.readLink()) : "";
    json.beginRow().name("path", parent + name);
    StatJson.write(json, stat, target);
    json.endObject();
  }

  @Override
  public void broken(String parent, String name, long inodeNumber, FileType type, String reason)
      throws IOException {
    json.beginRow().name("path", parent + name).number("ino", inodeNumber);
    json.text("type", Modes.word(type)).name("error", reason).endObject();
  }
}
