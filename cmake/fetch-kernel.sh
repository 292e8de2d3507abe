#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fetch-kernel.sh SERIES DEST
#
# Unpacks a Debian cloud kernel, the headers that fit it and the tools that
# build modules for it into DEST. Nothing is installed: this machine keeps the
# kernel, the /boot and the /lib/modules that it has, and no root is needed.
# (Installing the headers would not do: those of 6.12 depend on the image,
# which rewrites the host's boot menu.)
#
# DEST/release holds the kernel release ("6.1.0-56-cloud-amd64"). It is written
# last, so a DEST without it is half-made and will be made again.
#
# Packages are kept in ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/debs, where
# they survive the removal of the build directory.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin" # depmod is in sbin, which users often lack

fail() {
  printf 'fetch-kernel: %s\n' "$@" >&2
  exit 3
}

[ $# = 2 ] || fail "usage: fetch-kernel.sh SERIES DEST (SERIES is 6.1 or 6.12)"
series=$1 dest=$2

# The metapackage whose dependency names the current ABI. Another kernel is one more line.
case $series in
  6.1) metapackage=linux-headers-cloud-amd64 ;;
  6.12) metapackage=linux-headers-6.12-cloud-amd64 ;;
  *) fail "kernel $series is not known here; there are 6.1 and 6.12" ;;
esac

for tool in apt-get apt-cache dpkg-deb sha256sum depmod; do
  command -v "$tool" >/dev/null ||
    fail "$tool is missing: on Debian 12, 'apt-get install apt dpkg coreutils kmod' has it"
done

debs=${XDG_CACHE_HOME:-${HOME:?fetch-kernel: set HOME or XDG_CACHE_HOME}/.cache}/tcp-lookup-lab/debs
mkdir -p "$debs" "$(dirname "$dest")" || fail "cannot write to $debs or $(dirname "$dest")"
# On the same filesystems as what they become, so that mv is a rename: one
# either sees the finished thing or nothing, also with two of us at work.
download=$(mktemp -d "$debs/.download.XXXXXX")
unpacked=$(mktemp -d "$dest.XXXXXX")
trap 'rm -rf "$download" "$unpacked"' EXIT

# One run of apt-cache costs a second where apt keeps no cache of its own, so
# each is asked once and all its answers are used.
stanzas() { apt-cache show --no-all-versions "$@" 2>/dev/null; }

# The packages named in the Depends: lines of stanzas on stdin, one a line.
dependencies() { sed -n 's/^Depends: //p' | tr ',|' '\n' | sed 's/^ *//; s/ .*//'; }

# Sets `release` and `packages`. False when apt does not know the series.
resolve() {
  local headers
  headers=$(stanzas "$metapackage" | dependencies | grep -m1 '^linux-headers-') || return 1
  release=${headers#linux-headers-}
  # The headers common to all flavours, and the programs of the kernel's build.
  mapfile -t packages < <(stanzas "$headers" | dependencies | grep -E '^linux-(headers|kbuild)-')
  packages=("linux-image-$release" "$headers" "${packages[@]}")
  [ "${#packages[@]}" -ge 4 ]
}

# Sets `archives`: a sound copy of each package, downloaded where there is none.
obtain() {
  local name sum package file missing=()
  resolve || return 1
  archives=()
  while read -r package name sum; do
    archives+=("$debs/$name")
    sha256sum --check --status <<<"$sum  $debs/$name" 2>/dev/null || missing+=("$package")
  done < <(stanzas "${packages[@]}" | awk '
    /^Package: /  { package = $2 }
    /^Filename: / { n = split($2, part, "/"); name = part[n] }
    /^SHA256: /   { sum = $2 }
    /^$/          { print package, name, sum }')
  [ "${#archives[@]}" = "${#packages[@]}" ] || return 1
  [ "${#missing[@]}" = 0 ] && return
  echo "fetch-kernel: downloading ${missing[*]}" >&2
  # Root would hand the download to the user _apt, who cannot write here: apt
  # warns about that unless told not to try.
  (cd "$download" && apt-get -qq -o APT::Sandbox::User="$(id -un)" download "${missing[@]}" >&2) ||
    return 1
  # apt has checked the sums. It writes the ':' of a version as %3a; ours have none.
  for file in "$download"/*.deb; do mv -f "$file" "$debs/"; done
}

# What the last good run used: it serves when the network or apt's lists are gone.
remembered=$debs/$series.sha256
recall() {
  [ -f "$remembered" ] || return 1
  (cd "$debs" && sha256sum --check --status "$remembered" 2>/dev/null) || return 1
  mapfile -t archives < <(sed "s|^[0-9a-f]*  |$debs/|" "$remembered")
  release=$(basename "${archives[0]}")
  release=${release#linux-image-} release=${release%%_*}
}

if ! obtain; then
  # Old lists name packages that the mirror no longer has.
  if [ "$(id -u)" = 0 ] && apt-get -qq update >&2 && obtain; then
    :
  elif recall; then
    echo "fetch-kernel: cannot ask the Debian mirror; using $release from $debs" >&2
  else
    fail "cannot get the Debian kernel $series (package $metapackage)." \
      "If the network is up: run 'apt-get update' as root and try again." \
      "If apt does not know the package: bookworm, bookworm-updates and bookworm-security" \
      "must be in apt's sources (6.12 comes from bookworm-security)."
  fi
fi

for archive in "${archives[@]}"; do
  dpkg-deb -x "$archive" "$unpacked" ||
    fail "$archive cannot be unpacked; is the disk full? ($(df -h --output=avail "$unpacked" | tail -n 1) left)"
done
(cd "$debs" && sha256sum "${archives[@]##*/}" >"$remembered.$$" && mv "$remembered.$$" "$remembered")

headers=$unpacked/usr/src/linux-headers-$release
{ [ -f "$headers/Makefile" ] && [ -f "$unpacked/boot/vmlinuz-$release" ]; } ||
  fail "the packages of $release do not hold what they should: ${archives[*]}"
# It includes /usr/src/linux-headers-…-common/Makefile, which is not where ours is.
# shellcheck disable=SC2016 # make expands it, not this shell
sed -i 's|^include /usr/src/|include $(dir $(lastword $(MAKEFILE_LIST)))../|' "$headers/Makefile"
# With this file there the build would add type information to the module, which
# nothing in the lab reads, and for that wants one more package, pahole.
rm -f "$headers/vmlinux"
# The package has no modules.dep. Whoever picks modules for the guest reads it.
depmod --basedir "$unpacked" "$release"

echo "$release" >"$unpacked/release"
chmod 755 "$unpacked" # mktemp's is 700
rm -rf "$dest"
mv -T "$unpacked" "$dest"
