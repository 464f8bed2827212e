package dev.ext4j.testimages;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * A generator of a tree on a mounted image, with everything that a directory can hold: a linear
 * directory with gaps, an htree, a deep path, names of odd bytes, symbolic links of many lengths,
 * devices, hard links, modes, owners and times. A shell script creates the tree, because in a C
 * locale Java cannot name a file that is not ASCII.
 */
public final class TreePopulator {
  private static final String SCRIPT = "populate-tree.sh";

  private TreePopulator() {}

  /** Creates the folder {@code tree} in the root of {@code mount}. */
  public static void fill(KernelMount mount) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(TreePopulator.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      ExternalTool.named("sh")
          .withInput(script.readAllBytes())
          .run("-s", "--", mount.path("tree").toString())
          .orFail();
    }
  }
}
