/**
 * The values that describe what can be seen inside an image or of a running engine: the journal,
 * the owner of a block, the plan of a punch, a broken invariant, a trace event. A value has no
 * behaviour of its own and knows only {@code model}.
 */
@NullMarked
package dev.ext4j.fs.inspect;

import org.jspecify.annotations.NullMarked;
