#!/bin/bash
# SPDX-License-Identifier: MIT
#
# cross.sh ARCH BUILD TARGET [CMAKE ARGUMENTS]
#
# Builds into BUILD, for ARCH, what runs in its guests: the same programs that this machine's
# build has, under the same names. TARGET: all, or in_guest, which tests need. BUILD/sysroot is a link to what they were built against,
# which has their shared libraries, too.
set -euo pipefail

fail() {
  printf 'cross: %s\n' "$@" >&2
  exit 3
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/arch.sh
. "$here/arch.sh"
[ $# -ge 3 ] || fail "usage: cross.sh ARCH BUILD TARGET [CMAKE ARGUMENTS]"
use_arch "$1" || fail "unknown architecture $1; known are: $arch_names"
build=$2 target=$3
shift 3
command -v "$triplet-g++" >/dev/null ||
  fail "the compiler for $arch is missing: 'apt-get install $cross_package' has it"

# Asking apt takes seconds.
if [ ! -f "$build/build.ninja" ] || [ ! -d "$build/sysroot/" ] ||
  [ "$here/libraries.sh" -nt "$build/build.ninja" ] || [ "$here/sysroot.sh" -nt "$build/build.ninja" ] ||
  [ "$here/cross.sh" -nt "$build/build.ninja" ]; then
  sysroot=$("$here/sysroot.sh" "$arch") || exit 3
  # CMake remembers what it has found in another.
  [ "$(readlink "$build/sysroot")" = "$sysroot" ] || rm -rf "$build"
  mkdir -p "$build"
  ln -sfn "$sysroot" "$build/sysroot"
  cmake -S "$here/.." -B "$build" -G Ninja --toolchain "$here/cross.cmake" \
    "-DLAB_TRIPLET=$triplet" "-DLAB_SYSROOT=$sysroot" "-DLAB_ARCH=$arch" "$@"
fi
exec ninja -C "$build" "$target"
