package dev.ext4j.fs;

import dev.ext4j.fs.model.FileName;

/**
 * The location of a file name: the directory that contains the name, or in which a file with the
 * name could be created.
 *
 * @param directory the inode number of the directory
 * @param name the last name of the path; if it is a symbolic link, the link is not followed
 */
public record Place(long directory, FileName name) {}
