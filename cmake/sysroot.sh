#!/bin/bash
# SPDX-License-Identifier: MIT
#
# sysroot.sh ARCH
#
# Prints the path of a directory with what programs for ARCH are compiled against: glibc, the
# libraries of libraries.sh, and what these need, from this machine's suite of Debian. It also
# has a static busybox, for the guest's image, and a file shlibs: which package has which library. Nothing is installed: the packages are unpacked
# below ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/sysroots, once for each set of versions.
# The compiler itself is this machine's package g++-….
set -euo pipefail
export LC_ALL=C

fail() {
  printf 'sysroot: %s\n' "$@" >&2
  exit 3
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/debian.sh
. "$here/debian.sh"
# shellcheck source=cmake/libraries.sh
. "$here/libraries.sh"

[ $# = 1 ] || fail "usage: sysroot.sh ARCH"
use_arch "$1" || fail "unknown architecture $1; known are: $arch_names"
# The compiler's own libraries must not be newer than the sysroot's.
# shellcheck disable=SC1091 # another machine's file
codename=$(. /etc/os-release && [ "${ID:-}" = debian ] && echo "${VERSION_CODENAME:-}") || codename=''
[ -n "$codename" ] ||
  fail "programs for $arch can be cross-compiled on Debian only: it is Debian's packages that" \
    "they are compiled against. Or use an $arch machine, where ./lab needs no --arch."
suites=$codename,$codename-security
[ "$codename" != sid ] || suites=sid
use_suites "$suites" "$arch"

# Packages by apt's reckoning, "NAME:ARCH" or, if they are of any architecture, "NAME". Neither
# what runs while compiling, which is this machine's, nor what is opened only by programs that
# are not of the guest (libarchive's ICU is a third of all).
wanted() {
  apt-get -qq --print-uris -o Debug::NoLocking=true install \
    "${libraries[@]/%/:$arch}" "libc6-dev:$arch" "libstdc++6:$arch" "busybox-static:$arch" |
    awk -v arch="$arch" '
      { split($2, part, "_"); sub(/\.deb$/, "", part[3]) }
      part[3] == arch { print part[1] ":" arch }
      part[3] == "all" { print part[1] }' |
    grep -vE '^lib(icu|ssl|krb5|k5crypto)'
}
mapfile -t packages < <(wanted)
[ "${#packages[@]}" -gt 0 ] || fail "apt finds no packages for $arch in $suites"
obtain_debs "${packages[@]}" ||
  fail "cannot download the libraries for $arch of $suites from $mirror." \
    "Downloads are kept in $debs: the next try resumes them."

# Of another version of this script it may have other files.
sum=$( (printf '%s\n' "${archives[@]##*/}" && cat "$here/sysroot.sh") | sha256sum | cut -c1-12)
sysroot=$cache/sysroots/$codename-$arch-$sum
if [ ! -d "$sysroot" ]; then
  echo "sysroot: unpacking the libraries for $arch" >&2
  mkdir -p "$cache/sysroots"
  unpacked=$(mktemp -d "$sysroot.XXXXXX")
  trap 'rm -rf "$unpacked"' EXIT
  # One name for each directory, as in Debian since all of it is below /usr.
  for each in lib bin sbin; do
    mkdir -p "$unpacked/usr/$each"
    ln -s "usr/$each" "$unpacked/$each"
  done
  for archive in "${archives[@]}"; do
    dpkg-deb --fsys-tarfile "$archive" | tar --extract --directory "$unpacked" --no-same-owner \
      --keep-directory-symlink --exclude='./usr/share/doc' --exclude='./usr/share/man' \
      --exclude='./usr/share/locale' --exclude='./usr/lib/*/gconv' ||
      fail "$archive cannot be unpacked; is the disk full?"
    # "LIBRARY VERSION PACKAGE (>= …)", which packages of programs depend on (deb-shlibs(5)).
    dpkg-deb --ctrl-tarfile "$archive" | tar --extract --to-stdout ./shlibs 2>/dev/null \
      >>"$unpacked/shlibs" || true # many have none
  done
  # Links from / lead out of it.
  find "$unpacked" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r each target; do
    ln -sfn "$(realpath --no-symlinks --relative-to="$(dirname "$each")" "$unpacked$target")" "$each"
  done
  chmod 755 "$unpacked" # mktemp's is 700
  # Another process may have been faster.
  mv -T "$unpacked" "$sysroot" 2>/dev/null || [ -d "$sysroot" ]
fi
echo "$sysroot"
