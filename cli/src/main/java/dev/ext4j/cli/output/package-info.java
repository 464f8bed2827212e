/**
 * What commands print: bytes through one reused buffer, numbers as text, JSON documents. A standard
 * output that fails is an error like any other and is never swallowed.
 */
@NullMarked
package dev.ext4j.cli.output;

import org.jspecify.annotations.NullMarked;
