package dev.ext4j.fs.fsck;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong. What a fact does not apply to is {@link #NONE}, or null.
 *
 * @param code what it is
 * @param inode the inode that has it, or the directory
 * @param logicalBlock in the file, in blocks
 * @param block on the file system
 * @param group of blocks
 * @param found the value that was found
 * @param expected the value that should be there
 * @param name the name of a directory entry or of a field; bytes as Latin-1
 * @param path a path of the inode; bytes as Latin-1
 */
public record Problem(
    ProblemCode code,
    long inode,
    long logicalBlock,
    long block,
    long group,
    long found,
    long expected,
    @Nullable String name,
    @Nullable String path) {
  /** Not given. */
  public static final long NONE = -1;

  /** How bad it is. */
  public enum Severity {
    /** Harmless, or mended in passing by whoever mounts: the file system still counts as clean. */
    WARNING,
    /** Damage. */
    ERROR,
    /** Damage that ends the check: what would come after it cannot be looked at. */
    FATAL
  }

  /** A problem without any fact. */
  public static Problem of(ProblemCode code) {
    return new Problem(code, NONE, NONE, NONE, NONE, NONE, NONE, null, null);
  }

  /** A problem of an inode. */
  public static Problem of(ProblemCode code, long inode) {
    return of(code).inode(inode);
  }

  /** The same with an inode. */
  public Problem inode(long number) {
    return new Problem(code, number, logicalBlock, block, group, found, expected, name, path);
  }

  /** The same with a place in a file, in blocks. */
  public Problem logical(long logical) {
    return new Problem(code, inode, logical, block, group, found, expected, name, path);
  }

  /** The same with a block. */
  public Problem block(long physical) {
    return new Problem(code, inode, logicalBlock, physical, group, found, expected, name, path);
  }

  /** The same with a group. */
  public Problem group(long number) {
    return new Problem(code, inode, logicalBlock, block, number, found, expected, name, path);
  }

  /** The same with what was found. */
  public Problem found(long value) {
    return new Problem(code, inode, logicalBlock, block, group, value, expected, name, path);
  }

  /** The same with what should be there. */
  public Problem expected(long value) {
    return new Problem(code, inode, logicalBlock, block, group, found, value, name, path);
  }

  /** The same with a name. */
  public Problem name(String text) {
    return new Problem(code, inode, logicalBlock, block, group, found, expected, text, path);
  }

  /** The same with a path. */
  public Problem path(String text) {
    return new Problem(code, inode, logicalBlock, block, group, found, expected, name, text);
  }

  /** How bad it is. */
  public Severity severity() {
    return code.severity();
  }
}
