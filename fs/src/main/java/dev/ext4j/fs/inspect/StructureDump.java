package dev.ext4j.fs.inspect;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;

/**
 * The structures in a block, or those of an inode.
 *
 * @param kind the kind of block
 * @param description the use of the block in words, for example "block bitmap of group 3"
 * @param block the block; for an inode, the block of the inode table
 * @param byteOffset the offset of {@code bytes} in the block; 0 if the whole block was asked for
 * @param bytes the bytes, in a read-only buffer from position 0 to the limit
 * @param structures the structures in the order of their offsets; empty for content
 * @param problems the contradictions that concern no single structure
 */
public record StructureDump(
    Kind kind,
    String description,
    long block,
    int byteOffset,
    ByteBuffer bytes,
    List<DumpedStructure> structures,
    List<String> problems) {

  /** The kinds of structure. */
  public enum Kind {
    BOOT_BLOCK,
    SUPERBLOCK,
    BACKUP_SUPERBLOCK,
    GROUP_DESCRIPTORS,
    BACKUP_GROUP_DESCRIPTORS,
    RESERVED_GROUP_DESCRIPTORS,
    GROUP_DESCRIPTOR,
    BLOCK_BITMAP,
    INODE_BITMAP,
    INODE_TABLE,
    INODE,
    EXTENT_NODE,
    INDIRECT_BLOCK,
    DIRECTORY_BLOCK,
    HASH_TREE_ROOT,
    HASH_TREE_NODE,
    XATTR_BLOCK,
    JOURNAL_SUPERBLOCK,
    JOURNAL_DESCRIPTOR,
    JOURNAL_COMMIT,
    JOURNAL_REVOKE,
    /** A block of the journal without a header: a logged block, or a block that was never used. */
    JOURNAL_DATA,
    /** A block of the area for fast commits. */
    JOURNAL_FAST_COMMIT,
    ORPHAN_BLOCK,
    CONTENT,
    /** A block whose owner was not found. */
    UNKNOWN
  }

  /** Makes the buffer read-only, and copies the lists. */
  public StructureDump {
    bytes = bytes.asReadOnlyBuffer();
    structures = List.copyOf(structures);
    problems = List.copyOf(problems);
  }

  /** Returns a buffer over the bytes with its own position. */
  @Override
  public ByteBuffer bytes() {
    return bytes.duplicate();
  }

  /** Returns the name of the kind for machine-readable output, for example "block_bitmap". */
  public String kindName() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
