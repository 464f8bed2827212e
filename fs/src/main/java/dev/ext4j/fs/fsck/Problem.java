package dev.ext4j.fs.fsck;

import org.jspecify.annotations.Nullable;

/**
 * One problem of a file system. A value that does not apply is {@link #NONE} or null.
 *
 * @param code the kind of the problem
 * @param inode the inode that has the problem; for a directory entry, the directory that contains
 *     it
 * @param logicalBlock the logical block in the file
 * @param block the physical block
 * @param group the block group
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
  /** The number for a value that is not given. */
  public static final long NONE = -1;

  /** The severity of a problem. */
  public enum Severity {
    /** Harmless, or repaired by any mount. The file system is still reported as clean. */
    WARNING,
    /** Damage. */
    ERROR,
    /** Damage that ends the check, because later passes are not possible. */
    FATAL
  }

  /** Returns a problem without any values. */
  public static Problem of(ProblemCode code) {
    return new Problem(code, NONE, NONE, NONE, NONE, NONE, NONE, null, null);
  }

  /** Returns a problem of an inode. */
  public static Problem of(ProblemCode code, long inode) {
    return of(code).inode(inode);
  }

  /** Returns a copy of this problem with the given inode. */
  public Problem inode(long number) {
    return new Problem(code, number, logicalBlock, block, group, found, expected, name, path);
  }

  /** Returns a copy of this problem with the given logical block. */
  public Problem logical(long logical) {
    return new Problem(code, inode, logical, block, group, found, expected, name, path);
  }

  /** Returns a copy of this problem with the given physical block. */
  public Problem block(long physical) {
    return new Problem(code, inode, logicalBlock, physical, group, found, expected, name, path);
  }

  /** Returns a copy of this problem with the given block group. */
  public Problem group(long number) {
    return new Problem(code, inode, logicalBlock, block, number, found, expected, name, path);
  }

  /** Returns a copy of this problem with the given value that was found. */
  public Problem found(long value) {
    return new Problem(code, inode, logicalBlock, block, group, value, expected, name, path);
  }

  /** Returns a copy of this problem with the given value that should be there. */
  public Problem expected(long value) {
    return new Problem(code, inode, logicalBlock, block, group, found, value, name, path);
  }

  /** Returns a copy of this problem with the given name. */
  public Problem name(String text) {
    return new Problem(code, inode, logicalBlock, block, group, found, expected, text, path);
  }

  /** Returns a copy of this problem with the given path. */
  public Problem path(String text) {
    return new Problem(code, inode, logicalBlock, block, group, found, expected, name, text);
  }

  /** Returns the severity of the problem. */
  public Severity severity() {
    return code.severity();
  }
}
