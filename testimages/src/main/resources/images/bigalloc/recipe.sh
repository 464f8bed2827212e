#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 16M -t ext4 -b 4096 -O bigalloc -C 16384 -N 64
blocks dense.bin 0 16
# clusters of which only some blocks are mapped
blocks partial.bin 1 1
blocks partial.bin 6 3
blocks partial.bin 13 2
blocks partial.bin 40 1
fallocate -l $((10 * BLOCK)) unwritten.bin
blocks unwritten.bin 2 1
blocks unwritten.bin 7 2
# a hole inside a cluster and one over several
blocks holes.bin 0 32
sync
fallocate -p -o $((5 * BLOCK)) -l $((2 * BLOCK)) holes.bin
fallocate -p -o $((10 * BLOCK)) -l $((12 * BLOCK)) holes.bin
sync
finish
