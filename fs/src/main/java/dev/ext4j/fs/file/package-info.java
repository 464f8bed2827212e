/**
 * One class for each operation on a file: punch, collapse, insert, zero, fallocate, exchange,
 * truncate, write, delete. {@link FileOperation} is the base class of most of them. It takes the
 * locks in order, writes back or drops pages, opens the handle and undoes a failed attempt.
 */
@NullMarked
package dev.ext4j.fs.file;

import org.jspecify.annotations.NullMarked;
