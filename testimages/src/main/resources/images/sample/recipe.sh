#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 16M -t ext4 -b 4096
echo 'Hello from the sample image of ext4j.' > hello.txt

# data.bin: four runs on the device, holes between them, preallocated space before and after its end
blocks data.bin 0 256
sync
blocks other.bin 0 64
sync
blocks data.bin 384 128
sync
blocks other.bin 64 64
sync
blocks data.bin 512 96
blocks data.bin 640 128
sync
fallocate -o $((768 * BLOCK)) -l $((128 * BLOCK)) data.bin
fallocate -n -o $((896 * BLOCK)) -l $((64 * BLOCK)) data.bin
rm other.bin

mkdir -p dir/sub
echo 'A file in a directory.' > dir/readme.txt
ln dir/readme.txt dir/sub/same-file.txt
ln -s ../hello.txt dir/link-to-hello
truncate -s 1G dir/all-hole.bin
touch -d '2021-03-04 05:06:07.123456789 UTC' hello.txt
finish
