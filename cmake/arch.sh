# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034 # for those who source this
#
# What the scripts know of a processor's architecture, by Debian's name of it. (What the
# programs know of one is in orchestrator/util/architecture.hpp, what the kernel module does
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
#     cross_package    has the compiler for it on other machines
#     serial_console   Linux's name of the first serial port of a virtual machine
#     elf_machine      in an ELF header, little-endian, in hexadecimal
#   arch_names         all of them
#   split_guest NAME   sets `kernel` and, with use_arch, the rest, from the name of a guest:
#                      "6.12", "6.12-arm64"
#   guest_name KERNEL ARCH   prints it
#   arch_of_tree PATH  prints that of an unpacked kernel or a built source tree
#   runs_here ARCH     whether this kernel runs its programs, also in another root

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
      loader=/lib64/ld-linux-x86-64.so.2 qemu_package=qemu-system-x86 cross_package=g++-x86-64-linux-gnu
      serial_console=ttyS0 elf_machine=3e00
      ;;
    arm64)
      triplet=aarch64-linux-gnu kernel_arch=arm64 kernel_image=Image
      loader=/lib/ld-linux-aarch64.so.1 qemu_package=qemu-system-arm cross_package=g++-aarch64-linux-gnu
      serial_console=ttyAMA0 elf_machine=b700
      ;;
    *) return 1 ;;
  esac
  arch=$1
}

split_guest() {
  kernel=$1
  if use_arch "${1##*-}"; then kernel=${1%-*}; else use_arch "$machine_arch"; fi
}

guest_name() {
  if [ "$2" = "$machine_arch" ]; then echo "$1"; else echo "$1-$2"; fi
}

arch_of_tree() {
  if [ -f "$1/arch" ]; then
    cat "$1/arch"
  elif grep -qsx 'CONFIG_X86_64=y' "$1"/include/config/auto.conf "$1"/usr/src/linux-headers-*/include/config/auto.conf; then
    echo amd64
  elif grep -qsx 'CONFIG_ARM64=y' "$1"/include/config/auto.conf "$1"/usr/src/linux-headers-*/include/config/auto.conf; then
    echo arm64
  else
    echo "$machine_arch"
  fi
}

runs_here() (
  use_arch "$1" || exit 1
  [ "$arch" != "$machine_arch" ] || exit 0
  # An interpreter that is opened when it is registered (flag F) is found in every root.
  for entry in /proc/sys/fs/binfmt_misc/*; do
    if grep -qsx enabled "$entry" && grep -qs '^flags:.*F' "$entry" &&
      grep -qsE "^magic 7f454c4602.*0[23]00$elf_machine\$" "$entry"; then exit 0; fi
  done
  exit 1
)
