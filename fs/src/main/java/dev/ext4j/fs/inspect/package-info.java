/**
 * Inspection data of an image or of a running engine: the journal, the owner of a block, the plan
 * of a punch, a broken invariant, a trace event. The values have no behaviour and depend only on
 * {@code model}.
 */
@NullMarked
package dev.ext4j.fs.inspect;

import org.jspecify.annotations.NullMarked;
