package dev.ext4j.cli.command;

import dev.ext4j.fs.fsck.FsckReport;

/** The bits of the exit status of fsck(8). */
final class FsckStatus {
  /** The bit for errors that were found and not repaired. */
  static final int ERRORS = 4;

  /** The bit for a check that could not be made, or that did not reach its end. */
  static final int OPERATIONAL = 8;

  /** The bit for a wrong command line. */
  static final int USAGE = 16;

  /** The user ended the check. */
  static final int CANCELLED = 32;

  private FsckStatus() {}

  static int of(FsckReport report) {
    return (report.isClean() ? 0 : ERRORS) | (report.isCutShort() ? OPERATIONAL : 0);
  }
}
