package dev.ext4j.fs.fsck;

/** The statistics of a check. */
public interface FsckStatistics {
  /** Returns the number of inodes of a type, which is the upper four bits of {@code i_mode}. */
  long inodes(int type);

  /** Returns the number of inodes in use. */
  long inodes();

  /** Returns the number of regular files that have more than one run of blocks on disk. */
  long fragmentedFiles();

  /** Returns the number of runs of blocks of all regular files. */
  long fragments();
}
