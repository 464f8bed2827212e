/**
 * The printers of results, as text and as JSON. A class named XText or XJson is one of two
 * renderings of X; an XPrinter does both.
 */
@NullMarked
package dev.ext4j.cli.show;

import org.jspecify.annotations.NullMarked;
