package dev.ext4j.cli.invocation;

import dev.ext4j.cli.output.Output;
import java.io.InputStream;

/**
 * The streams of a command.
 *
 * @param in standard input
 * @param out standard output, which gets the results and nothing else
 * @param err standard error, which gets everything else
 * @param debug whether a failure is printed with its stack trace
 */
public record Console(InputStream in, Output out, Output err, boolean debug) {}
