package dev.ext4j.fs;

import dev.ext4j.fs.model.FileName;

/**
 * The place of a name: the directory that has it, or could have it.
 *
 * @param directory the inode number of the directory
 * @param name the last name of the path, which is not followed
 */
public record Place(long directory, FileName name) {}
