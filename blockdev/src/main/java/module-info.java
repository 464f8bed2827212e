/** Block devices: image files, disks, partitions of them, and devices in memory. */
module dev.ext4j.blockdev {
  requires static transitive com.google.errorprone.annotations;
  requires static transitive org.jspecify;
  requires org.jnrproject.constants;
  requires org.jnrproject.ffi;
  requires org.jnrproject.posix;

  exports dev.ext4j.blockdev;
  exports dev.ext4j.blockdev.memory;
  exports dev.ext4j.blockdev.open;
  exports dev.ext4j.blockdev.partition;
  exports dev.ext4j.blockdev.posix;
}
