package dev.ext4j.cli.command;

import dev.ext4j.cli.edit.BatchVerb;
import dev.ext4j.cli.image.ImageOptions;
import dev.ext4j.cli.image.Listing;
import dev.ext4j.cli.image.OpenImage;
import dev.ext4j.cli.image.Target;
import dev.ext4j.cli.image.TreeWalk;
import dev.ext4j.cli.invocation.ExitStatus;
import dev.ext4j.cli.invocation.Invocation;
import dev.ext4j.cli.output.JsonDocument;
import dev.ext4j.cli.output.Output;
import dev.ext4j.cli.syntax.Arguments;
import dev.ext4j.cli.syntax.CommandSyntax;
import dev.ext4j.cli.text.UsageException;
import dev.ext4j.fs.Ext4File;
import dev.ext4j.fs.FileAddress;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.inspect.Violation;
import dev.ext4j.fs.model.FileType;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command {@code ext4j check-es}, which compares the mappings in memory with those on disk. */
public final class CheckEsCommand implements Command {
  @Override
  public CommandSyntax syntax() {
    return CommandSyntax.named("check-es", "Compares the extents in memory with those on disk.")
        .detail(
            "Loads the mapping of a file, or of a directory and each file below it, into the extent"
                + " status tree. Then checks the invariants of a file at rest in docs/PROTOCOL.md"
                + " (I1 to I10): the tree on disk is valid, its blocks are allocated in the"
                + " bitmaps, i_blocks and the size fit, and nothing in memory contradicts it. Each"
                + " file is checked alone: blocks used twice, links and the contents of directories"
                + " are left to e2fsck. Changes nothing. Exit status 3 if an invariant does not"
                + " hold. In a batch script, checks what the commands before it have left in memory"
                + " for one file.")
        .required(ImageOptions.LABEL, ImageOptions.DESCRIPTION)
        .optional(
            Target.FILE_LABEL, Target.FILE_DESCRIPTION + " Without FILE, all files are checked.")
        .option(ImageOptions.JSON)
        .options(ImageOptions.ALL)
        .example("ext4j check-es disk.img /var/db", "Checks one file.")
        .example("ext4j check-es disk.img", "Checks all files.");
  }

  @Override
  public int run(Invocation invocation) throws IOException, UsageException {
    Arguments arguments = invocation.arguments();
    Target target = Target.of(arguments, "/").withoutRest();
    try (OpenImage image = OpenImage.forReading(invocation, target.image())) {
      Ext4File top = image.followed(target.file());
      if (!arguments.has(ImageOptions.JSON)) {
        Check check = new Check(image, invocation.out(), null);
        int status = check.run(invocation, target.file(), top);
        check.finish();
        return status;
      }
      try (JsonDocument json = image.document("ext4j.check-es/1")) {
        json.name("image", target.image()).name("path", target.file()).beginArray("violations");
        Check check = new Check(image, null, json);
        int status = check.run(invocation, target.file(), top);
        json.endArray().number("files", check.files).number("entries", check.entries);
        json.number("unreadable", check.unreadable).finish();
        return status;
      }
    }
  }

  /** The check as a line of a batch script, for one file. A violation ends the script. */
  static final class Verb implements BatchVerb {
    @Override
    public CommandSyntax syntax() {
      return CommandSyntax.named("check-es", "Compares the extents in memory with those on disk.")
          .required("FILE", "The file in the image.");
    }

    @Override
    public void run(OpenImage image, Arguments arguments, @Nullable InputStream input)
        throws IOException, UsageException {
      Ext4File file = image.followed(arguments.parameter(0));
      if (file.stat().type() == FileType.DIRECTORY) {
        throw new UsageException("in a script check-es takes one file, not a directory");
      }
      List<Violation> found = file.inspect().verify();
      if (!found.isEmpty()) {
        throw new CorruptionException(CorruptionException.Kind.INODE, found.get(0).toString());
      }
    }
  }

  /** A check of each file that a walk visits. */
  private static final class Check implements Listing {
    /**
     * The maximum number of violations that are printed for one file. A damaged bitmap causes many.
     */
    private static final int MOST_SHOWN = 20;

    private final OpenImage image;
    private final @Nullable Output out;
    private final @Nullable JsonDocument json;
    private long files;
    private long entries;
    private long violations;
    private long unreadable;

    Check(OpenImage image, @Nullable Output out, @Nullable JsonDocument json) {
      this.image = image;
      this.out = out;
      this.json = json;
    }

    int run(Invocation invocation, String path, Ext4File top) throws IOException, UsageException {
      if (top.stat().type() == FileType.DIRECTORY) {
        check(path, top);
      }
      int status = new TreeWalk(invocation, image, this, true, false, true).run(path);
      return violations == 0 ? status : ExitStatus.CORRUPT;
    }

    @Override
    public void directory(String path) {
      // The directory was checked as an entry of its parent, or before the walk began.
    }

    @Override
    public void entry(String parent, String name, long inodeNumber, FileType type)
        throws IOException {
      check(parent + name, image.fileSystem().file(FileAddress.inode(inodeNumber)));
    }

    private void check(String path, Ext4File file) throws IOException {
      file.inspect().precache();
      List<Violation> found = new ArrayList<>(file.inspect().verify());
      file.inspect()
          .status(
              (logical, physical, count, state) -> {
                entries++;
                return true;
              });
      files++;
      violations += found.size();
      for (Violation violation : found.subList(0, Math.min(found.size(), MOST_SHOWN))) {
        print(path, file.stat().id().inode(), violation);
      }
      if (found.size() > MOST_SHOWN && out != null) {
        out.name(path).text(": and ").number(found.size() - MOST_SHOWN).line(" more");
      }
    }

    private void print(String path, long inodeNumber, Violation violation) throws IOException {
      if (json != null) {
        json.beginRow().name("path", path).number("ino", inodeNumber);
        json.text("invariant", violation.invariant()).text("message", violation.message());
        json.endObject();
      } else if (out != null) {
        out.name(path).text(": ").line(violation.toString());
      }
    }

    @Override
    public void broken(String parent, String name, long inode, FileType type, String reason) {
      unreadable++; // the walk has reported it
    }

    void finish() throws IOException {
      if (out != null) {
        out.number(files).text(files == 1 ? " file, " : " files, ");
        out.number(entries).text(entries == 1 ? " entry" : " entries");
        out.text(" in memory, ");
        out.number(violations).text(violations == 1 ? " contradiction" : " contradictions");
        if (unreadable > 0) {
          out.text(", ").number(unreadable).text(" that could not be read");
        }
        out.line();
      }
    }
  }
}
