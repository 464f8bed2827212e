/**
 * The content of files in memory, with one page for each block. {@link PageCache} holds all pages.
 * This package records which pages exist, which are dirty or being written, and which thread holds
 * the lock of each page. The mapping of pages to the device belongs to {@link PageStore}, which the
 * layer above implements.
 */
@NullMarked
package dev.ext4j.fs.page;

import org.jspecify.annotations.NullMarked;
