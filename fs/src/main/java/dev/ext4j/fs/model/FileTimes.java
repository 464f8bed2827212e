package dev.ext4j.fs.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The time stamps of a file.
 *
 * @param access atime
 * @param modification mtime, the last change of the content
 * @param change ctime, the last change of the content or the attributes
 * @param creation crtime, or empty if the inode is too small to hold it
 */
public record FileTimes(
    Instant access, Instant modification, Instant change, Optional<Instant> creation) {}
