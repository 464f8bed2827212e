/**
 * The lock order, and the locks that each thread holds. Every lock of the engine has a {@link
 * Rank}, and a thread may take locks only in the order of rising ranks.
 *
 * <p>Terms: docs/GLOSSARY.md.
 */
@NullMarked
package dev.ext4j.fs.lock;

import org.jspecify.annotations.NullMarked;
