#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 8M -t ext3 -b 1024 -N 64
# the first block of each level's reach is 12, 268 and 65804
for first in 0 11 12 13 267 268 269 523 524 1000 65803 65804 65805 66060 131340 200000; do
  blocks triple.bin $first 1
done
blocks double.bin 0 300
blocks single.bin 0 13
blocks direct.bin 0 12
truncate -s 250000000 triple.bin
sync
finish
