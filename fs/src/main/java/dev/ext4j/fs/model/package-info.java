/**
 * The words that callers and engine share: the values that describe a file, a mapping and a file
 * system. A value has no behaviour of its own and knows no other package.
 */
@NullMarked
package dev.ext4j.fs.model;

import org.jspecify.annotations.NullMarked;
