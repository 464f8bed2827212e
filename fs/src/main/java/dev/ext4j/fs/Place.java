package dev.ext4j.fs;

import dev.ext4j.fs.model.FileName;

/**
 * The location of a name: the directory that contains the name or could contain it.
 *
 * @param directory the inode number of the directory
 * @param name the last name of the path, which is not followed
 */
public record Place(long directory, FileName name) {}
