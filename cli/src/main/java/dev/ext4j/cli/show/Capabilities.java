package dev.ext4j.cli.show;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The capabilities of an executable, from the value of {@code security.capability}: {@code struct
 * vfs_cap_data} and {@code struct vfs_ns_cap_data} of include/uapi/linux/capability.h.
 */
final class Capabilities {
  private static final int REVISION_1 = 0x01000000;
  private static final int REVISION_3 = 0x03000000;
  private static final int REVISION_MASK = 0xff000000;
  private static final int EFFECTIVE = 1;

  private static final String[] NAMES = {
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore"
  };

  private final long permitted;
  private final long inheritable;
  private final boolean effective;
  private final OptionalLong rootId;

  private Capabilities(long permitted, long inheritable, boolean effective, OptionalLong rootId) {
    this.permitted = permitted;
    this.inheritable = inheritable;
    this.effective = effective;
    this.rootId = rootId;
  }

  /** Returns whether a value has the size of one of the known revisions. */
  static boolean isValid(byte[] value) {
    return value.length >= 4
        && value.length
            == byteCount(ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt(0));
  }

  private static int byteCount(int magic) {
    return switch (magic & REVISION_MASK) {
      case REVISION_1 -> 12;
      case 0x02000000 -> 20;
      case REVISION_3 -> 24;
      default -> -1;
    };
  }

  /** Returns the capabilities of a valid value. */
  static Capabilities of(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
    int magic = bytes.getInt(0);
    int revision = magic & REVISION_MASK;
    long permitted = Integer.toUnsignedLong(bytes.getInt(4));
    long inheritable = Integer.toUnsignedLong(bytes.getInt(8));
    if (revision != REVISION_1) {
      permitted |= (long) bytes.getInt(12) << 32;
      inheritable |= (long) bytes.getInt(16) << 32;
    }
    OptionalLong rootId =
        revision == REVISION_3
            ? OptionalLong.of(Integer.toUnsignedLong(bytes.getInt(20)))
            : OptionalLong.empty();
    return new Capabilities(permitted, inheritable, (magic & EFFECTIVE) != 0, rootId);
  }

  List<String> permitted() {
    return names(permitted);
  }

  List<String> inheritable() {
    return names(inheritable);
  }

  boolean isEffective() {
    return effective;
  }

  /** Returns the root user of the name space in which the capabilities count, if there is one. */
  OptionalLong rootId() {
    return rootId;
  }

  private static List<String> names(long set) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((set >>> bit & 1) != 0) {
        names.add(bit < NAMES.length ? "cap_" + NAMES[bit] : Integer.toString(bit));
      }
    }
    return names;
  }

  /** Returns the text that getcap(8) prints, for example "cap_net_raw=ep". */
  @Override
  public String toString() {
    List<String> both = new ArrayList<>(permitted());
    both.removeAll(inheritable());
    StringBuilder text = new StringBuilder();
    clause(text, both, effective ? "ep" : "p");
    List<String> shared = new ArrayList<>(permitted());
    shared.retainAll(inheritable());
    clause(text, shared, effective ? "eip" : "ip");
    List<String> only = new ArrayList<>(inheritable());
    only.removeAll(permitted());
    clause(text, only, effective ? "ei" : "i");
    if (rootId.isPresent()) {
      text.append(" [rootid=").append(rootId.getAsLong()).append(']');
    }
    return text.length() == 0 ? "=" : text.toString();
  }

  private static void clause(StringBuilder text, List<String> names, String flags) {
    if (!names.isEmpty()) {
      text.append(text.length() == 0 ? "" : " ");
      text.append(String.join(",", names)).append('=').append(flags);
    }
  }
}
