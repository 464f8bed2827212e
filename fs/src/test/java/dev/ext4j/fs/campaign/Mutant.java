package dev.ext4j.fs.campaign;

import java.io.IOException;
import java.util.SplittableRandom;

/** A damaged version of an image, in which a seed chooses the changes. */
final class Mutant {
  private static final LinkedChange[] LINKED = LinkedChange.values();

  private final CampaignImage image;
  private final long seed;
  private final SplittableRandom random;

  Mutant(CampaignImage image, long seed) {
    this.image = image;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** Makes one to four changes, always the same for one image and one seed. */
  Patch patch() throws IOException {
    Patch patch = new Patch(image, random.nextInt(8) > 0);
    int count = random.nextInt(5) < 3 ? 1 : 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      change(patch);
    }
    return patch;
  }

  /** Returns random numbers for the operations on the mutant. They do not depend on the changes. */
  SplittableRandom choices() {
    return new SplittableRandom(~seed);
  }

  private void change(Patch patch) throws IOException {
    int way = random.nextInt(10);
    if (way < 3) {
      LINKED[random.nextInt(LINKED.length)].apply(patch, random);
      return;
    }
    Spot spot =
        way < 5
            ? Spot.aligned(Spot.pick(Spot.pick(image.byKind(), random), random), image, 1, random)
            : Spot.any(image, random);
    patch.put(spot, new Values(image, random).other(patch.get(spot), spot.width()));
  }

  @Override
  public String toString() {
    return "-Dext4j.kind=" + image + " -Dext4j.seed=" + seed + " -Dext4j.mutants=1";
  }
}
