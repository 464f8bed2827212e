package dev.ext4j.cli;

import dev.ext4j.cli.output.Output;
import java.io.InputStream;

/**
 * Where a command reads and writes.
 *
 * @param in standard input
 * @param out results, nothing else
 * @param err all else
 * @param debug whether a failure shows its stack trace
 */
public record Console(InputStream in, Output out, Output err, boolean debug) {}
