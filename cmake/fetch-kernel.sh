#!/bin/bash
# SPDX-License-Identifier: MIT
#
# fetch-kernel.sh NAME DEST
#
# Unpacks a Debian kernel, the headers that fit it and the tools that build modules for it
# here into DEST. NAME is one of cmake/kernels.txt, or the version of a kernel there that
# moves on ("7.3"); for another architecture than this machine's that follows it
# ("6.12-arm64"). Nothing is installed: this machine keeps the
# kernel, the /boot and the /lib/modules that it has, and no root is needed.
# (Installing the headers would not do: those of 6.12 depend on the image,
# which rewrites the host's boot menu.)
#
#   DEST/release                          the kernel release ("6.1.0-56-cloud-amd64")
#   DEST/arch                             its architecture ("amd64")
#   DEST/boot/vmlinuz-RELEASE
#   DEST/lib/modules/RELEASE/             with depmod's tables
#   DEST/usr/src/linux-headers-RELEASE/   what modules are built against
#   DEST/toolchain                        a link to the compiler of its own suite, where
#                                         this machine's will not do (cmake/toolchain.sh)
#
# DEST/release is written last, so a DEST without it is half-made and will be
# made again.
#
# Packages are kept in ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/debs, where
# they survive the removal of the build directory.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin" # depmod is in sbin, which users often lack

fail() {
  printf 'fetch-kernel: %s\n' "$@" >&2
  exit 3
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/debian.sh
. "$here/debian.sh"

# The lines of kernels.txt.
known() { sed 's/#.*//; /^[[:space:]]*$/d' "$here/kernels.txt"; }

[ $# = 2 ] || fail "usage: fetch-kernel.sh NAME DEST (NAME as in $here/kernels.txt)"
dest=$2
split_guest "$1" || fail "unknown architecture $machine_arch; known are: $arch_names"
asked=$kernel
# Packages of several architectures have the same cache.
remembered=$debs/$(guest_name "$asked" "$arch").sha256

# What may hold it: the line of its name, else those whose kernel moves on.
mapfile -t candidates < <(known | awk -v name="$asked" '$1 == name')
version=''
if [ "${#candidates[@]}" = 0 ] && [[ $asked =~ ^[0-9]+\.[0-9]+$ ]]; then
  version=$asked
  mapfile -t candidates < <(known | awk -v major="${asked%%.*}" '$1 == major ".x" || $1 == "sid"')
  [[ ${candidates[*]} == *.x* ]] || candidates=()
fi
[ "${#candidates[@]}" -gt 0 ] ||
  fail "unknown kernel $asked; known are: $(known | awk '{ printf "%s ", $1 }')"

for tool in apt-get apt-cache dpkg-deb sha256sum depmod; do
  command -v "$tool" >/dev/null ||
    fail "$tool is missing: 'apt-get install apt dpkg coreutils kmod' has it"
done

mkdir -p "$debs" "$(dirname "$dest")" || fail "cannot write to $debs or $(dirname "$dest")"
# On the same filesystem as DEST, so that mv is a rename: others see the finished
# kernel or nothing, even if two processes do this at once.
unpacked=$(mktemp -d "$dest.XXXXXX")
trap 'rm -rf "$unpacked"' EXIT

# The parts of a kernel that stanzas on stdin depend on, but no metapackage.
parts() { dependencies | grep -E '^linux-(headers|kbuild|binary|modules|base)-[0-9]'; }

# Sets `release` and `packages`. False when apt does not know the series.
resolve() {
  local headers
  headers=$(stanzas "$package" | dependencies | grep -m1 '^linux-headers-') || return 1
  release=${headers#linux-headers-}
  # The headers common to all flavours, and the programs of the kernel's build;
  # since 7.1 the image's package is empty, and depends on what was in it.
  mapfile -t packages < <(
    { stanzas "$headers" | parts; stanzas "linux-image-$release" | parts; } | sort -u)
  packages=("linux-image-$release" "$headers" "${packages[@]}")
  [ "${#packages[@]}" -ge 4 ]
}

# Sets `archives`.
obtain() { resolve && obtain_debs "${packages[@]}"; }

# What the last good run used: the fallback without network or apt's lists.
recall() {
  [ -f "$remembered" ] || return 1
  (cd "$debs" && sha256sum --check --status "$remembered" 2>/dev/null) || return 1
  mapfile -t archives < <(sed "s|^[0-9a-f]*  |$debs/|" "$remembered")
  release=$(basename "${archives[0]}")
  release=${release#linux-image-} release=${release%%_*}
}

# get LINE: sets `archives`, `release` and `suites`. False: this is not the version that was
# asked for.
get() {
  read -r name _ suites package <<<"$1"
  package=${package//ARCH/$arch}
  use_suites "$suites" "$arch"
  if [ -n "$version" ]; then
    # By its name alone, before anything is downloaded.
    resolve && [[ $release == "$version".* ]] || return 1
  fi
  obtain && return
  # Old lists name packages that the mirror no longer has.
  if update_lists && obtain; then return; fi
  # This machine's apt need not have the suite's security updates, nor may we update it.
  if [ -z "$own_state" ]; then
    use_own_state
    if obtain; then return; fi
  fi
  if recall; then
    echo "fetch-kernel: cannot ask the Debian mirror; using $release from $debs" >&2
    return
  fi
  fail "cannot get the Debian kernel $asked (package $package of $suites) from $mirror." \
    "Is the network up? Another mirror: LAB_MIRROR=http://HOST (with /debian and /debian-security)." \
    "Downloads are kept in $debs: the next try resumes them."
}

found=''
for candidate in "${candidates[@]}"; do
  if get "$candidate"; then
    found=yes
    break
  fi
  tried+=("${name} is ${release:-out of reach}")
done
[ -n "$found" ] ||
  fail "Debian has no kernel $version now:" "${tried[@]/#/  }" "ask for one of these by its name."

for archive in "${archives[@]}"; do
  dpkg-deb -x "$archive" "$unpacked" ||
    fail "$archive cannot be unpacked; is the disk full? ($(df -h --output=avail "$unpacked" | tail -n 1) left)"
done
(cd "$debs" && sha256sum "${archives[@]##*/}" >"$remembered.$$" && mv "$remembered.$$" "$remembered")

# Newer packages put everything below /usr.
[ -e "$unpacked/lib" ] || ln -s usr/lib "$unpacked/lib"
mkdir -p "$unpacked/boot"
[ ! -f "$unpacked/lib/modules/$release/vmlinuz" ] ||
  ln "$unpacked/lib/modules/$release/vmlinuz" "$unpacked/boot/vmlinuz-$release"
headers=$unpacked/usr/src/linux-headers-$release
{ [ -f "$headers/Makefile" ] && [ -f "$unpacked/boot/vmlinuz-$release" ]; } ||
  fail "the packages of $release do not hold what they should: ${archives[*]}"
# They name /usr/src/linux-headers-…, but ours are elsewhere.
# shellcheck disable=SC2016 # make expands it, not this shell
sed -i 's|/usr/src/linux-headers-|$(dir $(abspath $(lastword $(MAKEFILE_LIST))))../linux-headers-|' \
  "$headers/Makefile"
# With this file there the build would add type information to the module, which
# nothing in the lab reads, and for that wants one more package, pahole.
rm -f "$headers/vmlinux"
# The package has no modules.dep, which is needed to pick modules for the guest.
depmod --basedir "$unpacked" "$release"

# The build's programs need the libc of their own suite or a newer one, and the kernel its
# compiler. What this machine does not have comes from the suite.
works_here() {
  local program
  command -v "$triplet-$gcc" >/dev/null || return 1
  while IFS= read -r -d '' program; do
    # Scripts, and programs for other machines, are not dynamic executables.
    ! ldd "$program" 2>&1 | grep -q 'not found' || return 1
  done < <(find "$unpacked"/usr/lib/linux-kbuild-* -type f -perm -u+x -print0)
}
gcc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT=.*\(gcc-[0-9]*\) .*/\1/p' "$headers/include/config/auto.conf")
[ -n "$gcc" ] || fail "the headers of $release do not say which compiler built it"
works_here || "$here/toolchain.sh" "$suites" "$gcc" "$unpacked" "$arch" || exit 3

echo "$arch" >"$unpacked/arch"
echo "$release" >"$unpacked/release"
chmod 755 "$unpacked" # mktemp's is 700
rm -rf "$dest"
mv -T "$unpacked" "$dest"
