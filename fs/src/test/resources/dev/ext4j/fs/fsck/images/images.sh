#!/bin/sh
# Makes the images of this folder, NAME.gz. Takes e2fsprogs 1.47 and no root. UUID, hash seed and times are fixed;
# inodes and blocks get the same numbers again, which the expected problems in the tests name.
set -eu
cd "$(dirname "$0")"
HERE=$(pwd)
export LC_ALL=C MKE2FS_CONFIG=/dev/null MKE2FS_SKIP_PROGRESS=1 MKE2FS_SKIP_CHECK_MSG=1 E2FSPROGS_FAKE_TIME=1600000000
PATH=$PATH:/usr/sbin:/sbin
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"

UUID=5ca1ab1e-0000-4000-8000-00000e0a4a00
SEED=hash_seed=0badcafe-1111-4222-8333-444444444444
OLD=none,ext_attr,dir_index,filetype,sparse_super,large_file
NEW=$OLD,extent,huge_file,dir_nlink,extra_isize

# format NAME SIZE FEATURES EXTENDED MKE2FS-WORDS...
format() {
  name=$1 size=$2 features=$3 extended=$4
  shift 4
  rm -f "$name"
  truncate -s "$size" "$name"
  mke2fs -q -F -b 1024 -I 256 -m 0 -U $UUID -O "$features" -E "$SEED,nodiscard,$extended" "$@" "$name"
}

# pack NAME: e2fsck must find nothing
pack() {
  e2fsck -fn "$1" > log 2>&1 || { cat log; exit 1; }
  gzip -9n < "$1" > "$HERE/$1.gz"
  echo "$1: $(stat -c %s "$HERE/$1.gz") bytes"
}

# repeated CHARACTER COUNT
repeated() {
  head -c "$2" /dev/zero | tr '\0' "$1"
}

# punched FILE BLOCKS: debugfs words that write a file and free every second block of it: an extent a block
punched() {
  echo "write content /$1"
  b=1
  while [ "$b" -lt "$2" ]; do
    echo "punch /$1 $b $b"
    b=$((b + 2))
  done
}

# names DIRECTORY COUNT LENGTH: debugfs words that give /small many more names, which e2fsck is to count
names() {
  i=0
  while [ "$i" -lt "$2" ]; do
    [ $((i % 3)) -ne 0 ] || echo "expand_dir /$1"
    echo "ln /small /$1/$(repeated n $(($3 - 4)))$((1000 + i))"
    i=$((i + 1))
  done
}

# settle NAME: the times that e2fsck writes
settle() {
  debugfs -w -R 'ssv wtime @1600000000' "$1" > log 2>&1
  debugfs -w -R 'ssv lastcheck @1600000000' "$1" > log 2>&1
}

# populate NAME: files and directories of all kinds, some with attributes, trees of extents and of hashes
populate() {
  repeated a 3072 > small
  repeated b 300 > blockvalue
  repeated c 2000 > inodevalue
  {
    echo 'write small /small'
    echo 'write small /other'
    echo 'mkdir /dir'
    echo 'write small /dir/file'
    echo 'mkdir /dir/sub'
    echo 'mkdir /dir/sub/leaf'
    echo 'symlink /fast fast-target'
    echo "symlink /slow $(repeated s 100)"
    echo 'mknod fifo p'
    echo 'mknod char c 1 3'
    echo 'mknod block b 7 0'
    echo 'write small /inside'
    echo 'ea_set /inside user.a value'
    echo 'ea_set /inside user.b value'
    echo 'write small /outside'
    echo 'ea_set -f blockvalue /outside user.block'
    echo 'write small /valued'
    echo 'ea_set -f inodevalue /valued user.inode'
    echo 'mkdir /secret'
    echo 'ea_set /secret user.c context'
    echo 'write small /secret/sixteen-letters-'
    echo 'ea_set /secret/sixteen-letters- user.c context'
    echo 'mkdir /folded'
    echo 'symlink /folded/Name x'
    echo 'symlink /folded/other x'
    printf 'symlink /folded/N\303\244me x\n'
    echo 'mkdir /tree1'
    echo 'mkdir /tree2'
  } > words
  debugfs -w -f words "$1" > log 2>&1
  repeated d 40960 > content
  punched deep1 40 > words
  debugfs -w -f words "$1" > log 2>&1
  repeated e 716800 > content
  punched deep2 700 > words
  debugfs -w -f words "$1" > log 2>&1
  { names tree1 30 100; names tree2 400 250; } > words
  debugfs -w -f words "$1" > log 2>&1
  e2fsck -fyD "$1" > log 2>&1 || [ $? -eq 1 ]
  settle "$1"
}

# Without any checksum: a field can be changed and nothing else.
format plain 4M "$NEW,resize_inode,ea_inode,encrypt,casefold" encoding=utf8,encoding_flags=strict,resize=65536 -g 1024 -N 128
populate plain
pack plain

# With a checksum on everything, and groups that were never used.
format checksums 5M "$NEW,64bit,metadata_csum,ea_inode,has_journal,orphan_file" lazy_itable_init=1 -g 1024 -N 160 -J size=1
populate checksums
pack checksums

# Files that the superblock names, bad blocks, and a second group of the usual size.
printf '4000\n4001\n' > bad
format features 8600K "$NEW,has_journal,orphan_file,quota,project,mmp,resize_inode" quotatype=usrquota:grpquota:prjquota,resize=65536 \
  -N 64 -J size=1 -l bad
repeated a 3072 > small
{
  echo 'write small /small'
  echo 'sif /small uid 1000'
  echo 'mkdir /dir'
} > words
debugfs -w -f words features > log 2>&1
e2fsck -fy features > log 2>&1 || [ $? -eq 1 ]
settle features
# time, machine and device of the last one that had it open
at=$(($(dumpe2fs -h features 2> log | sed -n 's/^MMP block number: *//p') * 1024 + 8))
dd if=/dev/zero of=features bs=1 seek=$at count=104 conv=notrunc status=none
pack features

# Descriptors in the groups that they describe.
format metagroups 1M $OLD,meta_bg '' -g 256 -N 32
settle metagroups
pack metagroups

# A log on a device of its own.
truncate -s 1100K journal
mke2fs -q -F -b 1024 -E $SEED -U 10c10c10-0000-4000-8000-00000e0a4a00 -O journal_dev journal
gzip -9n < journal > "$HERE/journal.gz"
