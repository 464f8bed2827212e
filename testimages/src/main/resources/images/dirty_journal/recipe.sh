#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 8M -t ext4 -b 4096 -N 64
blocks old.bin 0 8
sync
mount -o remount,commit=300 "$MOUNT"
blocks new.bin 0 4
mkdir dir
mv old.bin dir/moved.bin
sync new.bin
finish_crashed
