# sh -s -- DIR: makes DIR and a tree of everything below it; only what needs a program of its own forks
set -eu
umask 022
mkdir "$1"
cd "$1"
repeat() { printf "%0${2}d" 0 | tr 0 "$1"; }

mkdir linear
i=0
while [ $i -lt 40 ]; do
  echo "file $i" > "linear/entry-$i"
  i=$((i + 1))
done
rm linear/entry-3 linear/entry-4 linear/entry-5 linear/entry-1? linear/entry-39

mkdir htree
pad=
i=0
while [ $i -lt 700 ]; do
  : > "htree/name-$i-$pad"
  pad=y$pad
  [ ${#pad} -gt 60 ] && pad=
  i=$((i + 1))
done

path=deep
i=0
while [ $i -lt 30 ]; do
  path=$path/level-$i
  i=$((i + 1))
done
mkdir -p "$path"
echo bottom > "$path/bottom"

mkdir names
cd names
for name in 'with space' "$(printf 'tab\there')" "quote\"and'" 'back\slash' "$(printf 'new\nline')" -dash .hidden ... \
  "$(printf '\303\274ml\303\244ut-\346\274\242\345\255\227-\360\237\230\200')" "$(printf 'not-utf8-\377\376')" \
  'percent%20' 'star*?[a]' "$(repeat n 255)"; do
  printf '%s' "$name" > "./$name"
done
cd ..

mkdir links
for length in 1 59 60 61 100 1000 4095; do
  # a block holds a target and its NUL: the longest may not fit
  ln -s "$(repeat t $length)" "links/to-$length" 2> /dev/null || true
done
ln -s ../linear links/to-directory
ln -s no-such-file links/dangling
ln -s loop links/loop

mkdir hard
echo shared > hard/one
ln hard/one hard/two
ln hard/one linear/three

mkdir nodes
mkfifo nodes/fifo
mknod nodes/character c 5 1
mknod nodes/block b 259 300000

mkdir attributes
for mode in 0000 0444 0600 0755 1666 2711 4755; do
  echo $mode > attributes/mode-$mode
  chmod $mode attributes/mode-$mode
done
for owner in 1000:100 65534:65535 70000:100000 4000000000:0; do
  echo $owner > "attributes/owner-$owner"
  chown $owner "attributes/owner-$owner"
done
for time in -2147483648 -1 0 1600000000 2147483648 4294967301 15032385535; do
  echo $time > "attributes/time-$time"
  touch -d "@$time.987654321" "attributes/time-$time"
done
