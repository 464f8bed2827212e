/**
 * Inspection data of an image and of a running engine, for example the contents of the journal, the
 * owner of a block, the plan of a punch, or a trace event. The values have no behaviour and depend
 * only on {@code model}.
 */
@NullMarked
package dev.ext4j.fs.inspect;

import org.jspecify.annotations.NullMarked;
