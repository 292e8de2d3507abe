#!/bin/bash
# SPDX-License-Identifier: MIT
#
# toolchain.sh SUITES GCC KERNEL [ARCH]
#
# Gives the unpacked kernel in KERNEL (fetch-kernel.sh) the compiler of its own
# suite: GCC ("gcc-14"; if ARCH is not this machine's, the one that compiles for ARCH),
# binutils and the libraries of both, unpacked below
# ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/toolchains, once for all kernels of
# that suite, and KERNEL/toolchain as a link to it.
#
# Programs of another suite do not run with this machine's libc. Instead of a
# chroot, which needs root or user namespaces and everything else in it again,
# patchelf writes into each program which loader and which libraries are its own:
# so they run anywhere, and this machine's make and shell call them like others.
# The programs in KERNEL's headers (modpost, objtool, …) are treated alike.
set -euo pipefail
export LC_ALL=C

fail() {
  printf 'toolchain: %s\n' "$@" >&2
  exit 3
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/debian.sh
. "$here/debian.sh"

{ [ $# = 3 ] || [ $# = 4 ]; } || fail "usage: toolchain.sh SUITES GCC KERNEL [ARCH]"
gcc=$2 kernel=$3
use_arch "${4:-$machine_arch}" || fail "unknown architecture $4; known are: $arch_names"
compiler=$triplet-$gcc package=$gcc
[ "$arch" = "$machine_arch" ] || package=$gcc-${triplet//_/-}
# The programs run on this machine, whatever they compile for.
use_arch "$machine_arch" || fail "unknown architecture $machine_arch; known are: $arch_names"
command -v patchelf >/dev/null || fail "patchelf is missing: 'apt-get install patchelf' has it"
use_suites "$1"
# Where this machine has libraries already, apt would leave them out.
[ -n "$own_state" ] || use_own_state

# What the compiler and the kernel's own programs need, by apt's reckoning, but
# what only C programs and their debugging need.
needed() {
  local libraries
  for libraries in 'libelf1 libssl1.1' 'libelf1 libssl3' libelf1t64; do
    # shellcheck disable=SC2086 # one word a package
    apt-get -qq --print-uris -o Debug::NoLocking=true install "$package" $libraries 2>/dev/null && return
  done
}
wanted() {
  needed | awk '{ sub(/_.*/, "", $2); print $2 }' |
    grep -vE '^(lib(asan|tsan|lsan|ubsan|hwasan|itm|gomp|quadmath|atomic|cc1|crypt|nsl|tirpc|gprofng|acl|selinux|pcre2|bz2|lzma)|debconf|dpkg|tar|perl|tzdata|openssl-)'
}

mapfile -t packages < <(wanted | sort -u)
printf '%s\n' "${packages[@]}" | grep -q '^libc6$' ||
  fail "apt finds no $package in $suites"
obtain_debs "${packages[@]}" ||
  fail "cannot download the compiler $package of $suites from $mirror." \
    "Downloads are kept in $debs: the next try resumes them."

# Other versions of the packages make another directory.
sum=$(printf '%s\n' "${archives[@]##*/}" | sha256sum | cut -c1-12)
toolchain=$cache/toolchains/${suites%%,*}-$package-$sum
libraries=$toolchain/lib/$triplet:$toolchain/usr/lib/$triplet

# bring_home DIR…: every program in there runs with the toolchain's loader and libraries.
bring_home() {
  local file
  find "$@" -type f -size +3k -print0 | while IFS= read -r -d '' file; do
    # Only a program names a loader; libraries find each other by the program's path.
    patchelf --print-interpreter "$file" >/dev/null 2>&1 || continue
    patchelf --set-interpreter "$toolchain$loader" --force-rpath --set-rpath "$libraries" "$file"
  done
}

if [ ! -d "$toolchain" ]; then
  echo "toolchain: unpacking $package of $suites" >&2
  mkdir -p "$cache/toolchains"
  unpacked=$(mktemp -d "$toolchain.XXXXXX")
  trap 'rm -rf "$unpacked"' EXIT
  mkdir -p "$unpacked"/usr/{lib,lib64,bin}
  # One name for each directory, as in Debian since all of it is below /usr.
  for each in lib lib64 bin; do ln -s "usr/$each" "$unpacked/$each"; done
  for archive in "${archives[@]}"; do
    # Neither the sanitizers' and the linker's plugins nor any page to read.
    dpkg-deb --fsys-tarfile "$archive" | tar --extract --directory "$unpacked" --no-same-owner \
      --keep-directory-symlink --exclude='*/lto1' --exclude='*/lto-wrapper' --exclude='*/lto-dump*' \
      --exclude='./usr/share' --exclude='*.a' --exclude='./usr/lib*/gconv' ||
      fail "$archive cannot be unpacked; is the disk full?"
  done
  # Older packages link to where they expect to be: at /.
  find "$unpacked" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r each target; do
    ln -sfn "$toolchain$target" "$each"
  done
  # patchelf writes where the files will be.
  bring_home "$unpacked/usr/bin" "$unpacked"/usr/lib*/gcc*
  chmod 755 "$unpacked"
  # Another process may have been faster.
  mv -T "$unpacked" "$toolchain" 2>/dev/null || [ -d "$toolchain" ]
fi
bring_home "$kernel"/usr/lib/linux-kbuild-*
ln -sfn "$toolchain" "$kernel/toolchain"
PATH=$toolchain/usr/bin:$PATH "$compiler" --version >/dev/null ||
  fail "$toolchain does not run on this machine"
