package dev.ext4j.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LayoutTest {

  static Stream<Arguments> structures() {
    return Stream.of(
        Arguments.of(SuperblockFields.LAYOUT, "ext4_super_block", 1024),
        Arguments.of(GroupDescriptorFields.LAYOUT, "ext4_group_desc", 64),
        Arguments.of(InodeFields.LAYOUT, "ext4_inode", 160),
        Arguments.of(ExtentNode.HEADER_LAYOUT, "ext4_extent_header", 12),
        Arguments.of(ExtentNode.EXTENT_LAYOUT, "ext4_extent", 12),
        Arguments.of(ExtentNode.INDEX_LAYOUT, "ext4_extent_idx", 12),
        Arguments.of(DirectoryBlock.LAYOUT, "ext4_dir_entry_2", 8),
        Arguments.of(HashTreeNode.INFO_LAYOUT, "dx_root_info", 8),
        Arguments.of(HashTreeNode.COUNT_LAYOUT, "dx_countlimit", 4),
        Arguments.of(HashTreeNode.ENTRY_LAYOUT, "dx_entry", 8),
        Arguments.of(XattrEntries.LAYOUT, "ext4_xattr_entry", 16),
        Arguments.of(XattrBlock.LAYOUT, "ext4_xattr_header", 32),
        Arguments.of(OrphanBlock.LAYOUT, "ext4_orphan_block_tail", 8));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("structures")
  void fieldsOfEveryStructure_tileItWithoutGapOrOverlap(
      Field.Layout layout, String structure, int size) {
    int end = 0;
    for (Field field : layout.fields()) {
      assertThat(field.offset()).as(field.name()).isEqualTo(end);
      end += field.width();
    }
    assertThat(end).isEqualTo(size);
    assertThat(layout.size()).isEqualTo(size);
    assertThat(layout.structure()).isEqualTo(structure);
    assertThat(layout.fields()).extracting(Field::name).doesNotHaveDuplicates();
  }

  static Stream<Arguments> tables() {
    return Stream.of(
        Arguments.of(SuperblockFields.class, List.of(SuperblockFields.LAYOUT)),
        Arguments.of(GroupDescriptorFields.class, List.of(GroupDescriptorFields.LAYOUT)),
        Arguments.of(InodeFields.class, List.of(InodeFields.LAYOUT)),
        Arguments.of(
            ExtentNode.class,
            List.of(ExtentNode.HEADER_LAYOUT, ExtentNode.EXTENT_LAYOUT, ExtentNode.INDEX_LAYOUT)),
        Arguments.of(DirectoryBlock.class, List.of(DirectoryBlock.LAYOUT)),
        Arguments.of(
            HashTreeNode.class,
            List.of(
                HashTreeNode.INFO_LAYOUT, HashTreeNode.COUNT_LAYOUT, HashTreeNode.ENTRY_LAYOUT)),
        Arguments.of(XattrEntries.class, List.of(XattrEntries.LAYOUT)),
        Arguments.of(XattrBlock.class, List.of(XattrBlock.LAYOUT)),
        Arguments.of(OrphanBlock.class, List.of(OrphanBlock.LAYOUT)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tables")
  void everyFieldConstant_isInItsLayoutUnderItsOwnName(Class<?> table, List<Field.Layout> layouts)
      throws ReflectiveOperationException {
    List<Field> constants = new ArrayList<>();
    for (var member : table.getDeclaredFields()) {
      if (Modifier.isStatic(member.getModifiers())
          && Field.class.isAssignableFrom(member.getType())) {
        member.setAccessible(true);
        Field field = (Field) member.get(null);
        assertThat(field.name()).isEqualToIgnoringCase(member.getName());
        constants.add(field);
      }
    }
    List<Field> laidOut = layouts.stream().flatMap(layout -> layout.fields().stream()).toList();
    assertThat(constants).containsExactlyInAnyOrderElementsOf(laidOut);
  }

  @Test
  void aFeatureBit_belongsToOneFeatureOnly() {
    for (Feature[] word :
        List.of(CompatFeature.values(), IncompatFeature.values(), RoCompatFeature.values())) {
      assertThat(word).extracting(Feature::bit).doesNotHaveDuplicates();
      assertThat(word).extracting(Feature::label).doesNotHaveDuplicates();
      assertThat(word).allSatisfy(f -> assertThat(Long.bitCount(f.bit())).isEqualTo(1));
    }
  }
}
