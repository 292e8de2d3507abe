#!/bin/bash
# SPDX-License-Identifier: MIT
#
# depends.sh ARCH SYSROOT PROGRAM…
#
# Prints what a package for ARCH with these PROGRAMs depends on: "libc6 (>= 2.36), …". The
# libraries are those of SYSROOT (sysroot.sh), which keeps what their packages say of
# themselves, in the file shlibs. dpkg-shlibdeps(1) reads both; of this machine's packages, which
# are of another architecture, it knows nothing.
set -euo pipefail
export LC_ALL=C

fail() {
  printf 'depends: %s\n' "$@" >&2
  exit 3
}

[ $# -ge 3 ] || fail "usage: depends.sh ARCH SYSROOT PROGRAM…"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/arch.sh
. "$here/../arch.sh"
use_arch "$1" || fail "unknown architecture $1; known are: $arch_names"
sysroot=$2
shift 2
[ -s "$sysroot/shlibs" ] || fail "$sysroot/shlibs is missing: remove $sysroot, and it is made again"

# It wants to be called in a package's source.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/debian" "$work/admin"
printf 'Source: lab\n\nPackage: lab\nArchitecture: %s\n' "$arch" >"$work/debian/control"
touch "$work/admin/status"
programs=()
for each; do programs+=("-e$(realpath "$each")"); done
cd "$work"
DEB_HOST_ARCH=$arch dpkg-shlibdeps --admindir="$work/admin" -L"$(realpath "$sysroot")/shlibs" \
  -l"$sysroot/usr/lib/$triplet" --warnings=0 -O "${programs[@]}" | sed 's/^shlibs:Depends=//'
