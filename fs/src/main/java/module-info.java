/** ext2, ext3 and ext4 file systems on block devices. */
module dev.ext4j.fs {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  requires transitive dev.ext4j.blockdev;

  exports dev.ext4j.fs;
  exports dev.ext4j.fs.demo;
  exports dev.ext4j.fs.error;
  exports dev.ext4j.fs.fsck;
  exports dev.ext4j.fs.inspect;
  exports dev.ext4j.fs.model;
}
