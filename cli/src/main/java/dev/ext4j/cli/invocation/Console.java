package dev.ext4j.cli.invocation;

import dev.ext4j.cli.output.Output;
import java.io.InputStream;

/**
 * The streams of a command.
 *
 * @param in standard input
 * @param out standard output, which gets only the results
 * @param err standard error, which gets all other messages
 * @param debug whether a failure is printed with its stack trace
 */
public record Console(InputStream in, Output out, Output err, boolean debug) {}
