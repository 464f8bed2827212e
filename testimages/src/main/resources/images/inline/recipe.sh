#!/bin/sh
# Makes image.gz and what to expect of it. Run as root.
cd "$(dirname "$0")" && . ../golden.sh

make 8M -t ext4 -b 4096 -O inline_data -N 64
for size in 0 1 59 60 61 100 126 127 128 129 130 160 200 1000 4096 4097; do
  blocks f$size 0 2
  truncate -s $size f$size
  # a file that was long once keeps its block: write it anew
  head -c $size f$size > tmp
  mv tmp f$size
done
mkdir empty few many
: > few/one
: > few/two
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do : > many/entry-$i; done
ln -s short-target short-link
ln -s "$(printf 'long-target-%0100d' 1)" long-link
sync
finish
