/**
 * The replay of fast commits. A fast commit describes changes and contains no copies of blocks.
 * {@link FastCommitReplay} applies the changes within one transaction.
 */
@NullMarked
package dev.ext4j.fs.fastcommit;

import org.jspecify.annotations.NullMarked;
