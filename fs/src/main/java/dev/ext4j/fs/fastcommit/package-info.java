/**
 * The replay of fast commits: changes that the log tells of by their meaning, not as copies of
 * blocks. {@link FastCommitReplay} applies them in their order, within one transaction.
 */
@NullMarked
package dev.ext4j.fs.fastcommit;

import org.jspecify.annotations.NullMarked;
