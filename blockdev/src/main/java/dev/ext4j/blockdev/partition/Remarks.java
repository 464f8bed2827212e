package dev.ext4j.blockdev.partition;

import java.util.ArrayList;
import java.util.List;

/** Collects the first few things that were passed over while reading a table. */
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
