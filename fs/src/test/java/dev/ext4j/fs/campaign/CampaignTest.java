package dev.ext4j.fs.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ext4j.fs.Judge;
import dev.ext4j.testimages.E2fsck;
import dev.ext4j.testimages.GoldenImage;
import dev.ext4j.testimages.Oracles;
import dev.ext4j.testimages.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests of images with damage that a seed chooses. A caller that reads, checks or changes such an
 * image gets a result or a failure of a documented type, in bounded time and memory. A refused
 * image is not written to, and a sound one stays sound. Messages tell how to run one mutant again.
 */
class CampaignTest {
  private static final int FEW = 140;

  /** Runs the same mutants in every build, from the images that come with the tests. */
  @Test
  void mutantsOfGoldenImages_giveResultsOrTypedFailures() throws Exception {
    List<CampaignImage> images = new ArrayList<>();
    try (Scratch scratch = Scratch.open()) {
      for (GoldenImage golden : GoldenImage.values()) {
        images.add(CampaignImage.of(golden.folder(), golden.unpackTo(scratch.file("golden.img"))));
      }
    }
    Campaign campaign = new Campaign(images, 1, FEW, () -> null);
    campaign.run(1);
    requireNoFault(campaign);
    assertThat(campaign.counts()).containsKeys("clean", "opened", "refused");
  }

  /**
   * Runs as many mutants as the property {@code ext4j.mutants} says, with seeds from {@code
   * ext4j.seed} on. They are made from the image {@code ext4j.kind}, or from all images in turn.
   */
  @Test
  @Tag("model")
  void manyMutants_giveResultsOrTypedFailures() throws Exception {
    Oracles.requireE2fsprogs();
    long count = Long.getLong("ext4j.mutants", 20_000);
    long seed = Long.getLong("ext4j.seed", new Random().nextInt(1_000_000_000));
    List<Judge> judges = new ArrayList<>();
    try (CampaignKinds kinds = CampaignKinds.make(System.getProperty("ext4j.kind", ""))) {
      Campaign campaign = new Campaign(kinds.images(), seed, count, () -> withE2fsck(judges));
      long start = System.nanoTime();
      campaign.run(Runtime.getRuntime().availableProcessors());
      double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
      System.out.printf(
          "%d mutants from seed %d on in %.0f s; longest call %s%n",
          count, seed, seconds, campaign.longest());
      campaign.counts().forEach((what, times) -> System.out.println(times + " " + what));
      requireNoFault(campaign);
    } finally {
      for (Judge judge : judges) {
        judge.close();
      }
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // the test closes them
  private static Trial.SecondOpinion withE2fsck(List<Judge> judges) throws IOException {
    Judge judge = Judge.open();
    synchronized (judges) {
      judges.add(judge);
    }
    return device -> {
      E2fsck.Verdict verdict = E2fsck.check(judge.save(device, "mutant.img"));
      return verdict.clean() ? null : verdict.toString();
    };
  }

  private static void requireNoFault(Campaign campaign) {
    StringWriter text = new StringWriter();
    for (Fault fault : campaign.faults()) {
      fault.printStackTrace(new PrintWriter(text, true));
    }
    assertThat(text.toString()).as("faults, one of each sort").isEmpty();
  }
}
