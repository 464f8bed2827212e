package dev.ext4j.testimages;

import dev.ext4j.testimages.DamageSites.Site;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * One wrong value in one field of an image, chosen by a seed. The kind of structure is chosen
 * first, so that the few superblocks are damaged as often as the many directory entries.
 *
 * @param site the field
 * @param before the bytes of the field
 * @param after the bytes that replace them
 */
public record Damage(Site site, String before, String after) {
  /** Returns the damage that belongs to a seed. It is not applied yet. */
  public static Damage choose(Path image, List<Site> sites, long seed) throws IOException {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    Map<String, List<Site>> kinds = new TreeMap<>();
    for (Site site : sites) {
      kinds.computeIfAbsent(site.structure(), kind -> new java.util.ArrayList<>()).add(site);
    }
    List<List<Site>> groups = List.copyOf(kinds.values());
    List<Site> kind = groups.get(random.nextInt(groups.size()));
    Site site = kind.get(random.nextInt(kind.size()));
    byte[] before = new byte[site.width()];
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      file.seek(site.byteOffset());
      file.readFully(before);
    }
    byte[] after = before.clone();
    while (Arrays.equals(before, after)) {
      spoil(after, random);
    }
    return new Damage(site, HexFormat.of().formatHex(before), HexFormat.of().formatHex(after));
  }

  private static void spoil(byte[] value, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> value[random.nextInt(value.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(value, (byte) 0);
      case 2 -> Arrays.fill(value, (byte) 0xFF);
      case 3 -> random.nextBytes(value);
      case 4 -> value[0]++;
      default -> value[0]--;
    }
  }

  /** Applies the damage. */
  public void apply(Path image) throws IOException {
    write(image, after);
  }

  /** Undoes the damage. */
  public void undo(Path image) throws IOException {
    write(image, before);
  }

  private void write(Path image, String hex) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(site.byteOffset());
      file.write(HexFormat.of().parseHex(hex));
    }
  }
}
