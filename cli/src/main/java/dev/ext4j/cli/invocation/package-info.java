/**
 * One run of the program: its arguments, its console, the devices that it opens, and how failures
 * become messages and exit statuses.
 */
@NullMarked
package dev.ext4j.cli.invocation;

import org.jspecify.annotations.NullMarked;
