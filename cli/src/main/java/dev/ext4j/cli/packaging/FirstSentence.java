package dev.ext4j.cli.packaging;

/** The first sentence of a description, which shells show next to the word that they offer. */
final class FirstSentence {
  private FirstSentence() {}

  /** Returns the first sentence of a text, without its full stop. */
  static String of(String text) {
    int end = text.indexOf(". ");
    if (end >= 0) {
      return text.substring(0, end);
    }
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
