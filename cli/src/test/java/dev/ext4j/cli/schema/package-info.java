/** Tests that hold the JSON documents of the commands to their schemas, and a page to these. */
@org.jspecify.annotations.NullMarked
package dev.ext4j.cli.schema;
