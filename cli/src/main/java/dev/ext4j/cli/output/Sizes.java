package dev.ext4j.cli.output;

/** Sizes as text for people. */
public final class Sizes {
  private Sizes() {}

  /** Returns a size for people, with a binary unit and one decimal. */
  public static String binary(long bytes) {
    String units = "KMGTPE";
    if (bytes < 1024) {
      return bytes + " B";
    }
    int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    long tenths = ((bytes >> (10 * (power - 1))) * 10) >> 10;
    return tenths / 10 + "." + tenths % 10 + " " + units.charAt(power - 1) + "iB";
  }
}
