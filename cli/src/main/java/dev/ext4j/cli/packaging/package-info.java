/** Programs that the build runs to complete the distribution. No command uses them. */
@NullMarked
package dev.ext4j.cli.packaging;

import org.jspecify.annotations.NullMarked;
