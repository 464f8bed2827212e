/**
 * The structures on disk as lists of fields. Each class shows one structure, from a table of fields
 * and their meanings. The classes read no blocks, and show damaged structures as they are.
 */
@NullMarked
package dev.ext4j.fs.report.structure;

import org.jspecify.annotations.NullMarked;
