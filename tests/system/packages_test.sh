#!/bin/bash
# SPDX-License-Identifier: MIT
#
# packages_test.sh BUILD-DIRECTORY [ARCH]
#
# CPack makes the two packages, for this machine or for ARCH, lintian finds no error in them,
# and they hold and ask for what they should.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
# shellcheck source=cmake/arch.sh
. "$root/cmake/arch.sh"
build=${1:?usage: packages_test.sh BUILD-DIRECTORY [ARCH]}
use_arch "${2:-$machine_arch}"

a_test 'there are two packages'
run env -C "$build${2:+/$2}" cpack -B "$work/packages"
expect_status 0
lab=$(find "$work/packages" -maxdepth 1 -name "tcp-lookup-lab_*_$arch.deb")
dkms=$(find "$work/packages" -maxdepth 1 -name 'tcp-lookup-dkms_*_all.deb')
if [ ! -f "$lab" ] || [ ! -f "$dkms" ]; then
  not_ok 'two .deb files were expected'
  finish
fi

a_test 'lintian finds no error'
if command -v lintian >/dev/null; then
  run lintian --allow-root --fail-on error "$lab" "$dkms"
  expect_status 0
else
  skip 'lintian is not installed'
fi

a_test 'the program asks for the libraries that it is linked with'
run dpkg-deb -f "$lab" Depends
expect_output 'libc6 (>= 2.'
expect_output libnftables1
expect_output libnl-route-3
expect_output libyaml-0-2

a_test 'its man page is compressed, and a shell finds its completion'
run dpkg-deb -c "$lab"
expect_output ./usr/share/man/man1/orchestrator.1.gz
expect_output ./usr/share/bash-completion/completions/orchestrator

a_test 'the module asks for DKMS, and fits every architecture'
run dpkg-deb -f "$dkms" Depends Architecture
expect_output dkms
expect_output all

a_test 'they put nothing outside of /usr'
for deb in "$lab" "$dkms"; do
  run bash -c "dpkg-deb --fsys-tarfile '$deb' | tar -t | grep -vx './' | grep -v '^./usr/'"
  expect_status 1
done

a_test "the module's sources make the module: nothing is missing"
dpkg-deb -x "$dkms" "$work/dkms"
# A kernel whose compiler is this machine's, as DKMS would have it.
headers=''
for kernel in "$build"/kernels/*/; do
  if [ -f "$kernel/release" ] && [ ! -h "$kernel/toolchain" ]; then
    headers=$kernel/usr/src/linux-headers-$(cat "$kernel/release")
    break
  fi
done
if [ -n "$headers" ]; then
  # As dkms.conf has it.
  run make -s -C "$work"/dkms/usr/src/tcp-lookup-* KDIR="$headers" BUILD="$work/out"
  expect_status 0
  [ -f "$work/out/tcp_lookup.ko" ] || not_ok 'there is no tcp_lookup.ko'
else
  skip 'no kernel has been fetched'
fi

finish
