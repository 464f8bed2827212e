package dev.ext4j.fs.report.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ext4j.fs.format.Field;
import dev.ext4j.fs.format.Layouts;
import dev.ext4j.fs.inspect.DumpedField;
import dev.ext4j.fs.journal.format.JournalLayouts;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A test of the tables of fields: they leave no byte of a structure out, and show none twice. */
class FieldTablesTest {
  private static final List<Class<?>> DUMPS =
      List.of(
          SuperblockDump.class,
          GroupDescriptorDump.class,
          InodeDump.class,
          ExtentNodeDump.class,
          DirectoryDump.class,
          HashTreeNodeDump.class,
          XattrDump.class,
          OrphanBlockDump.class,
          JournalBlockDump.class);

  static Stream<Arguments> tables() throws ReflectiveOperationException {
    List<Arguments> tables = new ArrayList<>();
    for (Class<?> dump : DUMPS) {
      for (var member : dump.getDeclaredFields()) {
        if (Modifier.isStatic(member.getModifiers()) && member.getType() == FieldTable.class) {
          member.setAccessible(true);
          tables.add(Arguments.of(dump.getSimpleName() + "." + member.getName(), member.get(null)));
        }
      }
    }
    return tables.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void table_ofEveryStructure_coversItWithoutGapOrOverlap(String name, FieldTable table) {
    ByteBuffer bytes = ByteBuffer.allocate(table.size()).order(ByteOrder.LITTLE_ENDIAN);
    new Random(1).nextBytes(bytes.array());
    List<DumpedField> fields = new ArrayList<>();
    table.dump(bytes, 0, table.size(), 0, fields);
    int end = 0;
    for (DumpedField field : fields) {
      assertThat(field.byteOffset()).as("%s of %s", field.name(), name).isEqualTo(end);
      end += field.byteCount();
    }
    assertThat(end).as(name).isEqualTo(table.size());
    assertThat(fields).extracting(DumpedField::name).doesNotHaveDuplicates();
  }

  @Test
  void tables_existForEveryLayout() throws ReflectiveOperationException {
    List<String> shown = new ArrayList<>();
    tables().forEach(table -> shown.add(((FieldTable) table.get()[1]).structure()));
    List<String> layouts = new ArrayList<>();
    for (Class<?> all : List.of(Layouts.class, JournalLayouts.class)) {
      for (var member : all.getDeclaredFields()) {
        if (member.getType() == Field.Layout.class) {
          layouts.add(((Field.Layout) member.get(null)).structure());
        }
      }
    }
    assertThat(shown).containsExactlyInAnyOrderElementsOf(layouts);
  }

  @Test
  void value_ofAField_isItsBytesInTheByteOrderOfTheBuffer() {
    FieldTable table =
        new FieldTable(Layouts.HASH_TREE_COUNT, Map.of("limit", Meaning.unit("entries")));
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
    List<DumpedField> fields = new ArrayList<>();
    table.dump(bytes.order(ByteOrder.LITTLE_ENDIAN), 0, 4, 100, fields);
    table.dump(bytes.order(ByteOrder.BIG_ENDIAN), 0, 4, 0, fields);
    assertThat(fields)
        .containsExactly(
            new DumpedField("limit", 100, 2, "0x0201", "513 entries"),
            new DumpedField("count", 102, 2, "0x0403", "1027"),
            new DumpedField("limit", 0, 2, "0x0102", "258 entries"),
            new DumpedField("count", 2, 2, "0x0304", "772"));
  }

  @Test
  void dump_ofAStructureThatIsCutOff_hasTheWholeFieldsOnly() {
    FieldTable table = new FieldTable(Layouts.HASH_TREE_COUNT, Map.of());
    List<DumpedField> fields = new ArrayList<>();
    table.dump(ByteBuffer.allocate(3), 0, 4, 0, fields);
    assertThat(fields).extracting(DumpedField::name).containsExactly("limit");
  }

  @Test
  void meaning_ofAFieldThatIsNotInTheLayout_isRefused() {
    assertThatThrownBy(
            () -> new FieldTable(Layouts.HASH_TREE_COUNT, Map.of("limits", Meaning.NONE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
