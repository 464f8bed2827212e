/** Block devices: image files, disks, partitions of them, and devices in memory. */
module dev.ext4j.blockdev {
  requires static com.google.errorprone.annotations;
  requires static org.jspecify;
  // jnr-ffi makes its classes with ASM, but is no module itself and cannot ask for it.
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
