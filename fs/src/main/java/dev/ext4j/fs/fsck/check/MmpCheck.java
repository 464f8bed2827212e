package dev.ext4j.fs.fsck.check;

import dev.ext4j.fs.format.Crc32c;
import dev.ext4j.fs.format.Geometry;
import dev.ext4j.fs.format.IncompatFeature;
import dev.ext4j.fs.fsck.Problem;
import dev.ext4j.fs.fsck.ProblemCode;
import dev.ext4j.fs.fsck.state.BlockClaims;
import dev.ext4j.fs.fsck.state.CheckedImage;
import dev.ext4j.fs.fsck.state.FsckState;
import dev.ext4j.fs.fsck.state.ProblemLog;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The check of the block of multi-mount protection ({@code struct mmp_struct}). */
final class MmpCheck {
  private static final int MAGIC = 0x004D4D50;
  private static final int CHECKSUM_OFFSET = 1020;

  private final CheckedImage image;
  private final BlockClaims claims;
  private final ProblemLog log;

  MmpCheck(FsckState state) {
    this.image = state.image();
    this.claims = state.claims();
    this.log = state.log();
  }

  void run() throws IOException {
    Geometry geometry = image.geometry();
    long block = image.superblock().mmpBlock();
    if (!geometry.features().has(IncompatFeature.MMP)) {
      return;
    }
    if (!image.contains(block, 1)) {
      log.add(Problem.of(ProblemCode.MMP_BLOCK).block(block));
      return;
    }
    claims.claim(block, 1);
    ByteBuffer bytes = CheckedImage.buffer(geometry.blockSize());
    image.readBlock(block, bytes);
    if (bytes.getInt(0) != MAGIC) {
      log.add(
          Problem.of(ProblemCode.MMP_MAGIC)
              .block(block)
              .found(bytes.getInt(0) & 0xFFFFFFFFL)
              .expected(MAGIC));
    } else if (geometry.hasMetadataChecksums()
        && bytes.getInt(CHECKSUM_OFFSET)
            != Crc32c.from(geometry.checksumSeed()).add(bytes, 0, CHECKSUM_OFFSET).value()) {
      log.add(Problem.of(ProblemCode.MMP_CHECKSUM).block(block));
    }
  }
}
