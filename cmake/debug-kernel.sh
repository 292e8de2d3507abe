#!/bin/bash
# SPDX-License-Identifier: MIT
#
# debug-kernel.sh
#
# Builds the kernel of `./lab test --debug-kernel`, once, and prints where it is: Debian's
# linux-source-6.12 with tinyconfig and debug-kernel.config. No root is needed, and nothing
# is installed. It is laid out as fetch-kernel.sh does it, so that --kernel takes it.
#
# It is kept in ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab/debug-kernels, under a name made of
# the options and the compiler. A newer version of the source is not looked for: remove the
# directory to have one. An interrupted build goes on where it was.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

fail() {
  printf 'debug-kernel: %s\n' "$@" >&2
  exit 3
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=cmake/debian.sh
. "$here/debian.sh"
fragment=$here/debug-kernel.config
package=linux-source-6.12
compiler=gcc

# tool:package
for needed in $compiler:gcc make:make bc:bc bison:bison flex:flex xz:xz-utils depmod:kmod \
  dpkg-deb:dpkg apt-get:apt ld:binutils; do
  command -v "${needed%:*}" >/dev/null || missing+=("${needed#*:}")
done
$compiler -E - <<<'#include <gelf.h>' >/dev/null 2>&1 || missing+=(libelf-dev)
[ -z "${missing[*]-}" ] ||
  fail "these packages are missing. As root:" \
    "  apt-get install --no-install-recommends ${missing[*]}"

kernels=$cache/debug-kernels
mkdir -p "$kernels" || fail "cannot write to $kernels"
key=$({ cat "$fragment" && $compiler --version; } | sha256sum | cut -c1-12)
dest=$kernels/debug-$key
if [ -f "$dest/release" ]; then
  echo "$dest"
  exit
fi
exec {lock}>"$dest.lock"
if ! flock --nonblock "$lock"; then
  echo "debug-kernel: another process is building it; waiting" >&2
  flock "$lock"
fi
if [ -f "$dest/release" ]; then
  echo "$dest"
  exit
fi

work=$dest.build
source=$work/source build=$work/build
mkdir -p "$work" "$build"
if [ ! -f "$work/unpacked" ]; then
  use_suites bookworm,bookworm-security
  obtain_debs $package || { update_lists && obtain_debs $package; } || {
    use_own_state && obtain_debs $package
  } || fail "cannot get $package of $suites from $mirror. Is the network up?"
  echo "debug-kernel: unpacking ${archives[0]}" >&2
  rm -rf "$source" && mkdir "$source"
  dpkg-deb --fsys-tarfile "${archives[0]}" | tar --extract --to-stdout --wildcards './usr/src/*.tar.xz' |
    tar --extract --xz --strip-components=1 --directory="$source" ||
    fail "${archives[0]} cannot be unpacked; is the disk full? ($(df -h --output=avail "$work" | tail -n 1) left)"
  touch "$work/unpacked"
fi

log=$work/make.log
: >"$log"
build_kernel() {
  make -C "$source" O="$build" CC="$compiler" HOSTCC="$compiler" "$@" >>"$log" 2>&1 || {
    tail -n 30 "$log" >&2
    fail "'make $*' failed in $build. The log: $log"
  }
}

build_kernel tinyconfig
cat "$fragment" >>"$build/.config"
build_kernel olddefconfig
# Kconfig drops an option whose dependencies are not met, without a word.
lost=()
while IFS= read -r line; do
  case $line in
    CONFIG_*=*) grep -qxF -- "$line" "$build/.config" || lost+=("$line") ;;
    '# CONFIG_'*' is not set')
      option=${line#\# } option=${option% is not set}
      ! grep -q "^$option=" "$build/.config" || lost+=("$line")
      ;;
  esac
done <"$fragment"
[ "${#lost[@]}" = 0 ] ||
  fail "the configuration does not hold these lines of $fragment:" "${lost[@]/#/  }"

echo "debug-kernel: building it in $build, with $(nproc) jobs (this is done once)" >&2
build_kernel --jobs="$(nproc)" bzImage modules

# What is needed of it to boot it and to build modules for it.
release=$(cat "$build/include/config/kernel.release")
made=$work/made
rm -rf "$made"
mkdir -p "$made/boot" "$made/usr/src"
cp "$build/arch/x86/boot/bzImage" "$made/boot/vmlinuz-$release"
cp "$build/.config" "$made/boot/config-$release"
cp "$build/System.map" "$made/boot/System.map-$release"
build_kernel INSTALL_MOD_PATH="$made" INSTALL_MOD_STRIP=1 modules_install
rm -f "$made/lib/modules/$release"/{build,source}
# shellcheck disable=SC2016 # make expands it, not this shell
build_kernel KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$made/usr/src/linux-headers-$release" \
  run-command
[ -f "$made/usr/src/linux-headers-$release/Makefile" ] || fail "$made/usr/src holds no headers"
depmod --basedir "$made" "$release"
echo "$release" >"$made/release"
rm -rf "$dest"
mv -T "$made" "$dest"
rm -rf "$work"
echo "$dest"
