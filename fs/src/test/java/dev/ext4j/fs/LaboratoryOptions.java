package dev.ext4j.fs;

import dev.ext4j.fs.mount.MountOptions;
import dev.ext4j.fs.probe.Laboratory;

/** Options that open a file system in a laboratory, which the public options do not offer. */
public final class LaboratoryOptions {
  private LaboratoryOptions() {}

  /** Returns options for making changes. */
  public static OpenOptions readWrite(Laboratory laboratory) {
    return OpenOptions.of(MountOptions.readWrite().withProbes(laboratory.probes()));
  }

  /** Returns a laboratory that makes the costly checks. */
  public static Laboratory checking() {
    Laboratory laboratory = new Laboratory();
    laboratory.check(true);
    return laboratory;
  }
}
