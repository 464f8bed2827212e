package dev.ext4j.fs.xattr;

import dev.ext4j.fs.cache.BlockCache;
import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import dev.ext4j.fs.extent.ExtentTree;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.StoredAcl;
import dev.ext4j.fs.format.XattrEntries;
import dev.ext4j.fs.format.XattrNameSpace;
import dev.ext4j.fs.inode.Inode;
import dev.ext4j.fs.inode.InodeTable;
import dev.ext4j.fs.model.Acl;
import dev.ext4j.fs.model.FileFlag;
import dev.ext4j.fs.model.Mapping;
import dev.ext4j.fs.model.MappingVisitor.State;
import dev.ext4j.fs.model.XattrName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader of the extended attributes of an inode. It reads the attributes inside the inode, then
 * those in the attribute block. As in the kernel, it leaves out attributes that only the file
 * system itself uses (inline data, encryption). The caller holds the inode lock, at least shared.
 */
public final class AttributeReader {
  private static final long LARGEST_VALUE = 64 << 10; // XATTR_SIZE_MAX

  private final Inode inode;
  private final Geometry geometry;
  private final BlockCache cache;
  private final InodeTable inodes;

  /** Creates a reader for the attributes of an inode, which may have none. Nothing is read yet. */
  public AttributeReader(Inode inode, Geometry geometry, BlockCache cache, InodeTable inodes) {
    this.inode = inode;
    this.geometry = geometry;
    this.cache = cache;
    this.inodes = inodes;
  }

  /**
   * Returns the names of all attributes, in the order in which they are stored.
   *
   * @throws CorruptionException with XATTR, XATTR_CHECKSUM or BLOCK_OUT_OF_RANGE if the attributes
   *     are damaged
   */
  public List<XattrName> names() throws IOException {
    List<XattrName> names = new ArrayList<>();
    for (XattrEntries entries : areas()) {
      while (entries.next()) {
        byte[] name = nameOf(entries);
        if (name != null) {
          names.add(XattrName.of(name));
        }
      }
    }
    return names;
  }

  /**
   * Returns the value of an attribute, or null if there is none of that name. The value of an
   * access control list is in the format that programs receive from the kernel.
   *
   * @throws CorruptionException as {@link #names}; with XATTR also if the inode that holds the
   *     value is damaged
   */
  public byte @Nullable [] value(XattrName wanted) throws IOException {
    byte[] wantedBytes = wanted.bytes();
    for (XattrEntries entries : areas()) {
      while (entries.next()) {
        if (Arrays.equals(nameOf(entries), wantedBytes)) {
          byte[] value = valueOf(entries);
          XattrNameSpace space = XattrNameSpace.of(entries.nameIndex());
          return space != null && space.isAcl() ? StoredAcl.toXattr(acl(value)) : value;
        }
      }
    }
    return null;
  }

  /** Returns the access control list of a kind, or {@link Acl#NONE} if there is none. */
  public Acl acl(Acl.Kind kind) throws IOException {
    XattrNameSpace space =
        kind == Acl.Kind.ACCESS
            ? XattrNameSpace.POSIX_ACL_ACCESS
            : XattrNameSpace.POSIX_ACL_DEFAULT;
    int index = space.index();
    for (XattrEntries entries : areas()) {
      while (entries.next()) {
        if (entries.nameIndex() == index) {
          return acl(valueOf(entries));
        }
      }
    }
    return Acl.NONE;
  }

  private Acl acl(byte[] value) throws CorruptionException {
    return StoredAcl.parse(ByteBuffer.wrap(value), inode.toString());
  }

  private List<XattrEntries> areas() throws IOException {
    XattrEntries inside = XattrEntries.inInode(inode.fields().extraArea(), inode.toString());
    long number = inode.fields().xattrBlock();
    if (number == 0) {
      return List.of(inside);
    }
    if (!geometry.containsBlocks(number, 1)) {
      throw new CorruptionException(
          Kind.BLOCK_OUT_OF_RANGE, inode + ": its block of attributes is " + number);
    }
    ByteBuffer block = cache.get(number).bytes();
    return List.of(inside, XattrEntries.inBlock(block, geometry, number, inode.toString()));
  }

  /** Returns the whole name of an attribute, or null if programs cannot read the attribute. */
  private static byte @Nullable [] nameOf(XattrEntries entries) {
    XattrNameSpace space = XattrNameSpace.of(entries.nameIndex());
    if (space == null || !space.isReadable()) {
      return null;
    }
    byte[] first = space.prefix().getBytes(StandardCharsets.US_ASCII);
    byte[] rest = entries.nameBytes();
    byte[] name = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, name, first.length, rest.length);
    return name;
  }

  private byte[] valueOf(XattrEntries entries) throws IOException {
    long size = entries.valueSize();
    if (size > LARGEST_VALUE) {
      throw corrupt("a value of " + size + " bytes");
    }
    if (entries.valueInode() != 0) {
      return valueIn(entries.valueInode(), (int) size);
    }
    byte[] value = new byte[(int) size];
    entries.value().get(0, value);
    return value;
  }

  /** Reads the value that is the content of another inode (the feature ea_inode). */
  private byte[] valueIn(long number, int size) throws IOException {
    if (number < geometry.firstInode() || number == inode.inodeNumber()) {
      throw corrupt("a value in inode " + number);
    }
    Inode holder = inodes.get(number);
    if (!holder.has(FileFlag.EA_INODE) || holder.size() != size) {
      throw corrupt("inode " + number + " does not hold its value");
    }
    ExtentTree tree = new ExtentTree(holder, geometry, cache);
    byte[] value = new byte[size];
    for (int at = 0; at < size; at += geometry.blockSize()) {
      Mapping run = tree.lookup(at >>> geometry.blockSizeBits());
      if (run.state() != State.WRITTEN) {
        throw corrupt("the value in inode " + number + " has a hole");
      }
      ByteBuffer block = cache.get(run.physicalBlock()).bytes();
      block.get(0, value, at, Math.min(geometry.blockSize(), size - at));
    }
    return value;
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.XATTR, inode + ": " + what);
  }
}
