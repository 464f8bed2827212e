package dev.ext4j.cli.command;

import dev.ext4j.fs.fsck.FsckReport;

/** The bits of the exit status of fsck(8). */
final class FsckStatus {
  /** Errors were found and not repaired. */
  static final int ERRORS = 4;

  /** The check could not be carried out, or not completely. */
  static final int OPERATIONAL = 8;

  /** The command line is wrong. */
  static final int USAGE = 16;

  private FsckStatus() {}

  static int of(FsckReport report) {
    return (report.isClean() ? 0 : ERRORS) | (report.isCutShort() ? OPERATIONAL : 0);
  }
}
