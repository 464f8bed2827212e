package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import dev.ext4j.fs.error.CorruptionException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A cursor over extended attributes ({@code struct ext4_xattr_entry}). The attributes are in an
 * inode after its fixed fields, or in an attribute block.
 */
public final class XattrEntries {
  static final Field.U8 E_NAME_LEN = new Field.U8("e_name_len", 0x0);
  static final Field.U8 E_NAME_INDEX = new Field.U8("e_name_index", 0x1);
  static final Field.U16 E_VALUE_OFFS = new Field.U16("e_value_offs", 0x2);
  static final Field.U32 E_VALUE_INUM = new Field.U32("e_value_inum", 0x4);
  static final Field.U32 E_VALUE_SIZE = new Field.U32("e_value_size", 0x8);
  static final Field.U32 E_HASH = new Field.U32("e_hash", 0xC);
  static final Field.Layout LAYOUT =
      new Field.Layout(
          "ext4_xattr_entry",
          16,
          List.of(E_NAME_LEN, E_NAME_INDEX, E_VALUE_OFFS, E_VALUE_INUM, E_VALUE_SIZE, E_HASH));

  private static final int MAGIC = (int) XattrBlock.MAGIC;
  private static final int ENTRY_SIZE = 16;
  private static final int INODE_HEADER_SIZE = 4; // struct ext4_xattr_ibody_header

  private final ByteBuffer bytes;
  private final int valueBase;
  private final String where;
  private int position = -1;
  private int next;

  private XattrEntries(ByteBuffer bytes, int first, int valueBase, String where) {
    this.bytes = bytes;
    this.next = first;
    this.valueBase = valueBase;
    this.where = where;
  }

  /**
   * Returns a cursor over the attributes inside an inode. It has no attributes if the area does not
   * begin with the magic number.
   */
  public static XattrEntries inInode(ByteBuffer extraArea, String where) {
    if (extraArea.capacity() < INODE_HEADER_SIZE || extraArea.getInt(0) != MAGIC) {
      return new XattrEntries(ByteBuffer.allocate(0), 0, 0, where);
    }
    return new XattrEntries(extraArea, INODE_HEADER_SIZE, INODE_HEADER_SIZE, where);
  }

  /**
   * Returns a cursor over the attributes in an attribute block.
   *
   * @throws CorruptionException with XATTR, if the block is not an attribute block; with
   *     XATTR_CHECKSUM, if its checksum does not match
   */
  public static XattrEntries inBlock(
      ByteBuffer block, Geometry geometry, long blockNumber, String where)
      throws CorruptionException {
    XattrBlock.of(block, geometry, blockNumber, where);
    return new XattrEntries(block, XattrBlock.LAYOUT.size(), 0, where);
  }

  /**
   * Moves to the next attribute.
   *
   * @return false after the last attribute
   * @throws CorruptionException with XATTR, if an entry or its value is not inside its area
   */
  public boolean next() throws CorruptionException {
    if (next + 4 > bytes.capacity() || bytes.getInt(next) == 0) {
      return false;
    }
    position = next;
    if (position + ENTRY_SIZE > bytes.capacity()) {
      throw corrupt("a cut-off entry");
    }
    next = position + (ENTRY_SIZE + nameLength() + 3 & ~3);
    if (next > bytes.capacity()) {
      throw corrupt("a name longer than its room");
    }
    if (valueInode() == 0
        && valueSize() != 0
        && (valueSize() > bytes.capacity()
            || (valueOffset() < next - valueBase && valueOffset() + valueBase < next)
            || valueOffset() + valueBase + valueSize() > bytes.capacity())) {
      throw corrupt("a value outside its room");
    }
    return true;
  }

  /** Returns the index of the name space ({@code e_name_index}), see {@link XattrNameSpace}. */
  public int nameIndex() {
    return bytes.get(position + E_NAME_INDEX.offset()) & 0xFF;
  }

  /** Returns the name without its prefix. */
  public String name() {
    return new String(nameBytes(), StandardCharsets.UTF_8);
  }

  /** Returns the bytes of the name without its prefix. */
  public byte[] nameBytes() {
    byte[] name = new byte[nameLength()];
    bytes.get(position + ENTRY_SIZE, name);
    return name;
  }

  /** Returns the length of the value in bytes. */
  public long valueSize() {
    return E_VALUE_SIZE.get(bytes, position);
  }

  /**
   * Returns the inode that holds the value (feature ea_inode), or 0 if the value is in the area.
   */
  public long valueInode() {
    return E_VALUE_INUM.get(bytes, position);
  }

  /** Returns the value of an attribute whose value is in the area. */
  public ByteBuffer value() {
    if (valueSize() == 0) {
      return ByteBuffer.allocate(0).order(bytes.order()); // the offset has no meaning here
    }
    return bytes.slice((int) valueOffset() + valueBase, (int) valueSize()).order(bytes.order());
  }

  /**
   * Removes the entry and the value of the current attribute from an inode's area. The other values
   * stay packed at the end of the area, as the kernel keeps them.
   *
   * @throws CorruptionException with XATTR, if any attribute of the area is damaged; in that case
   *     nothing has been changed
   */
  public void removeFromInode() throws CorruptionException {
    verifyAll();
    int end = entryEnd(position);
    // This is read before the entry changes, because an entry without a name could then look like
    // the end of the entries.
    int last = entriesEnd();
    if (hasValueHere(position)) {
      cutValue(0);
    }
    byte[] entries = new byte[last - end];
    bytes.get(end, entries);
    bytes.put(position, entries);
    fill(position + entries.length, last);
    if (position + entries.length == INODE_HEADER_SIZE) {
      bytes.putInt(0, 0); // no attribute is left, so the header is removed, too
    }
  }

  /**
   * Returns the largest size in bytes that the value of the current attribute can have in the
   * inode's area. It is a multiple of 4. As in the kernel, four bytes stay free after the entries.
   *
   * @throws CorruptionException with XATTR, if any attribute of the area is damaged
   */
  public int largestValueInInode() throws CorruptionException {
    int own = valueInode() == 0 ? (int) valueSize() + 3 & ~3 : 0;
    return freeBytes() + own & ~3;
  }

  /**
   * Gives a value of zeros to the current attribute, which has no value yet.
   *
   * @param byteCount the size of the value, at most {@link #largestValueInInode}
   */
  public void fillInInode(int byteCount) throws CorruptionException {
    if (valueSize() != 0 || byteCount > largestValueInInode()) {
      throw new IllegalStateException("no room for a value of " + byteCount + " bytes");
    }
    int room = byteCount + 3 & ~3;
    int start = lowestValue() - room;
    fill(start, start + room);
    E_VALUE_OFFS.set(bytes, position, start - valueBase);
    E_VALUE_SIZE.set(bytes, position, byteCount);
    E_HASH.set(bytes, position, 0); // attributes in inodes need no hash
  }

  /**
   * Adds an attribute without a value to an inode's area.
   *
   * @return false if there is no room
   * @throws CorruptionException with XATTR, if any attribute of the area is damaged
   */
  public static boolean addToInode(ByteBuffer extraArea, int nameIndex, String name, String where)
      throws CorruptionException {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    int size = ENTRY_SIZE + nameBytes.length + 3 & ~3;
    boolean empty = extraArea.capacity() < INODE_HEADER_SIZE || extraArea.getInt(0) != MAGIC;
    if (empty && extraArea.capacity() < INODE_HEADER_SIZE + size + 4) {
      return false;
    }
    if (empty) {
      for (int i = 0; i < extraArea.capacity(); i++) {
        extraArea.put(i, (byte) 0);
      }
      extraArea.putInt(0, MAGIC);
    }
    XattrEntries all = inInode(extraArea, where);
    if (all.freeBytes() < size) {
      return false;
    }
    int at = all.entriesEnd();
    all.fill(at, at + size + 4);
    extraArea.put(at + E_NAME_LEN.offset(), (byte) nameBytes.length);
    extraArea.put(at + E_NAME_INDEX.offset(), (byte) nameIndex);
    extraArea.put(at + ENTRY_SIZE, nameBytes);
    return true;
  }

  private int freeBytes() throws CorruptionException {
    verifyAll();
    return Math.max(0, lowestValue() - entriesEnd() - 4);
  }

  /**
   * Shortens the value of the current attribute in an inode's area to its first bytes. The values
   * stay packed at the end of the area. Nothing changes if the value is not longer than {@code
   * size} or is in another inode.
   *
   * @param size the number of bytes to keep
   * @throws CorruptionException with XATTR, if any attribute of the area is damaged; in that case
   *     nothing has been changed
   */
  public void shortenInInode(int size) throws CorruptionException {
    verifyAll();
    if (size >= valueSize() || valueInode() != 0) {
      return;
    }
    cutValue(size);
    E_HASH.set(bytes, position, 0); // as in the kernel, where attributes in inodes have no hash
  }

  /**
   * Shortens the value of the current attribute. Moves this value and the values below it up by the
   * number of bytes that become free.
   */
  private void cutValue(int size) {
    int start = (int) valueOffset() + valueBase;
    int oldRoom = (int) valueSize() + 3 & ~3;
    int room = size + 3 & ~3;
    int gap = oldRoom - room;
    fill(start + size, Math.min(start + oldRoom, bytes.capacity()));
    int lowest = lowestValue();
    byte[] moved = new byte[start + room - lowest];
    bytes.get(lowest, moved);
    bytes.put(lowest + gap, moved);
    fill(lowest, lowest + gap);
    int last = entriesEnd();
    for (int at = INODE_HEADER_SIZE; at < last; at = entryEnd(at)) {
      int offset = E_VALUE_OFFS.get(bytes, at);
      if (hasValueHere(at) && offset + valueBase <= start) {
        E_VALUE_OFFS.set(bytes, at, offset + gap);
      }
    }
    E_VALUE_SIZE.set(bytes, position, size);
    if (size == 0) {
      E_VALUE_OFFS.set(bytes, position, 0);
    }
  }

  private int lowestValue() {
    int lowest = bytes.capacity();
    int last = entriesEnd();
    for (int at = INODE_HEADER_SIZE; at < last; at = entryEnd(at)) {
      if (hasValueHere(at)) {
        lowest = Math.min(lowest, E_VALUE_OFFS.get(bytes, at) + valueBase);
      }
    }
    return lowest;
  }

  /**
   * Returns the offset after the last entry of an inode's area. The caller has called {@link
   * #verifyAll}.
   */
  private int entriesEnd() {
    int at = INODE_HEADER_SIZE;
    while (at + 4 <= bytes.capacity() && bytes.getInt(at) != 0) {
      at = entryEnd(at);
    }
    return at;
  }

  private int entryEnd(int at) {
    return at + (ENTRY_SIZE + (bytes.get(at) & 0xFF) + 3 & ~3);
  }

  private boolean hasValueHere(int at) {
    return E_VALUE_SIZE.get(bytes, at) != 0 && E_VALUE_INUM.get(bytes, at) == 0;
  }

  /**
   * Checks that all values, with their padding, are after the entries and inside the area. The
   * kernel makes the same check.
   */
  private void verifyAll() throws CorruptionException {
    XattrEntries all = inInode(bytes, where);
    while (all.next()) {}
    int entriesEnd = all.next;
    all = inInode(bytes, where);
    while (all.next()) {
      long start = all.valueOffset() + valueBase;
      long room = all.valueSize() + 3 & ~3L;
      if (all.valueInode() == 0
          && all.valueSize() != 0
          && (start < entriesEnd || start + room > bytes.capacity())) {
        throw all.corrupt("a value outside its room");
      }
    }
  }

  private void fill(int from, int to) {
    for (int i = from; i < to; i++) {
      bytes.put(i, (byte) 0);
    }
  }

  private int nameLength() {
    return bytes.get(position) & 0xFF;
  }

  private long valueOffset() {
    return E_VALUE_OFFS.get(bytes, position);
  }

  private CorruptionException corrupt(String what) {
    return new CorruptionException(Kind.XATTR, where + ": " + what + " at byte " + position);
  }
}
