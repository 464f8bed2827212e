package dev.ext4j.fs.format;

import dev.ext4j.fs.error.CorruptionException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one block of a directory, or of a part of an inline directory, for changing. The
 * records always fill the area; what is free is the slack behind names and records that name inode
 * 0. The caller declares the block before and seals it after a change.
 */
public final class DirectoryEntries {
  private static final int HEADER_SIZE = 8;
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};

  private final ByteBuffer area;
  private final boolean typed;
  private final String where;

  /**
   * The entries in an area.
   *
   * @param area little-endian, without the tail that holds a block's checksum
   * @param typed whether entries have a type (the feature filetype)
   * @param where what to call the area in a message
   */
  public DirectoryEntries(ByteBuffer area, boolean typed, String where) {
    this.area = area;
    this.typed = typed;
    this.where = where;
  }

  /** Bytes that an entry takes at least. */
  public static int recordSize(int nameLength) {
    return HEADER_SIZE + nameLength + 3 & ~3;
  }

  /** Makes all of an area one unused record. */
  public static void clear(ByteBuffer area) {
    for (int i = 0; i < area.capacity(); i++) {
      area.put(i, (byte) 0);
    }
    DirectoryBlock.setRecordLength(area, 0, area.capacity());
  }

  /** An entry as a caller may want to look at it. */
  public interface Visitor {
    /**
     * Is told of an entry in use.
     *
     * @param byteOffset where the record begins within the area
     */
    void entry(int byteOffset, int recordLength, byte[] name);
  }

  /** Shows all entries in use. */
  public void visit(Visitor visitor) throws CorruptionException {
    DirectoryBlock record = records();
    while (record.next()) {
      visitor.entry(record.position(), record.recordLength(), record.name());
    }
  }

  /** Inode that a name stands for, 0 if there is no such name. */
  public long find(byte[] name) throws CorruptionException {
    DirectoryBlock record = records();
    while (record.next()) {
      if (record.isNamed(name)) {
        return record.inodeNumber();
      }
    }
    return 0;
  }

  /** Whether there is room for one more entry. */
  public boolean hasRoomFor(byte[] name) throws CorruptionException {
    return findRoom(recordSize(name.length)) != null;
  }

  /**
   * Adds an entry in the first place that is large enough.
   *
   * @return false if there is none
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
   * Adds the entries of another area, as far as there is room.
   *
   * @return whether there was enough
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
    // Without filetype this byte is the upper half of the name's length.
    area.put(position + DirectoryBlock.FILE_TYPE.offset(), (byte) (typed ? typeCode : 0));
    area.put(position + HEADER_SIZE, name);
  }

  /**
   * Removes an entry: its record goes to the one before it, or stays as an unused one at the start
   * of the area. The name is wiped, as Linux does since 5.13.
   *
   * @return inode that it named, 0 if there was no such entry
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

  /** Makes the area hold the entries that every directory in blocks begins with, and no others. */
  public void putSelfAndParent(long self, long parent, int typeCode) {
    clear(area);
    put(0, recordSize(SELF.length), SELF, self, typeCode);
    int position = recordSize(SELF.length);
    put(position, area.capacity() - position, PARENT, parent, typeCode);
  }

  /**
   * Where the entries behind the one of the parent begin.
   *
   * @throws CorruptionException DIRECTORY if the area does not begin with the entries that every
   *     first block begins with
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

  /** Byte offsets of the records in use from an offset on, at which a record begins. */
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
   * Writes entries of another area one behind the other; what is left over belongs to the last.
   *
   * @param source content of an area of the same file system, not this one
   * @param positions where the records begin in it
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

  /** A copy of the area, fit to be a source. */
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
