#!/bin/bash
# SPDX-License-Identifier: MIT
#
# own-kernel.sh PATH DEST
#
# Makes of a kernel of the user's what fetch-kernel.sh makes of one of Debian's. PATH is
# either unpacked already, laid out as DEST is in fetch-kernel.sh: then DEST becomes a link to
# it. Or it is a source tree (or the directory of `make O=`) in which `make` has run: then DEST
# holds links into it and copies of its modules, which are made again when it was built again.
# Nothing in PATH is changed.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

stop() {
  printf 'own-kernel: %s\n' "$@" >&2
  exit 3
}

# shellcheck source=cmake/arch.sh
. "$(dirname "${BASH_SOURCE[0]}")/arch.sh"

[ $# = 2 ] || stop "usage: own-kernel.sh PATH DEST"
if ! path=$(readlink -e "$1") || [ ! -d "$path" ]; then stop "--kernel $1: no such directory"; fi
dest=$2
mkdir -p "$(dirname "$dest")"

if [ -f "$path/release" ]; then
  release=$(cat "$path/release")
  for part in "boot/vmlinuz-$release" "lib/modules/$release/modules.dep" \
    "usr/src/linux-headers-$release/Makefile"; do
    [ -e "$path/$part" ] || stop "--kernel $1: it has no $part (docs/kernels.md)"
  done
  [ "$(readlink "$dest")" = "$path" ] || { rm -rf "$dest" && ln -sfn "$path" "$dest"; }
  exit
fi

[ -f "$path/include/config/kernel.release" ] || stop \
  "--kernel $1: it is neither an unpacked kernel, which has a file 'release', nor a source tree in which" \
  "'make' has run, which has include/config/kernel.release (docs/kernels.md)"
release=$(cat "$path/include/config/kernel.release")
use_arch "$(arch_of_tree "$path")" || stop "--kernel $1: its architecture is not one of $arch_names"
image=$path/arch/$kernel_arch/boot/$kernel_image
for part in "$image" "$path/Module.symvers" "$path/modules.builtin"; do
  [ -e "$part" ] || stop "--kernel $1: there is no $part: run 'make' there"
done
grep -qx 'CONFIG_MODULES=y' "$path/include/config/auto.conf" ||
  stop "--kernel $1: it was built without CONFIG_MODULES=y, and so takes no tcp_lookup.ko"

for tool in depmod strip; do
  command -v "$tool" >/dev/null || stop "$tool is missing: './lab version' installs it"
done

# What `make` writes last.
fresh() {
  local part
  [ -f "$dest/release" ] || return 1
  for part in "$image" "$path/Module.symvers" "$path/modules.builtin" "$path/modules.order"; do
    [ ! "$part" -nt "$dest/release" ] || return 1
  done
}
! fresh || exit 0

made=$(mktemp -d "$dest.XXXXXX")
trap 'rm -rf "$made"' EXIT
modules=$made/lib/modules/$release
mkdir -p "$made"/{boot,usr/src} "$modules"
ln -s "$image" "$made/boot/vmlinuz-$release"
ln -s "$path" "$made/usr/src/linux-headers-$release"
# Which tree this is: the program looks for a guest by the path (vm/image.cpp).
ln -s "$path" "$made/source"
# "kernel/net/a.ko", since 6.3 "net/a.o". A debugger's part of them is large.
if [ -s "$path/modules.order" ]; then
  while read -r module; do
    module=${module#kernel/} module=${module%.*}.ko
    [ -f "$path/$module" ] || stop "--kernel $1: there is no $module: run 'make' there, or 'make modules'"
    install -D -m 644 "$path/$module" "$modules/kernel/$module"
    echo "kernel/$module" >>"$modules/modules.order"
  done <"$path/modules.order"
  strip='strip'
  [ "$arch" = "$machine_arch" ] || strip=$triplet-strip
  find "$modules" -name '*.ko' -exec "$strip" --strip-debug {} +
fi
for table in modules.builtin modules.builtin.modinfo; do
  [ ! -f "$path/$table" ] || cp "$path/$table" "$modules/"
done
depmod --basedir "$made" "$release"
echo "$arch" >"$made/arch"
echo "$release" >"$made/release"
chmod 755 "$made"
rm -rf "$dest"
mv -T "$made" "$dest"
