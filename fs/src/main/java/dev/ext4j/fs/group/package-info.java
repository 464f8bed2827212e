/**
 * Block groups: the superblock and the descriptors in memory ({@link Superblock}, {@link
 * GroupTable}), block bitmaps ({@link BlockBitmap}), and where metadata lies ({@link
 * MetadataZones}).
 */
@NullMarked
package dev.ext4j.fs.group;

import org.jspecify.annotations.NullMarked;
