/** What the build runs to complete the distribution; no command uses it. */
@NullMarked
package dev.ext4j.cli.packaging;

import org.jspecify.annotations.NullMarked;
