/**
 * The replay of fast commits, which describe changes instead of copying blocks. {@link
 * FastCommitReplay} applies them within one transaction.
 */
@NullMarked
package dev.ext4j.fs.fastcommit;

import org.jspecify.annotations.NullMarked;
