#!/bin/bash
# SPDX-License-Identifier: MIT
#
# own_kernel_test.sh BUILD
#
# `./lab run SCENARIO --kernel PATH` for real, but that the programs are those in BUILD: a
# kernel that somebody unpacked and a source tree in which `make` has run. Both are made of
# the 6.1 in BUILD/kernels. The module is built for them and their guests boot.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(readlink -f "${1:?usage: own_kernel_test.sh BUILD}")
# shellcheck source=tests/system/shell_test.sh
. "$root/tests/system/shell_test.sh"
unset LAB_BUILD_DIR LAB_SCENARIOS LAB_KERNEL

kernel=$(readlink -f "$build/kernels/6.1")
release=$(cat "$kernel/release")
headers=$kernel/usr/src/linux-headers-$release
modules=$(readlink -f "$kernel/lib/modules/$release")

# A checkout whose programs are built already, and that has nowhere to fetch a kernel from.
tree=$work/tree
mkdir -p "$tree/orchestrator"
cp -r "$root"/{lab,cmake,kmod,include,scenarios} "$tree"
fake_fetch=$tree/cmake/fetch-kernel.sh
printf '#!/bin/bash\necho "fetch $*" >>"%s/calls"\nexit 1\n' "$work" >"$fake_fetch"
cat >"$tree/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(own_kernel NONE)
add_executable(orchestrator IMPORTED GLOBAL)
set_target_properties(orchestrator PROPERTIES IMPORTED_LOCATION $build/orchestrator)
add_executable(guest_init IMPORTED GLOBAL)
set_target_properties(guest_init PROPERTIES IMPORTED_LOCATION $(find "$build" -name guest_init -type f -perm -u+x | head -n 1))
add_custom_target(programs)
set(LAB_PROGRAMS $build/programs)
include(cmake/Guest.cmake)
add_custom_target(program \${CMAKE_COMMAND} -E copy $build/orchestrator \${PROJECT_BINARY_DIR}/orchestrator)
add_dependencies(lab program)
CMAKE
lab() { run env LAB_INSTALL=never "$tree/lab" "$@"; }

# It has no VRF, and sch_tbf built in.
own=$work/own
mkdir -p "$own/lib/modules"
cp "$kernel/release" "$own/release"
for part in boot usr toolchain; do [ ! -e "$kernel/$part" ] || ln -s "$kernel/$part" "$own/$part"; done
cp -rs "$modules" "$own/lib/modules/$release"
without() { # without TABLE WORD…: one that this kernel has of its own
  local table=$own/lib/modules/$release/$1 pattern
  pattern=$(IFS='|' && echo "${*:2}")
  [ ! -L "$table" ] || cp --remove-destination "$(readlink -f "$table")" "$table"
  sed -i -E "/($pattern)\.ko/d" "$table"
}
without modules.dep vrf sch_tbf
without modules.builtin nothing
echo kernel/net/sched/sch_tbf.ko >>"$own/lib/modules/$release/modules.builtin"

a_test 'an unpacked kernel is played on; what needs a module that it lacks is skipped'
lab run simopen vrf --kernel "$own"
expect_status 0
expect_not_called fetch
expect_output 'simopen'
expect_output 'needs vrf: this kernel has no VRF'
output=$(cat "$tree/build/lab-build.log")
expect_output "make-image: kernel $release lacks vrf; what needs them will be skipped"

a_test 'when all that was asked for is skipped, the exit code says so'
lab run vrf --kernel "$own" -q
expect_status 4

a_test 'a kernel of Debian'\''s that lacks one is an error'
run "$root/cmake/make-image.sh" --kernel "$own" --init /bin/true --out "$work/image.cpio"
expect_status 1
expect_output "guest-modules.txt names vrf, which kernel $release does not have"

a_test 'without a way to the guest there is no guest'
without modules.dep vrf sch_tbf virtio_console
run "$root/cmake/make-image.sh" --missing skip --kernel "$own" --init /bin/true --out "$work/image.cpio"
expect_status 1
expect_output "kernel $release has no virtio_console, neither as a module nor built in"

a_test 'a source tree in which make has run is played on'
source=$work/linux
mkdir "$source"
cp -rs "$headers"/{arch,include} "$source"
cp -rs "$modules"/kernel/* "$source"
mkdir -p "$source/arch/x86/boot"
cp "$headers/.config" "$headers/.kernelvariables" "$source"
ln -s "$kernel/boot/vmlinuz-$release" "$source/arch/x86/boot/bzImage"
cp "$modules"/modules.{order,builtin,builtin.modinfo} "$headers/Module.symvers" "$source"
for part in scripts tools; do
  [ ! -e "$headers/$part" ] || ln -s "$(readlink -f "$headers/$part")" "$source/$part"
done
echo "include $headers/Makefile" >"$source/Makefile"
# Debian's own has the version alone.
rm "$source/include/config/kernel.release"
echo "$release" >"$source/include/config/kernel.release"
lab run no-listen --kernel "$source"
expect_status 0
expect_not_called fetch
expect_output 'no-listen'
before=$(stat -c %Y "$tree"/build/images/path-linux-*.cpio)
lab run no-listen --kernel "$source" -q
expect_status 0
[ "$(stat -c %Y "$tree"/build/images/path-linux-*.cpio)" = "$before" ] || not_ok 'the guest was made again'

finish
