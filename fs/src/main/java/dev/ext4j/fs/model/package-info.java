/**
 * The values that describe a file, a mapping and a file system. Callers and the engine share them.
 * The values have no behaviour and depend on no other package.
 */
@NullMarked
package dev.ext4j.fs.model;

import org.jspecify.annotations.NullMarked;
