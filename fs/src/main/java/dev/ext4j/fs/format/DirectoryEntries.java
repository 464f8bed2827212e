package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one block of a directory, or of a part of an inline directory, for reading and
 * changing. The records always fill the area. Free space is the part of a record after its name, or
 * a record whose inode number is 0. The caller declares the block to its handle before a change,
 * and stores the checksum of the block after the change.
 */
public final class DirectoryEntries {
  private static final int HEADER_SIZE = 8;
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};

  private final ByteBuffer area;
  private final boolean typed;
  private final String where;

  /**
   * Creates a view of an area.
   *
   * @param area the bytes in little-endian order, without the tail that holds a block's checksum
   * @param typed whether entries contain a type, as they do with the feature filetype
   * @param where the name of the area in messages
   */
  public DirectoryEntries(ByteBuffer area, boolean typed, String where) {
    this.area = area;
    this.typed = typed;
    this.where = where;
  }

  /** Returns the smallest number of bytes that an entry needs for a name of the given length. */
  public static int recordSize(int nameLength) {
    return HEADER_SIZE + nameLength + 3 & ~3;
  }

  /** Replaces the content of the area by one unused record. */
  public static void clear(ByteBuffer area) {
    for (int i = 0; i < area.capacity(); i++) {
      area.put(i, (byte) 0);
    }
    DirectoryBlock.setRecordLength(area, 0, area.capacity());
  }

  /** A visitor of entries. */
  public interface Visitor {
    /**
     * Visits an entry in use.
     *
     * @param byteOffset the offset of the record in the area
     */
    void entry(int byteOffset, int recordLength, byte[] name);
  }

  /** Visits all entries in use. */
  public void visit(Visitor visitor) throws CorruptionException {
    DirectoryBlock record = records();
    while (record.next()) {
      visitor.entry(record.position(), record.recordLength(), record.name());
    }
  }

  /** Returns the number of the inode that a name refers to, or 0 if there is no such name. */
  public long find(byte[] name) throws CorruptionException {
    DirectoryBlock record = records();
    while (record.next()) {
      if (record.isNamed(name)) {
        return record.inodeNumber();
      }
    }
    return 0;
  }

  /** Returns whether there is room for one more entry. */
  public boolean hasRoomFor(byte[] name) throws CorruptionException {
    return findRoom(recordSize(name.length)) != null;
  }

  /**
   * Adds an entry in the first free space that is large enough.
   *
   * @return false if there is no such space
   */
  public boolean add(byte[] name, long inodeNumber, int typeCode) throws CorruptionException {
    DirectoryBlock room = findRoom(recordSize(name.length));
    if (room == null) {
      return false;
    }
    int used = usedBytes(room);
    int position = room.position() + used;
    int recordLength = room.recordLength() - used;
    if (used > 0) {
      DirectoryBlock.setRecordLength(area, room.position(), used);
    }
    put(position, recordLength, name, inodeNumber, typeCode);
    return true;
  }

  /**
   * Adds the entries of another area until there is no more room.
   *
   * @return whether all entries of the other area were added
   */
  public boolean addAll(DirectoryEntries other) throws CorruptionException {
    DirectoryBlock record = other.records();
    while (record.next()) {
      if (!add(record.name(), record.inodeNumber(), record.typeCode())) {
        return false;
      }
    }
    return true;
  }

  private @Nullable DirectoryBlock findRoom(int byteCount) throws CorruptionException {
    DirectoryBlock record = records();
    while (record.nextRecord()) {
      if (record.recordLength() - usedBytes(record) >= byteCount) {
        return record;
      }
    }
    return null;
  }

  private static int usedBytes(DirectoryBlock record) {
    return record.inodeNumber() == 0 ? 0 : recordSize(record.nameLength());
  }

  private void put(int position, int recordLength, byte[] name, long inodeNumber, int typeCode) {
    DirectoryBlock.INODE.set(area, position, inodeNumber);
    DirectoryBlock.setRecordLength(area, position, recordLength);
    area.put(position + DirectoryBlock.NAME_LEN.offset(), (byte) name.length);
    // Without filetype, this byte is the upper byte of the name's length.
    area.put(position + DirectoryBlock.FILE_TYPE.offset(), (byte) (typed ? typeCode : 0));
    area.put(position + HEADER_SIZE, name);
  }

  /**
   * Removes an entry. The record before the entry gets its space. If the entry is at the start of
   * the area, its record stays and becomes unused. The name is overwritten with zeros, as Linux
   * does since 5.13.
   *
   * @return the number of the inode that the entry referred to, or 0 if there was no such entry
   */
  public long remove(byte[] name) throws CorruptionException {
    DirectoryBlock record = records();
    int before = -1;
    while (record.nextRecord()) {
      int position = record.position();
      if (record.inodeNumber() != 0 && record.isNamed(name)) {
        long inodeNumber = record.inodeNumber();
        int end = position + record.recordLength();
        if (before >= 0) {
          DirectoryBlock.setRecordLength(area, before, end - before);
          wipe(position, end);
        } else {
          DirectoryBlock.INODE.set(area, position, 0);
          wipe(position + DirectoryBlock.NAME_LEN.offset(), end);
        }
        return inodeNumber;
      }
      before = position;
    }
    return 0;
  }

  /** Replaces the content of the area by the entries {@code .} and {@code ..}. */
  public void putSelfAndParent(long self, long parent, int typeCode) {
    clear(area);
    put(0, recordSize(SELF.length), SELF, self, typeCode);
    int position = recordSize(SELF.length);
    put(position, area.capacity() - position, PARENT, parent, typeCode);
  }

  /**
   * Returns the offset after the record of the parent ({@code ..}).
   *
   * @throws CorruptionException with DIRECTORY, if the area does not begin with the entries {@code
   *     .} and {@code ..}
   */
  public int endOfParent() throws CorruptionException {
    DirectoryBlock record = records();
    boolean sound =
        record.nextRecord()
            && record.isNamed(SELF)
            && record.recordLength() == recordSize(SELF.length)
            && record.nextRecord()
            && record.isNamed(PARENT);
    if (!sound) {
      throw record.corrupt("no entries for the directory itself and its parent");
    }
    return record.position() + record.recordLength();
  }

  /** Returns the byte offsets of the records in use that begin at or after an offset. */
  public List<Integer> usedFrom(int byteOffset) throws CorruptionException {
    List<Integer> positions = new ArrayList<>();
    visit(
        (position, recordLength, name) -> {
          if (position >= byteOffset) {
            positions.add(position);
          }
        });
    return positions;
  }

  /**
   * Replaces all entries by copies of entries of another area, without free space between them. The
   * last entry gets the space that is left.
   *
   * @param source the content of another area of the same file system
   * @param positions the offsets of the entries in {@code source}
   */
  public void replaceBy(ByteBuffer source, List<Integer> positions) {
    clear(area);
    int end = 0;
    int last = 0;
    for (int position : positions) {
      int size = recordSize(DirectoryBlock.nameLengthAt(source, position, typed));
      area.put(end, source, position, size);
      DirectoryBlock.setRecordLength(area, end, size);
      last = end;
      end += size;
    }
    DirectoryBlock.setRecordLength(area, last, area.capacity() - last);
  }

  /** Returns a copy of the area, which can be a source for {@link #replaceBy}. */
  public ByteBuffer copy() {
    ByteBuffer copy = ByteBuffer.allocate(area.capacity()).order(area.order());
    return copy.put(0, area, 0, area.capacity());
  }

  private void wipe(int from, int to) {
    for (int i = from; i < to; i++) {
      area.put(i, (byte) 0);
    }
  }

  private DirectoryBlock records() {
    return new DirectoryBlock(area, typed, where);
  }
}
