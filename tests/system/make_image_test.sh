#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What cmake/make-image.sh says when it cannot unpack a kernel's modules. The kernel is a
# folder with a list of one module.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"

kernel=$work/kernel release=6.1.0-test
modules=$kernel/lib/modules/$release
mkdir -p "$modules/kernel/drivers"
echo $release >"$kernel/release"

# All programs of this machine; a test takes one away.
mkdir "$work/tools"
for folder in /bin /usr/bin /sbin /usr/sbin; do
  ln -sf "$folder"/* "$work/tools"
done
make_image() {
  run env PATH="$work/tools" "$root/cmake/make-image.sh" --kernel "$kernel" --init /bin/true \
    --out "$work/image.cpio"
}

for pair in zst:zstd gz:gzip; do
  suffix=${pair%:*} tool=${pair#*:}
  file=kernel/drivers/virtio_pci.ko.$suffix
  echo "$file:" >"$modules/modules.dep"

  a_test "a module that $tool has compressed, without $tool"
  rm -f "$work/tools/$tool"
  make_image
  expect_status 1
  expect_output "make-image: $tool is missing (package: $tool)"
  expect_output "the modules of kernel $release are compressed with it, as $file"
  [ ! -e "$work/image.cpio" ] || not_ok 'there is an image'

  a_test "a module that is no output of $tool"
  path=$(command -v "$tool") || { skip "this machine has no $tool" && continue; }
  ln -s "$path" "$work/tools"
  echo text >"$modules/$file"
  make_image
  expect_status 1
  expect_output "$tool"
done

a_test 'a kernel of another architecture, without libraries of it'
other=arm64
[ "$(dpkg --print-architecture)" != arm64 ] || other=amd64
echo $other >"$kernel/arch"
make_image
expect_status 1
expect_output "--sysroot is missing: the kernel $release is for $other, this machine is not"

a_test 'a kernel of an architecture that the lab does not know'
echo z80 >"$kernel/arch"
make_image
expect_status 1
expect_output "$kernel is of an unknown architecture"

finish
