# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # for those who source this
#
# What the scripts know of a processor's architecture, by Debian's name of it. (What the
# programs know of one is in orchestrator/util/architecture.cpp, what the kernel module does
# in kmod/compat.h.) Source it.
#
#   machine_arch       this machine's
#   use_arch NAME      sets what follows; false: the lab does not know it
#     arch             the same name
#     triplet          of compilers, and of directories of libraries
#     kernel_arch      the kernel's name of it: make's ARCH, and its part of arch/ in the sources
#     kernel_image     below arch/$kernel_arch/boot of a built source tree
#     loader           glibc's, in its ABI
#     qemu_package     has the program that boots guests
#   arch_names         all of them

arch_names='amd64 arm64'

if ! machine_arch=$(dpkg --print-architecture 2>/dev/null); then
  case $(uname -m) in
    x86_64) machine_arch=amd64 ;;
    aarch64) machine_arch=arm64 ;;
    *) machine_arch=$(uname -m) ;;
  esac
fi

use_arch() {
  case $1 in
    amd64)
      triplet=x86_64-linux-gnu kernel_arch=x86 kernel_image=bzImage
      loader=/lib64/ld-linux-x86-64.so.2 qemu_package=qemu-system-x86
      ;;
    arm64)
      triplet=aarch64-linux-gnu kernel_arch=arm64 kernel_image=Image
      loader=/lib/ld-linux-aarch64.so.1 qemu_package=qemu-system-arm
      ;;
    *) return 1 ;;
  esac
  arch=$1
}
