/**
 * One class for each operation on one file: punch, collapse, insert, zero, fallocate, exchange,
 * truncate, write, delete. {@link FileOperation} is their frame: it takes the locks in order,
 * writes back or drops pages, opens the handle and undoes a failure.
 */
@NullMarked
package dev.ext4j.fs.file;

import org.jspecify.annotations.NullMarked;
