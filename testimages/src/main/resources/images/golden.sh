# What every recipe.sh starts with: ". ../golden.sh". Takes root, loop devices, e2fsprogs, util-linux and awk.
# A recipe makes image.gz, expect.fsck, expect.files and expect.maps in its own folder. Running it again gives an
# image of the same shape, not of the same bytes: the kernel writes the time and random inode generations.
set -eu
export LC_ALL=C MKE2FS_SKIP_PROGRESS=1 MKE2FS_SKIP_CHECK_MSG=1
PATH=$PATH:/usr/sbin:/sbin
HERE=$(pwd)
WORK=$(mktemp -d)
IMAGE=$WORK/image
MOUNT=$WORK/mount
mkdir "$MOUNT"
trap 'mountpoint -q "$MOUNT" && umount "$MOUNT"; rm -rf "$WORK"' EXIT

# make SIZE MKE2FS-WORDS...: formats the image and mounts it
make() {
  truncate -s "$1" "$IMAGE"
  shift
  MKE2FS_CONFIG=$HERE/../../dev/ext4j/testimages/mke2fs.conf E2FSPROGS_FAKE_TIME=1600000000 mke2fs -q -F \
    -U 5ca1ab1e-0000-4000-8000-00000e0a4a00 -E hash_seed=0badcafe-1111-4222-8333-444444444444 "$@" "$IMAGE"
  mount -t ext4 -o loop "$IMAGE" "$MOUNT"
  BLOCK=$(stat -f -c %s "$MOUNT")
  cd "$MOUNT"
}

# blocks FILE FIRST COUNT: writes blocks of text that tells where each belongs
blocks() {
  awk -v f="$1" -v first="$2" -v count="$3" -v size="$BLOCK" 'BEGIN {
    for (b = first; b < first + count; b++) {
      line = sprintf("%s block %d\n", f, b); text = line
      while (length(text) < size) text = text line
      printf "%s", substr(text, 1, size)
    } }' | dd of="$1" bs="$BLOCK" seek="$2" conv=notrunc iflag=fullblock status=none
}

# every_second FILE COUNT: an extent a block
every_second() {
  b=0
  while [ "$b" -lt "$2" ]; do
    blocks "$1" $((2 * b)) 1
    b=$((b + 1))
  done
}

# expect: what the kernel shows of the mounted image
expect() {
  find . -mindepth 1 -printf '%P\n' | sort | while read -r p; do
    sum=-
    [ -h "$p" ] && sum=$(readlink "$p")
    [ -f "$p" ] && [ ! -h "$p" ] && sum=$(sha256sum < "$p" | cut -d ' ' -f 1)
    stat --printf "%F\t%a\t%u\t%g\t%h\t%s\t%b" "$p" | sed 's/regular empty file/regular file/'
    printf '\t%s\t/%s\n' "$sum" "$p"
  done > "$HERE/expect.files"
  find . -type f -printf '%P\n' | sort | while read -r p; do
    filefrag -s -e -v -b1 "$p" | awk -v p="/$p" -v bs="$BLOCK" -F '[:.]+' '/^ *[0-9]+: +[0-9]/ {
      kind = /unwritten/ ? "unwritten" : /inline/ ? "inline" : "data"
      printf "%d\t%d\t%d\t%s\t%s\n", $2 / bs, $4 / bs, kind == "inline" ? 0 : $6 / bs, kind, p }'
  done > "$HERE/expect.maps"
}

pack() {
  gzip -9n < "$1" > "$HERE/image.gz"
  echo "$(basename "$HERE"): $(stat -c %s "$HERE/image.gz") bytes"
}

# finish: unmounts, checks, writes down what to expect
finish() {
  cd /
  umount "$MOUNT"
  e2fsck -fn "$IMAGE" > "$WORK/fsck" 2>&1 || { cat "$WORK/fsck"; exit 1; }
  echo clean > "$HERE/expect.fsck"
  mount -t ext4 -o loop,ro "$IMAGE" "$MOUNT"
  cd "$MOUNT"
  expect
  cd /
  umount "$MOUNT"
  pack "$IMAGE"
}

# finish_crashed: packs the image as a crash leaves it; what to expect is what replay makes of it
finish_crashed() {
  cd /
  blockdev --flushbufs "$(findmnt -no SOURCE "$MOUNT")"
  cp --sparse=always "$IMAGE" "$WORK/crashed"
  umount "$MOUNT"
  echo needs-recovery > "$HERE/expect.fsck"
  cp --sparse=always "$WORK/crashed" "$IMAGE"
  mount -t ext4 -o loop "$IMAGE" "$MOUNT"
  cd "$MOUNT"
  expect
  cd /
  umount "$MOUNT"
  pack "$WORK/crashed"
}
