package dev.ext4j.blockdev.partition;

import java.util.ArrayList;
import java.util.List;

/** The first few problems that were ignored while a table was read. */
final class Remarks {
  private final List<String> texts = new ArrayList<>();

  void add(String text) {
    if (texts.size() < PartitionTable.MAX_REMARKS) {
      texts.add(text);
    }
  }

  List<String> texts() {
    return texts;
  }
}
