package dev.ext4j.fs.model;

/**
 * The user, group and project that own a file. Each number has 32 bits.
 *
 * @param projectId the project whose quota includes the file; 0 if the inode does not store a
 *     project
 */
public record FileOwner(long userId, long groupId, long projectId) {}
