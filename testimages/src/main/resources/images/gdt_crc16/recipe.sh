#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 8M -t ext4 -b 1024 -O ^metadata_csum,uninit_bg -g 1024 -N 512
blocks small.bin 0 20
mkdir dir
blocks dir/inner.bin 0 5
sync
finish
