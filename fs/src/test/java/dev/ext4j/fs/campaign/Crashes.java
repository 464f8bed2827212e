package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.blockdev.sim.RecordingDevice;
import dev.ext4j.fs.Ext4FileSystem;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.OpenOptions;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.model.ProgressListener;
import dev.ext4j.testimages.Debugfs;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Images in the state after a crash. */
final class Crashes {
  private static final int RO_COMPAT = 0x64;
  private static final int ORPHAN_PRESENT = 0x10000;

  private Crashes() {}

  /**
   * Makes an image with an orphan list in the superblock: two files to delete and one to truncate.
   */
  static Path orphans(Judge judge, ImageRecipe recipe) throws IOException {
    Path image = Filling.of(judge, recipe);
    long many = unlinked(image, "many");
    long far = unlinked(image, "far");
    Debugfs debugfs = Debugfs.writing(image);
    long dense = debugfs.stat("dense").inode();
    debugfs.runAll(
        List.of(
            "set_inode_field dense size " + 3 * recipe.blockSize(),
            "set_inode_field <" + many + "> dtime 0",
            "set_inode_field <" + far + "> dtime " + many,
            "set_inode_field dense dtime " + far,
            "set_super_value last_orphan " + dense));
    return image;
  }

  private static long unlinked(Path image, String name) throws IOException {
    long inode = Debugfs.reading(image).stat(name).inode();
    Debugfs.writing(image)
        .runAll(List.of("unlink " + name, "set_inode_field <" + inode + "> links_count 0"));
    return inode;
  }

  /** Makes an image with an orphan file that names two files to delete. */
  static Path orphanFile(Judge judge, ImageRecipe recipe) throws IOException {
    Path image = Filling.of(judge, recipe);
    long many = unlinked(image, "many");
    long far = unlinked(image, "far");
    CampaignImage before = CampaignImage.of("orphan_file", image);
    change(before, Kind.ORPHAN_BLOCK, bytes -> bytes.putInt(0, (int) many).putInt(8, (int) far));
    change(
        before,
        Kind.SUPERBLOCK,
        bytes -> bytes.putInt(RO_COMPAT, bytes.getInt(RO_COMPAT) | ORPHAN_PRESENT));
    return judge.saveExactly(before.base(), "orphan_file.img");
  }

  private interface Edit {
    ByteBuffer apply(ByteBuffer bytes);
  }

  private static void change(CampaignImage image, Kind kind, Edit edit) throws IOException {
    MetadataPiece piece = image.pieces(kind).get(0);
    ByteBuffer bytes = edit.apply(piece.read(image.base()));
    piece.seal().seal(bytes, image.base());
    piece.write(image.base(), bytes);
  }

  /** Makes an image whose log holds transactions that are not written home. */
  static Path log(Judge judge, ImageRecipe recipe) throws IOException {
    Path image = Filling.of(judge, recipe);
    int block = recipe.blockSize();
    RecordingDevice recording = RecordingDevice.sharing(Judge.loadExactly(image));
    int committed;
    try (Ext4FileSystem fs = Ext4FileSystem.open(recording, OpenOptions.readWrite())) {
      Filling.file(fs, "/many").punch(block, 60L * block + 5, ProgressListener.NONE);
      Filling.file(fs, "/empty").write(0, ByteBuffer.allocate(20 * block));
      Filling.file(fs, "/empty").force();
      Filling.file(fs, "/many").punch(0, 1L << 30, ProgressListener.NONE);
      Filling.file(fs, "/dense").punch(block, 3L * block, ProgressListener.NONE);
      committed = recording.eventCount();
    }
    MemoryBlockDevice dirty = MemoryBlockDevice.copyOf(recording.imageAfter(committed));
    return judge.saveExactly(dirty, recipe.name() + "-log.img");
  }
}
