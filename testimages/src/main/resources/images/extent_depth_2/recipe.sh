#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 8M -t ext4 -b 1024 -N 64
every_second deep.bin 700
every_second shallow.bin 300
# unwritten extents between written ones
fallocate -l $((512 * BLOCK)) mixed.bin
b=0
while [ $b -lt 512 ]; do
  blocks mixed.bin $b 1
  b=$((b + 4))
done
sync
finish
