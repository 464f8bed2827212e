/**
 * One run of the program: its arguments, its console, the devices that it opens, and the messages
 * and exit statuses of failures.
 */
@NullMarked
package dev.ext4j.cli.invocation;

import org.jspecify.annotations.NullMarked;
