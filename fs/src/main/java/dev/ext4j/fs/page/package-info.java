/**
 * Content of files in memory, a page for each block: {@link PageCache}. What a page means on the
 * disk is the business of {@link PageStore}, which the layer above implements; here it is kept
 * which pages there are, which are dirty or being written, and who may touch them.
 */
@NullMarked
package dev.ext4j.fs.page;

import org.jspecify.annotations.NullMarked;
