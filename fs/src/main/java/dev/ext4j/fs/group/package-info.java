/**
 * Block groups: the superblock and the descriptors in memory ({@link Superblock}, {@link
 * GroupTable}), the bitmaps ({@link BlockBitmap}, {@link InodeBitmap}), and the location of
 * metadata ({@link MetadataZones}).
 */
@NullMarked
package dev.ext4j.fs.group;

import org.jspecify.annotations.NullMarked;
