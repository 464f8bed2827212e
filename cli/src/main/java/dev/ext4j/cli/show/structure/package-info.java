/** How dumps of structures on disk look, in text and in JSON. */
@NullMarked
package dev.ext4j.cli.show.structure;

import org.jspecify.annotations.NullMarked;
