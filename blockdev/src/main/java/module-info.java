/** Block devices: image files, disks, partitions of them, and devices in memory. */
module dev.ext4j.blockdev {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  // jnr-ffi generates classes with ASM. It is not a module itself, so it cannot require ASM.
  requires org.objectweb.asm;
  requires org.objectweb.asm.commons;
  requires org.objectweb.asm.util;
  requires org.jnrproject.constants;
  requires org.jnrproject.ffi;
  requires org.jnrproject.posix;

  exports dev.ext4j.blockdev;
  exports dev.ext4j.blockdev.memory;
  exports dev.ext4j.blockdev.open;
  exports dev.ext4j.blockdev.partition;
  exports dev.ext4j.blockdev.posix;
}
