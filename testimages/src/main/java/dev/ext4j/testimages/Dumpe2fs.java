package dev.ext4j.testimages;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The fields of the superblock as {@code dumpe2fs -h} names them. */
public final class Dumpe2fs {
  private final Map<String, String> fields;

  private Dumpe2fs(Map<String, String> fields) {
    this.fields = fields;
  }

  /** Reads the primary superblock. */
  public static Dumpe2fs read(Path image) throws IOException {
    Map<String, String> fields = new HashMap<>();
    for (String line :
        ExternalTool.named("dumpe2fs").run("-h", image.toString()).orFail().lines()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    return new Dumpe2fs(fields);
  }

  /**
   * Returns the value of a line, for example of {@code Block size}, or empty text if there is no
   * such line.
   */
  public String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /** Returns the value of a line as a number. */
  public long number(String name) {
    return Long.parseLong(field(name));
  }

  /** Returns the names of the features. */
  public Set<String> features() {
    return Set.of(field("Filesystem features").split(" +"));
  }
}
