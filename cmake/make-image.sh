#!/bin/bash
# SPDX-License-Identifier: MIT
#
# make-image.sh --kernel DIR --init PROGRAM --out FILE
#               [--program PROGRAM] [--programs DIR] [--module KO] [--scenarios DIR]
#               [--missing fail|skip] [--sysroot DIR]
#
# Packs the guest's initramfs, an uncompressed cpio archive:
#
#	/init                   guest_init, also the guest's /sbin/modprobe
#	/lab/orchestrator
#	/lab/programs/          what scenarios run; all these with their shared
#	                        libraries, and /etc/ld.so.cache
#	/etc/protocols
#	/lab/scenarios/
#	/bin/busybox, /bin/sh   for another architecture than this machine's, whose programs are
#	                        sent when they are needed
#	/lib/modules/RELEASE/   modules from guest-modules.txt and what they need,
#	                        tcp_lookup.ko, and depmod's tables
#	/lib/modules/boot       the names to load at boot
#
# --missing: what becomes of a module in guest-modules.txt that the kernel has not. fail: as
# it should have it (the default). skip: it is a kernel of one's own.
# --sysroot: where the programs' shared libraries are (sysroot.sh), for another architecture
# than this machine's.
#
# Uncompressed, because under TCG the guest unpacks ten times slower than this
# machine reads a file. The same input gives the same bytes.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

fail() {
  printf 'make-image: %s\n' "$@" >&2
  exit 1
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/arch.sh
. "$here/arch.sh"
kernel='' init='' out='' program='' programs='' module='' scenarios='' missing=fail sysroot=''
while [ $# -gt 0 ]; do
  case $1 in
    --kernel | --init | --out | --program | --programs | --module | --scenarios | --missing | --sysroot)
      declare "${1#--}=${2:?make-image: $1 needs a value}"
      shift 2
      ;;
    *) fail "unknown option $1" ;;
  esac
done
for option in kernel init out; do
  [ -n "${!option}" ] || fail "--$option is missing"
done
for tool in cpio depmod ldconfig ldd readelf strip xz; do
  command -v "$tool" >/dev/null || fail "$tool is missing (packages: cpio kmod libc-bin binutils xz-utils)"
done

release=$(cat "$kernel/release") || fail "$kernel is not an unpacked kernel"
use_arch "$(cat "$kernel/arch" 2>/dev/null || echo "$machine_arch")" || fail "$kernel is of an unknown architecture"
strip='strip'
if [ "$arch" != "$machine_arch" ]; then
  [ -d "$sysroot" ] || fail "--sysroot is missing: the kernel $release is for $arch, this machine is not"
  strip=$triplet-strip
fi
shipped=$kernel/lib/modules/$release
mkdir -p "$(dirname "$out")"
root=$(mktemp -d "$out.root.XXXXXX")
trap 'rm -rf "$root" "$out.new"' EXIT
modules=$root/lib/modules/$release
mkdir -p "$root"/{bin,dev,lab,proc,run,sbin,sys,tmp,work} "$modules"

# --- programs and their libraries ---

# add_program FILE PATH
add_program() {
  install -D -m 755 "$1" "$root$2"
  "$strip" --strip-unneeded "$root$2"
  if [ -n "$sysroot" ]; then
    add_from_sysroot "$1"
    return
  fi
  local library
  # "libc.so.6 => /lib/… (0x…)" and the loader, "/lib64/ld-linux-x86-64.so.2 (0x…)"
  while read -r library; do
    [ -e "$root$library" ] && continue
    install -D -m 755 "$library" "$root$library"
  done < <(ldd "$1" | sed -n 's/.*=> //; s/^[[:space:]]*\(\/[^ ]*\) (0x.*/\1/p')
  if ldd "$1" | grep -q 'not found'; then
    fail "$1 needs a missing shared library: $(ldd "$1" | grep 'not found')"
  fi
}

# The libraries that FILE needs, and their own. (ldd runs a program's loader, which this
# machine cannot.)
add_from_sysroot() {
  local name from to
  while read -r name; do
    case $name in
      /*) from=$sysroot$name to=$name ;;
      *) from=$sysroot/usr/lib/$triplet/$name to=/lib/$triplet/$name ;;
    esac
    [ ! -e "$root$to" ] || continue
    [ -e "$from" ] || fail "$1 needs a missing shared library: $name is not in $sysroot"
    install -D -m 755 "$from" "$root$to"
    add_from_sysroot "$from"
  done < <(readelf --wide --program-headers --dynamic "$1" |
    sed -n 's/.*Requesting program interpreter: \(.*\)]$/\1/p
            s/.*(NEEDED).*\[\(.*\)]$/\1/p' | sed "s|^${loader##*/}\$|$loader|")
}

add_program "$init" /init
ln -s ../init "$root/sbin/modprobe"
[ -z "$program" ] || add_program "$program" /lab/orchestrator
if [ -n "$programs" ]; then
  for each in "$programs"/*; do add_program "$each" "/lab/programs/${each##*/}"; done
fi
if [ -n "$scenarios" ]; then
  cp -r "$scenarios" "$root/lab/scenarios"
  rm -rf "$root/lab/scenarios/programs" # their sources
fi
mkdir "$root/etc"
if [ -z "$sysroot" ]; then
  # Without its cache the loader looks for each library in a dozen directories.
  (cd "$root" && find . -name '*.so*' -printf '/%P\n' | sed 's:/[^/]*$::' | sort -u) >"$root/etc/ld.so.conf"
  ldconfig -X -r "$root"
else
  # This machine's ldconfig reads no others' libraries. They are all in the first directory.
  install -m 755 "$sysroot/bin/busybox" "$root/bin/busybox"
  ln -s busybox "$root/bin/sh"
fi
# nft knows protocols by name from here (getprotobyname).
printf '%s\n' 'icmp 1' 'tcp 6' 'udp 17' 'ipv6-icmp 58' >"$root/etc/protocols"

# --- kernel modules ---

# unpack TOOL PATH: to standard output. The tool and its package have the same name.
unpack() {
  command -v "$1" >/dev/null ||
    fail "$1 is missing (package: $1): the modules of kernel $release are compressed with it, as $2"
  "$1" --quiet --decompress --stdout "$shipped/$2"
}

# add_shipped PATH, as in modules.dep: "kernel/net/ipv4/tcp_diag.ko.xz"
add_shipped() {
  local plain=$modules/${1%.ko*}.ko
  [ -e "$plain" ] && return
  mkdir -p "${plain%/*}"
  case $1 in
    *.xz) xz --decompress --stdout "$shipped/$1" >"$plain" ;;
    *.gz) unpack gzip "$1" >"$plain" ;;
    *.zst) unpack zstd "$1" >"$plain" ;;
    *) cp "$shipped/$1" "$plain" ;;
  esac
}

# A module's file name may have '-' where its name has '_'.
built_in() { grep -qsE "/${1//_/[-_]}\.ko$" "$shipped/modules.builtin"; }

# may_lack WHEN NAME: the kernel has no such module; is that an error?
may_lack() {
  case $1:$missing in
    perhaps:*) ;;
    must:*) fail "kernel $release has no $2, neither as a module nor built in; without it no" \
      "scenario can be played in a guest: set it in the kernel's configuration" ;;
    *:fail) fail "guest-modules.txt names $2, which kernel $release does not have" ;;
    *) lacking+=("$2") ;;
  esac
}

boot=() lacking=()
while read -r when name; do
  if line=$(grep -m1 -E "/${name//_/[-_]}\.ko(\.(gz|xz|zst))?:" "$shipped/modules.dep"); then
    for file in ${line//:/}; do add_shipped "$file"; done
    case $when in must | boot) boot+=("$name") ;; esac
  elif ! built_in "$name"; then
    may_lack "$when" "$name"
  fi
done < <(sed 's/#.*//; /^[[:space:]]*$/d' "$here/guest-modules.txt")
[ "${#lacking[@]}" = 0 ] ||
  echo "make-image: kernel $release lacks ${lacking[*]}; what needs them will be skipped" >&2
printf '%s\n' "${boot[@]}" >"$root/lib/modules/boot"

if [ -n "$module" ]; then
  install -D -m 644 "$module" "$modules/extra/$(basename "$module")"
  basename "$module" .ko >>"$root/lib/modules/boot"
fi
for table in modules.builtin modules.builtin.modinfo modules.order; do
  [ ! -f "$shipped/$table" ] || cp "$shipped/$table" "$modules/"
done
depmod --basedir "$root" "$release"
# The guest reads the two text tables; the others are depmod's for other readers.
find "$modules" -maxdepth 1 -type f ! -name modules.dep ! -name modules.alias -delete

# --- the archive ---

find "$root" -exec touch --no-dereference --date=@0 {} +
chmod 755 "$root"
(cd "$root" && find . -mindepth 1 -print0 | sort -z |
  cpio --quiet --null --create --format=newc --reproducible --owner=+0:+0) >"$out.new"
mv "$out.new" "$out"
