package dev.ext4j.blockdev.posix;

import dev.ext4j.blockdev.DeviceBusyException;
import dev.ext4j.blockdev.DeviceException;
import dev.ext4j.blockdev.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a device that is opened for writing. They refuse a device that another program
 * writes to, or whose content a kernel caches.
 *
 * <p>A block device is opened with O_EXCL. The kernel gives O_EXCL to one holder at a time, in all
 * mount namespaces. Mounts, swap and device mapper are holders too. The tables of procfs and sysfs
 * serve only to name the holder in the message. For an image file O_EXCL has no effect. It is
 * therefore locked, and every loop device over it is checked. If one of the loop devices can write,
 * the image is refused even if that loop device is not in use. The page cache of the loop device
 * would become stale and could be written back later.
 */
final class WriteGuard {
  private static final Path SYSFS = Path.of("/sys");
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");
  private static final Path SWAPS = Path.of("/proc/swaps");

  private final String path;
  private @Nullable MountTable mounts;
  private final SwapTable swaps;

  private WriteGuard(String path) throws IOException {
    this.path = path;
    this.swaps = SwapTable.read(SWAPS);
  }

  /**
   * Opens a device or an image for reading and writing. On a regular file O_EXCL without O_CREAT
   * has no effect.
   */
  static Descriptor openExclusively(String path, int extraFlags) throws IOException {
    try {
      return Descriptor.open(path, OpenFlag.O_RDWR | OpenFlag.O_EXCL | extraFlags, 0);
    } catch (DeviceException e) {
      // ETXTBSY means that the file is a swap area or a running program.
      if (e.errno() != Errno.EBUSY.number() && e.errno() != Errno.ETXTBSY.number()) {
        throw e;
      }
      Optional<FileStatus> status = FileStatus.ofPath(path);
      if (status.isPresent()) {
        new WriteGuard(path).refuseUsed(status.get());
      }
      DeviceBusyException busy =
          new DeviceBusyException(path, "the kernel or another program holds it");
      busy.initCause(e);
      throw busy;
    }
  }

  /** Checks an open device or image, and locks an image as long as {@code descriptor} is open. */
  static void claim(Descriptor descriptor, FileStatus status) throws IOException {
    if (status.isBlockDevice()) {
      if (BlockDeviceQueries.readOnly(descriptor)) {
        throw Descriptor.failure(
            descriptor.path(),
            "open it for writing",
            DeviceException.NO_OFFSET,
            Errno.EROFS.number());
      }
    } else {
      ImageLock.take(descriptor, status);
    }
    new WriteGuard(descriptor.path()).refuseUsed(status);
  }

  /**
   * Returns what another program or the kernel does with a device or image that makes its content
   * change under a reader, as a clause. Returns empty if nothing is known. Takes no lock.
   */
  static Optional<String> useOf(String path) throws IOException {
    Optional<FileStatus> status = FileStatus.ofPath(path);
    if (status.isEmpty()) {
      return Optional.empty();
    }
    try {
      new WriteGuard(path).refuseUsed(status.get());
    } catch (DeviceBusyException e) {
      return Optional.of(e.reason());
    }
    if (status.get().isBlockDevice()) {
      return Optional.empty(); // a look with O_EXCL would disturb a program that opens the device
    }
    return LockHolders.writerOf(status.get()).map(holder -> holder + " has locked it for writing");
  }

  private void refuseUsed(FileStatus status) throws IOException {
    if (status.isBlockDevice()) {
      refuseUsedDevice(status);
    } else {
      refuseUsedImage(status);
    }
  }

  private void refuseUsedDevice(FileStatus status) throws IOException {
    Optional<BlockNode> node = BlockNode.of(SYSFS, DeviceNumber.of(status.nodeNumber()));
    if (node.isPresent()) {
      refuseUsedNode(node.get(), "it");
      refuseLockedBackingFile(node.get().wholeDisk());
      refuseOverlappingLoop(node.get());
    }
  }

  private void refuseUsedImage(FileStatus image) throws IOException {
    if (swaps.containsFile(image)) {
      throw busy("the kernel swaps to it");
    }
    for (LoopDevice loop : LoopDevice.over(image, SYSFS)) {
      refuseUsedLoop(loop);
    }
  }

  private void refuseUsedLoop(LoopDevice loop) throws IOException {
    String device = loop.node().devicePath();
    refuseUsedNode(loop.node(), "loop device " + device + " over it");
    if (!loop.readOnly()) {
      throw busy("it is attached to " + device + " for writing (losetup -d " + device + ")");
    }
    if (isHeldExclusively(device)) {
      throw busy("the kernel or another program holds loop device " + device + " over it");
    }
  }

  /**
   * Refuses a loop device if another loop device over the same bytes of the same file is in use or
   * writable. The other loop device caches bytes that a write to this one would change.
   */
  private void refuseOverlappingLoop(BlockNode node) throws IOException {
    Optional<FileStatus> backingFile = backingFileOf(node);
    if (backingFile.isEmpty()) {
      return;
    }
    List<LoopDevice> loops = LoopDevice.over(backingFile.get(), SYSFS);
    for (LoopDevice own : loops) {
      if (own.isAt(node)) {
        for (LoopDevice other : loops) {
          if (!other.isAt(node) && other.overlaps(own)) {
            refuseUsedLoop(other);
          }
        }
      }
    }
  }

  /**
   * Refuses a loop device whose image is locked. The lock on an image also protects it against
   * writes through a loop device that was attached later.
   */
  private void refuseLockedBackingFile(BlockNode node) throws IOException {
    if (backingFileOf(node).isEmpty()) {
      return; // not a loop device, or its file cannot be reached from here
    }
    String file = node.attribute("loop/backing_file");
    Descriptor image = Descriptor.open(file, OpenFlag.O_RDONLY, 0);
    try {
      if (ImageLock.isTaken(image)) {
        throw busy("another program has locked " + file + ", which lies below it");
      }
    } finally {
      image.close();
    }
  }

  private static Optional<FileStatus> backingFileOf(BlockNode node) {
    try {
      return FileStatus.ofPath(node.attribute("loop/backing_file"));
    } catch (IOException e) {
      return Optional.empty(); // not a loop device
    }
  }

  /**
   * Refuses a node that is mounted, used for swap, or has other devices built on it. {@code
   * subject} is the name of the node in the message.
   */
  private void refuseUsedNode(BlockNode node, String subject) throws IOException {
    for (BlockNode dependent : node.dependents()) {
      String name =
          dependent.number().equals(node.number())
              ? subject
              : dependent.devicePath() + " on " + subject;
      Optional<String> mountPoint = mounts().mountPointOf(dependent.number());
      if (mountPoint.isPresent()) {
        throw busy(name + " is mounted on " + mountPoint.get());
      }
      if (swaps.contains(dependent.number())) {
        throw busy("the kernel swaps to " + name);
      }
    }
    // This check comes last because a mount point is more useful in the message than the name of
    // the device mapper node that is mounted.
    for (BlockNode dependent : node.dependents()) {
      List<BlockNode> holders = dependent.holders();
      if (!holders.isEmpty()) {
        throw busy(holders.get(0).devicePath() + " is built on " + subject);
      }
    }
  }

  /** Returns the mounts. Most image files have no loop device, so the table is rarely read. */
  private MountTable mounts() throws IOException {
    MountTable known = mounts;
    if (known == null) {
      known = MountTable.read(MOUNTINFO);
      mounts = known;
    }
    return known;
  }

  /**
   * Returns whether the device is held exclusively. A mount in another mount namespace is in none
   * of the tables, but it holds the device too.
   */
  private static boolean isHeldExclusively(String devicePath) throws DeviceException {
    try {
      Descriptor.open(devicePath, OpenFlag.O_RDONLY | OpenFlag.O_EXCL, 0).close();
      return false;
    } catch (DeviceException e) {
      return e.errno() == Errno.EBUSY.number();
    }
  }

  private DeviceBusyException busy(String reason) {
    return new DeviceBusyException(path, reason);
  }
}
