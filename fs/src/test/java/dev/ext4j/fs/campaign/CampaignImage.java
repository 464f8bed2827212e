package dev.ext4j.fs.campaign;

import dev.ext4j.blockdev.memory.MemoryBlockDevice;
import dev.ext4j.fs.Judge;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.MetadataPiece;
import dev.ext4j.fs.format.MetadataPiece.Kind;
import dev.ext4j.fs.format.MetadataScan;
import dev.ext4j.fs.format.SuperblockView;
import dev.ext4j.testimages.DamageSites;
import dev.ext4j.testimages.DamageSites.Site;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A sound image in memory, with the places of its structures and their fields. Mutants only read
 * it.
 *
 * @param name the name for messages, by which a mutant can be run again
 * @param base the image
 * @param geometry the geometry of its file system
 * @param pieces the structures, by byte offset
 * @param byKind the structures, grouped by kind
 * @param sites the fields of known structures, grouped by structure
 */
record CampaignImage(
    String name,
    MemoryBlockDevice base,
    Geometry geometry,
    NavigableMap<Long, MetadataPiece> pieces,
    List<List<MetadataPiece>> byKind,
    List<List<Site>> sites) {

  /** Reads the image from a file. */
  static CampaignImage of(String name, Path file) throws IOException {
    MemoryBlockDevice base = Judge.loadExactly(file);
    ByteBuffer superblock = ByteBuffer.allocate(SuperblockView.SIZE);
    base.readFully(SuperblockView.PRIMARY_BYTE_OFFSET, superblock);
    Geometry geometry = Geometry.of(SuperblockView.of(superblock.flip()));
    NavigableMap<Long, MetadataPiece> pieces = new TreeMap<>();
    for (MetadataPiece piece : MetadataScan.of(base)) {
      pieces.put(piece.byteOffset(), piece);
    }
    for (MetadataPiece piece : MorePieces.of(base)) {
      pieces.put(piece.byteOffset(), piece);
    }
    Map<Kind, List<MetadataPiece>> byKind = new TreeMap<>();
    for (MetadataPiece piece : pieces.values()) {
      byKind.computeIfAbsent(piece.kind(), kind -> new ArrayList<>()).add(piece);
    }
    Map<String, List<Site>> sites = new TreeMap<>();
    for (Site site : DamageSites.of(file)) {
      if (site.byteOffset() >= 0 && site.byteOffset() + site.width() <= base.size()) {
        sites.computeIfAbsent(site.structure(), structure -> new ArrayList<>()).add(site);
      }
    }
    return new CampaignImage(
        name, base, geometry, pieces, List.copyOf(byKind.values()), List.copyOf(sites.values()));
  }

  /** Returns the structures of a kind, which may be none. */
  List<MetadataPiece> pieces(Kind kind) {
    return byKind.stream()
        .filter(pieces -> pieces.get(0).kind() == kind)
        .findFirst()
        .orElse(List.of());
  }

  /** Returns every field with a certain name. */
  List<Site> fields(String field) {
    return sites.stream().flatMap(List::stream).filter(site -> site.field().equals(field)).toList();
  }

  /** Returns the number of the block that holds a structure. */
  long block(MetadataPiece piece) {
    return piece.byteOffset() >> geometry.blockSizeBits();
  }

  @Override
  public String toString() {
    return name;
  }
}
