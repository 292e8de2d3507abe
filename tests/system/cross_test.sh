#!/bin/bash
# SPDX-License-Identifier: MIT
#
# cmake/sysroot.sh and cmake/cross.sh with an archive of three tiny packages in apt's place, a
# fake compiler and a fake CMake.
# shellcheck disable=SC2016 # the fakes expand it, not this shell
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
# shellcheck source=cmake/arch.sh
. "$root/cmake/arch.sh"
other=arm64
[ "$machine_arch" != arm64 ] || other=amd64
use_arch $other

export ARCHIVE=$work/archive
mkdir "$ARCHIVE"
# package NAME ARCH [VERSION]: one with a library, a document and a link to the library from /.
package() {
  local tree=$work/packages/$1 version=${3:-1}
  local file=$1_${version}_$2.deb
  rm -rf "$tree"
  mkdir -p "$tree"/{DEBIAN,lib/"$triplet",usr/lib/"$triplet",usr/share/doc/"$1"}
  printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: nobody\nDescription: fake\n' "$1" "$version" "$2" \
    >"$tree/DEBIAN/control"
  echo "$1" >"$tree/lib/$triplet/$1.so.1"
  ln -s "/lib/$triplet/$1.so.1" "$tree/usr/lib/$triplet/$1.so"
  touch "$tree/usr/share/doc/$1/copyright"
  dpkg-deb --build --root-owner-group "$tree" "$ARCHIVE/$file" >/dev/null
  printf 'Package: %s\nArchitecture: %s\nFilename: pool/%s\nSHA256: %s\n\n' "$1" "$2" "$file" \
    "$(sha256sum "$ARCHIVE/$file" | cut -d' ' -f1)" >"$ARCHIVE/$1.stanza"
}
package libone $other
package libtwo all
fake apt-cache <<<'for name in "${@:3}"; do cat "$ARCHIVE/${name%:*}.stanza" || exit 100; done'
fake apt-get <<FAKE
echo "apt-get \$*" >>"\$WORK/calls"
case \$* in
  *--print-uris*)
    echo "'http://x/libone_1_$other.deb' libone_1_$other.deb 1 SHA256:0"
    echo "'http://x/libtwo_1_all.deb' libtwo_1_all.deb 1 SHA256:0"
    echo "'http://x/perl_1_$machine_arch.deb' perl_1_$machine_arch.deb 1 SHA256:0"
    echo "'http://x/libicu72_1_$other.deb' libicu72_1_$other.deb 1 SHA256:0"
    ;;
  *' download '*) shift 4; for name; do cp "\$ARCHIVE/\${name%:*}"_*.deb .; done ;;
esac
FAKE
on() { # on ID CODENAME COMMAND…
  printf 'ID=%s\nVERSION_CODENAME=%s\n' "$1" "$2" >"$work/os-release"
  unshare --mount bash -c 'mount --bind "$1" /etc/os-release && shift && exec "$@"' - "$work/os-release" "${@:3}"
}
if ! unshare --mount true 2>/dev/null; then
  a_test 'on Debian'
  skip 'needs root, to put another /etc/os-release in place'
  finish
  exit
fi
sysroot() { run on debian bookworm "$root/cmake/sysroot.sh" "$other"; }

a_test 'a sysroot is unpacked from what apt says of that architecture'
sysroot
expect_status 0
expect_called "install libnl-3-dev:$other"
expect_called "download libone:$other libtwo"
expect_not_called 'download perl'
made=${output##*$'\n'}
[ "$(cat "$made/usr/lib/$triplet/libone.so.1")" = libone ] || not_ok 'there is no library'
[ ! -e "$made/usr/share/doc/libone" ] || not_ok 'there are documents'

a_test 'its links do not lead out of it'
[ "$(readlink -f "$made/usr/lib/$triplet/libone.so")" = "$made/usr/lib/$triplet/libone.so.1" ] ||
  not_ok "it leads to $(readlink -f "$made/usr/lib/$triplet/libone.so")"

a_test 'it is not unpacked again'
sysroot
expect_status 0
expect_not_called download
[ "$output" = "$made" ] || not_ok "expected $made"

a_test 'only on Debian'
run on ubuntu noble "$root/cmake/sysroot.sh" "$other"
expect_status 3
expect_output "programs for $other can be cross-compiled on Debian only"

build=$work/build
cross() { run on debian bookworm "$root/cmake/cross.sh" "$other" "$build" all -DLAB_UNITY=ON; }
fake ninja <<<'echo "ninja $*" >>"$WORK/calls"'
fake cmake <<FAKE
echo "cmake \$*" >>"\$WORK/calls"
touch "$build/build.ninja"
FAKE

a_test 'without a compiler for it, its package is named'
for tool in bash dirname dpkg uname; do ln -s "$(command -v $tool)" "$work/$tool"; done
run env PATH="$work" "$root/cmake/cross.sh" $other "$build" all
expect_status 3
expect_output "'apt-get install $cross_package' has it"

a_test 'it is configured once, against the sysroot'
fake "$triplet-g++" <<<'exit 0'
cross
expect_status 0
expect_called "--toolchain $root/cmake/cross.cmake -DLAB_TRIPLET=$triplet -DLAB_SYSROOT=$made -DLAB_ARCH=$other -DLAB_UNITY=ON"
expect_called "ninja -C $build all"
[ "$(readlink "$build/sysroot")" = "$made" ] || not_ok 'there is no link to the sysroot'

a_test 'and then only built'
cross
expect_status 0
expect_called "ninja -C $build all"
expect_not_called cmake
expect_not_called apt-get

a_test 'it starts over with another sysroot'
rm -r "$made" "$ARCHIVE"/libone*
package libone $other 2
touch "$build/remembered"
cross
expect_status 0
expect_called cmake
[ ! -e "$build/remembered" ] || not_ok 'it remembers the other'

a_test 'an unknown architecture'
run "$root/cmake/cross.sh" z80 "$build" all
expect_status 3
expect_output 'unknown architecture z80; known are: amd64 arm64'

finish
