package dev.ext4j.fs.campaign;

import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.ImageKinds;
import dev.ext4j.testimages.ImageRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images of the long campaign: small ones of many kinds, with files of many kinds. */
final class CampaignKinds implements AutoCloseable {
  private static final long SMALL = 8 << 20;
  private static final long MEDIUM = 16 << 20;

  private static final List<ImageRecipe> KINDS =
      List.of(
          journalled(ImageKinds.B1K),
          journalled(ImageKinds.B2K),
          journalled(ImageKinds.B4K),
          ImageKinds.EXT2_1K.sized(SMALL),
          journalled(ImageKinds.EXT3_1K),
          ImageKinds.REV0.sized(SMALL),
          journalled(ImageKinds.NO_FILETYPE),
          journalled(ImageKinds.NO_FLEX_BG).withWords("-g", "1024"),
          journalled(ImageKinds.META_BG).withWords("-g", "256"),
          journalled(ImageKinds.SPARSE_SUPER2).withWords("-g", "2048"),
          ImageKinds.NO_JOURNAL.sized(SMALL),
          journalled(ImageKinds.BIGALLOC_8K),
          journalled(ImageKinds.BIGALLOC_16K),
          journalled(ImageKinds.INLINE_256),
          journalled(ImageKinds.INLINE_1024.named("inline_1024")),
          journalled(ImageKinds.GDT_CSUM),
          journalled(ImageKinds.NO_CSUM_128),
          journalled(ImageKinds.CSUM_SEED),
          journalled(ImageKinds.EA_INODE),
          journalled(ImageKinds.QUOTA),
          journalled(ImageKinds.LARGE_DIR),
          journalled(ImageKinds.FAST_COMMIT));

  private final Judge judge;
  private final List<CampaignImage> images = new ArrayList<>();

  private CampaignKinds(Judge judge) {
    this.judge = judge;
  }

  private static ImageRecipe journalled(ImageRecipe recipe) {
    boolean small = recipe.blockSize() == 1024;
    String journal = "size=" + recipe.blockSize() / 1024;
    return recipe
        .sized(small ? SMALL : MEDIUM)
        .withWords("-J", recipe.asksFor("fast_commit") ? "size=4,fast_commit_size=256" : journal);
  }

  /** Makes all images, or the one named {@code only} if that is not empty. */
  static CampaignKinds make(String only) throws IOException {
    CampaignKinds kinds = new CampaignKinds(Judge.open());
    boolean made = false;
    try {
      kinds.fill(only);
      made = true;
    } finally {
      if (!made) {
        kinds.close();
      }
    }
    return kinds;
  }

  private void fill(String only) throws IOException {
    for (ImageRecipe recipe : KINDS) {
      add(recipe.name(), only, () -> Filling.of(judge, recipe));
    }
    ImageRecipe small = journalled(ImageKinds.B1K.named("small"));
    ImageRecipe plain = journalled(ImageKinds.NO_CSUM_128.named("plain"));
    add("orphans", only, () -> Crashes.orphans(judge, small.named("orphans")));
    add(
        "orphan_file",
        only,
        () -> Crashes.orphanFile(judge, small.named("orphan_file").withFeatures("orphan_file")));
    add("log", only, () -> Crashes.log(judge, small.named("log")));
    add("log_plain", only, () -> Crashes.log(judge, plain));
    GoldenImage golden = GoldenImage.DIRTY_JOURNAL;
    add(golden.folder(), only, () -> golden.unpackTo(judge.file("golden.img")));
  }

  private interface Maker {
    Path make() throws IOException;
  }

  private void add(String name, String only, Maker maker) throws IOException {
    if (only.isEmpty() || only.equals(name)) {
      images.add(CampaignImage.of(name, maker.make()));
    }
  }

  List<CampaignImage> images() {
    return images;
  }

  @Override
  public void close() throws IOException {
    judge.close();
  }
}
