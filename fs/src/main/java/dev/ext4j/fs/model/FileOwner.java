package dev.ext4j.fs.model;

/**
 * The owner of a file, by three numbers of 32 bits.
 *
 * @param projectId the project for quotas, 0 without the feature
 */
public record FileOwner(long userId, long groupId, long projectId) {}
