#!/bin/bash
# SPDX-License-Identifier: MIT
#
# cmake/fetch-kernel.sh with an archive of four tiny packages in apt's place:
# what it does to a cache that is empty, whole, or corrupt, and what it says
# when there is nothing to get.
#
#   tests/system/fetch_kernel_test.sh
# shellcheck disable=SC2016 # the fakes expand it, not this shell
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

release=6.1.0-99-cloud-amd64
export ARCHIVE=$work/archive
debs=$XDG_CACHE_HOME/tcp-lookup-lab/debs
mkdir "$ARCHIVE"

# package NAME DEPENDS FILE…: puts NAME_1_all.deb and its stanza into the archive.
package() {
  local name=$1 depends=$2 tree=$work/packages/$1 file
  shift 2
  mkdir -p "$tree/DEBIAN"
  printf 'Package: %s\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: fake\n' \
    "$name" >"$tree/DEBIAN/control"
  for file in "$@"; do
    mkdir -p "$tree/$(dirname "$file")"
    case $file in
      */auto.conf) echo 'CONFIG_CC_VERSION_TEXT="gcc-99 (Debian 99.1.0-1) 99.1.0"' ;;
      *) echo 'include /usr/src/linux-headers-6.1.0-99-common/Makefile' ;;
    esac >"$tree/$file"
  done
  dpkg-deb --build --root-owner-group "$tree" "$ARCHIVE/${name}_1_all.deb" >/dev/null
  printf 'Package: %s\nDepends: %s\nFilename: pool/%s_1_all.deb\nSHA256: %s\n\n' "$name" "$depends" \
    "$name" "$(sha256sum "$ARCHIVE/${name}_1_all.deb" | cut -d' ' -f1)" >"$ARCHIVE/$name.stanza"
}
package "linux-image-$release" 'kmod' "boot/vmlinuz-$release" \
  "lib/modules/$release/modules.order" "lib/modules/$release/modules.builtin" \
  "lib/modules/$release/modules.builtin.modinfo"
package linux-headers-6.1.0-99-common '' usr/src/linux-headers-6.1.0-99-common/Makefile
package linux-kbuild-6.1 'libc6' usr/lib/linux-kbuild-6.1/scripts/nothing
package "linux-headers-$release" \
  'linux-headers-6.1.0-99-common (= 1), linux-kbuild-6.1 (>= 1), linux-compiler-gcc-12-x86' \
  "usr/src/linux-headers-$release/Makefile" "usr/src/linux-headers-$release/include/config/auto.conf"
package linux-headers-cloud-amd64 "linux-headers-$release (= 1)" usr/share/doc/meta

apt_works() {
  fake apt-cache <<'FAKE'
for name in "${@:3}"; do cat "$ARCHIVE/$name.stanza" || exit 100; done
FAKE
  fake apt-get <<'FAKE'
echo "apt-get $*" >>"$WORK/calls"
case $* in *' download '*) shift 4; for name; do cp "$ARCHIVE/${name}_1_all.deb" .; done ;; esac
FAKE
}
apt_fails() {
  fake apt-cache <<<'exit 100'
  fake apt-get <<<'echo "apt-get $*" >>"$WORK/calls"; echo "E: no network"; exit 100'
}
fake x86_64-linux-gnu-gcc-99 <<<'exit 0'
# The suite that is this machine's own decides whose apt is asked.
on() { # on ID CODENAME COMMAND…
  printf 'ID=%s\nVERSION_CODENAME=%s\n' "$1" "$2" >"$work/os-release"
  unshare --mount bash -c 'mount --bind "$1" /etc/os-release && shift && exec "$@"' - "$work/os-release" "${@:3}"
}
fetch() { run "$root/cmake/fetch-kernel.sh" 6.1 "$work/build/kernels/6.1"; }
dest=$work/build/kernels/6.1

a_test 'an empty cache: downloads, unpacks, and says the release last'
apt_works
fetch
expect_status 0
[ "$(cat "$dest/release")" = "$release" ] || not_ok 'the release file is wrong'
[ -f "$dest/boot/vmlinuz-$release" ] || not_ok 'there is no kernel'
[ -f "$dest/lib/modules/$release/modules.dep" ] || not_ok 'there is no modules.dep'
expect_called "linux-image-$release"

a_test 'the headers find their common part where they are'
output=$(cat "$dest/usr/src/linux-headers-$release/Makefile")
expect_output '../linux-headers-6.1.0-99-common/Makefile'

a_test 'nothing is left lying around'
run find "$work/build/kernels" "$debs" -mindepth 1 -maxdepth 1 ! -name '*.deb' ! -name 6.1 ! -name 6.1.sha256 \
  ! -name .lock ! \( -name .download -empty \)
[ -z "$output" ] || not_ok 'there are temporary files'

a_test 'a whole cache: downloads nothing'
rm -r "$dest"
fetch
expect_status 0
expect_not_called download

a_test 'a corrupt package is downloaded again, and no other'
echo broken >"$debs/linux-kbuild-6.1_1_all.deb"
rm -r "$dest"
fetch
expect_status 0
expect_called 'download linux-kbuild-6.1'
[ -f "$dest/release" ] || not_ok 'there is no release file'

a_test 'a half-made result is made again'
rm -r "${dest:?}"/{release,boot}
fetch
expect_status 0
[ -f "$dest/boot/vmlinuz-$release" ] || not_ok 'there is no kernel'

a_test 'without network the packages that are there serve'
apt_fails
rm -r "$dest"
fetch
expect_status 0
expect_output "using $release from $debs"
[ -f "$dest/release" ] || not_ok 'there is no release file'

a_test 'without network and with a corrupt cache it says what to do'
echo broken >"$debs/linux-kbuild-6.1_1_all.deb"
rm -r "$dest"
fetch
expect_status 3
expect_output "cannot get the Debian kernel 6.1"
expect_output 'LAB_MIRROR='
[ ! -e "$dest" ] || not_ok 'something half-made was left'

a_test 'a kernel whose version moves on is asked for by another version than it has'
apt_works
run "$root/cmake/fetch-kernel.sh" 7.99 "$work/build/kernels/7.99"
expect_status 3
expect_output 'Debian has no kernel 7.99 now'
expect_output '7.x is 6.1.0-99-cloud-amd64'
[ ! -e "$work/build/kernels/7.99" ] || not_ok 'something half-made was left'

a_test 'another suite is asked with a state of its own, and not by this machine'\''s lists'
rm -r "$XDG_CACHE_HOME/tcp-lookup-lab/apt"
run "$root/cmake/fetch-kernel.sh" sid "$work/build/kernels/sid"
state=$XDG_CACHE_HOME/tcp-lookup-lab/apt/sid
output=$(cat "$state/sources.list" "$state/apt.conf")
expect_output 'signed-by=/usr/share/keyrings/debian-archive-keyring.gpg'
expect_output "Dir::State \"$state\""
expect_called 'update'

a_test 'a kernel of another architecture is asked for by its name, and compiled for it'
foreign=6.1.0-99-cloud-arm64
package "linux-image-$foreign" 'kmod' "boot/vmlinuz-$foreign" "lib/modules/$foreign/modules.order"
package "linux-headers-$foreign" 'linux-headers-6.1.0-99-common (= 1), linux-kbuild-6.1 (>= 1)' \
  "usr/src/linux-headers-$foreign/Makefile" "usr/src/linux-headers-$foreign/include/config/auto.conf"
package linux-headers-cloud-arm64 "linux-headers-$foreign (= 1)" usr/share/doc/meta
fake aarch64-linux-gnu-gcc-99 <<<'exit 0'
if [ "$(dpkg --print-architecture)" = amd64 ]; then
  run "$root/cmake/fetch-kernel.sh" 6.1-arm64 "$work/build/kernels/6.1-arm64"
  expect_status 0
  [ "$(cat "$work/build/kernels/6.1-arm64/release")" = "$foreign" ] || not_ok 'the release is wrong'
  [ "$(cat "$work/build/kernels/6.1-arm64/arch")" = arm64 ] || not_ok 'the architecture is wrong'
  [ -f "$debs/6.1-arm64.sha256" ] || not_ok 'it is remembered under another name'
  output=$(cat "$XDG_CACHE_HOME/tcp-lookup-lab/apt/bookworm,bookworm-security-arm64/apt.conf")
  expect_output 'APT::Architectures { "amd64"; arm64; }'
  rm "$work/fake/aarch64-linux-gnu-gcc-99"
  rm -r "$work/build/kernels/6.1-arm64"
  run "$root/cmake/fetch-kernel.sh" 6.1-arm64 "$work/build/kernels/6.1-arm64"
  expect_status 3
  expect_output 'apt finds no gcc-99-aarch64-linux-gnu in bookworm'
else
  skip 'the fake packages are of amd64'
fi

if unshare --mount true 2>/dev/null; then
  for machine in 'debian bookworm' 'debian trixie' 'ubuntu noble'; do
    a_test "on $machine apt is asked in its own name only if the kernel is of that suite"
    rm -rf "$dest" "$debs" "$XDG_CACHE_HOME/tcp-lookup-lab/apt"
    # shellcheck disable=SC2086 # two words
    run on $machine "$root/cmake/fetch-kernel.sh" 6.1 "$dest"
    expect_status 0
    [ -f "$dest/release" ] || not_ok 'there is no release file'
    state=$XDG_CACHE_HOME/tcp-lookup-lab/apt/bookworm,bookworm-security
    case $machine in
      *bookworm) [ ! -e "$state" ] || not_ok 'apt was given a state of its own' ;;
      *) [ -f "$state/updated" ] || not_ok 'apt was not given a state of its own' ;;
    esac
  done

  a_test 'a compiler that this machine does not have comes from the suite of the kernel'
  rm -rf "$dest" "$work/fake/x86_64-linux-gnu-gcc-99"
  run on debian bookworm "$root/cmake/fetch-kernel.sh" 6.1 "$dest"
  expect_status 3
  expect_output 'apt finds no gcc-99 in bookworm'
  expect_called 'install gcc-99 libelf1'
  [ ! -e "$dest" ] || not_ok 'something half-made was left'
  fake x86_64-linux-gnu-gcc-99 <<<'exit 0'
else
  skip 'needs root, to put another /etc/os-release in place'
fi

a_test 'a mirror that does not answer is named, and what may be done'
apt_fails
run "$root/cmake/fetch-kernel.sh" 5.10 "$work/build/kernels/5.10"
expect_status 3
expect_output 'cannot get the Debian kernel 5.10'
expect_output 'LAB_MIRROR='
[ ! -e "$work/build/kernels/5.10" ] || not_ok 'something half-made was left'

a_test 'an unknown series is an error'
run "$root/cmake/fetch-kernel.sh" 2.4 "$work/build/kernels/2.4"
expect_status 3
expect_output 'unknown kernel 2.4'

finish
