#!/bin/bash
# SPDX-License-Identifier: MIT
#
# cmake/debug-kernel.sh with a fake compiler, make and archive: what it builds, when it builds
# nothing, and what it says of an option that did not become what was asked for.
#
#   tests/system/debug_kernel_test.sh
# shellcheck disable=SC2016 # the fakes expand it, not this shell
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

release=6.12.99-tcp-lookup-debug
kernels=$XDG_CACHE_HOME/tcp-lookup-lab/debug-kernels
tree=$work/tree
mkdir -p "$tree"
cp "$root"/cmake/{debug-kernel,debian,arch}.sh "$tree"
printf '%s\n' '# a comment' 'CONFIG_KASAN=y' '# CONFIG_SLUB_TINY is not set' >"$tree/debug-kernel.config"

# The source's package.
mkdir -p "$work/package/DEBIAN" "$work/package/usr/src" "$work/linux-source-6.12"
echo 'all:' >"$work/linux-source-6.12/Makefile"
tar -C "$work" -cJf "$work/package/usr/src/linux-source-6.12.tar.xz" linux-source-6.12
printf 'Package: linux-source-6.12\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: fake\n' \
  >"$work/package/DEBIAN/control"
dpkg-deb --build --root-owner-group "$work/package" "$work/linux-source-6.12_1_all.deb" >/dev/null
SUM=$(sha256sum "$work/linux-source-6.12_1_all.deb" | cut -d' ' -f1)
export SUM
fake apt-cache <<'FAKE'
printf 'Package: linux-source-6.12\nFilename: pool/linux-source-6.12_1_all.deb\nSHA256: %s\n\n' "$SUM"
FAKE
fake apt-get <<'FAKE'
echo "apt-get $*" >>"$WORK/calls"
case $* in *' download '*) cp "$WORK/linux-source-6.12_1_all.deb" . ;; esac
FAKE
for tool in bc bison flex; do fake "$tool" <<<'exit 1'; done
fake gcc <<<'echo "gcc 12"'
fake depmod <<<'echo "depmod $*" >>"$WORK/calls"'
export RELEASE=$release
# Kconfig drops what $LOSES says.
fake make <<'FAKE'
echo "make $*" >>"$WORK/calls"
for word; do
  case $word in
    O=*) build=${word#O=} ;;
    INSTALL_MOD_PATH=*) modules=${word#*=} ;;
    KBUILD_RUN_COMMAND=*) headers=${word##* } ;;
  esac
done
case ${*: -1} in
  tinyconfig) echo 'CONFIG_SLUB_TINY=y' >"$build/.config" ;;
  olddefconfig)
    sed -i '/^CONFIG_SLUB_TINY=y$/d' "$build/.config"
    [ -z "${LOSES:-}" ] || sed -i "/^$LOSES=/d" "$build/.config"
    ;;
  modules)
    [ ! -e "$WORK/fails" ] || { echo 'error: it does not compile'; exit 2; }
    mkdir -p "$build/arch/x86/boot" "$build/include/config"
    touch "$build/arch/x86/boot/bzImage" "$build/System.map"
    echo "$RELEASE" >"$build/include/config/kernel.release"
    ;;
  modules_install) mkdir -p "$modules/lib/modules/$RELEASE" ;;
  run-command) mkdir -p "$headers" && touch "$headers/Makefile" ;;
esac
FAKE
make_it() { run "$tree/debug-kernel.sh"; }

a_test 'an option that Kconfig dropped is an error'
LOSES=CONFIG_KASAN make_it
expect_status 3
expect_output 'the configuration does not hold these lines'
expect_output '  CONFIG_KASAN=y'
expect_not_called bzImage

a_test 'a build that fails shows its end and is no kernel'
touch "$work/fails"
make_it
expect_status 3
expect_output 'it does not compile'
[ -z "$(find "$kernels" -name release)" ] || not_ok 'a kernel is there'
rm "$work/fails"

a_test 'the next try goes on with the unpacked source, and the kernel has all its parts'
make_it
expect_status 0
expect_not_called 'apt-get'
made=$output
made=${made##*$'\n'}
for part in release "boot/vmlinuz-$release" "boot/config-$release" \
  "usr/src/linux-headers-$release/Makefile" "lib/modules/$release"; do
  [ -e "$made/$part" ] || not_ok "there is no $part in $made"
done
[ ! -e "$made.build" ] || not_ok 'the build is still there'

a_test 'it is built once'
make_it
expect_status 0
expect_output "$made"
expect_not_called make

a_test 'with other options it is another kernel'
echo 'CONFIG_UBSAN=y' >>"$tree/debug-kernel.config"
make_it
expect_status 0
[ "${output##*$'\n'}" != "$made" ] || not_ok 'it is the same'

a_test 'an option that stays set is an error'
echo '# CONFIG_KASAN is not set' >>"$tree/debug-kernel.config"
make_it
expect_status 3
expect_output '  # CONFIG_KASAN is not set'

finish
