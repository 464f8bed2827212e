/**
 * Operations on the content of one file. {@link BlockMapper} answers requests for its mapping,
 * {@link FileReader} reads from the device, and {@link PunchHole} removes a range.
 */
@NullMarked
package dev.ext4j.fs.file;

import dev.ext4j.fs.content.FileReader;
import dev.ext4j.fs.mapping.BlockMapper;
import org.jspecify.annotations.NullMarked;
