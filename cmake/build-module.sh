#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build-module.sh KERNEL BUILD [MAKE ARGUMENTS]
#
# Builds tcp_lookup.ko into BUILD, for the unpacked kernel in KERNEL
# (fetch-kernel.sh), with the compiler that is there for it, if one is, and without what is
# only for a debugger: a few hundred kilobytes of ten megabytes remain. Its sources
# are in ../kmod, or where LAB_KMOD says (make-guest).
set -eu
kernel=$1 build=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=cmake/arch.sh
. "$here/arch.sh"
release=$(cat "$kernel/release")
arch=$machine_arch
[ ! -f "$kernel/arch" ] || arch=$(cat "$kernel/arch")
use_arch "$arch" || {
  echo "build-module: $kernel is of an unknown architecture: $arch" >&2
  exit 3
}
if [ -e "$kernel/toolchain" ] || [ -h "$kernel/toolchain" ]; then
  [ -x "$kernel/toolchain/usr/bin/$triplet-as" ] || {
    echo "build-module: the compiler for $release is missing ($(readlink "$kernel/toolchain"));" \
      "remove $kernel and build again to fetch it" >&2
    exit 3
  }
  PATH=$(readlink -f "$kernel/toolchain")/usr/bin:$PATH
  export PATH
fi
[ "$arch" = "$machine_arch" ] || set -- ARCH="$kernel_arch" CROSS_COMPILE="$triplet-" "$@"
# Type information (BTF), which nothing in the lab reads, would need pahole and the
# kernel's vmlinux: without these words the kernel's make complains of missing both.
make -s -C "${LAB_KMOD:-$here/../kmod}" KDIR="$(readlink -f "$kernel")/usr/src/linux-headers-$release" \
  BUILD="$build" PAHOLE=none CONFIG_PAHOLE_VERSION=0 CONFIG_DEBUG_INFO_BTF_MODULES= "$@"
strip='strip'
[ "$arch" = "$machine_arch" ] || strip=$triplet-strip
"$strip" --strip-debug "$build"/*.ko
