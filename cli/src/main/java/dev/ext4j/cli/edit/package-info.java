/** Changes of one file that are both commands and lines of a script for {@code ext4j batch}. */
@NullMarked
package dev.ext4j.cli.edit;

import org.jspecify.annotations.NullMarked;
