# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# For the scripts beside it: one guest with busybox and some programs, on TCG (or
# LAB_ACCEL; with LAB_ICOUNT=1 its time is that of its instructions). Source it, call
# guest_begin SERIES, add files below $guest, write $guest/init, and call guest_run. Its
# output is in $work/log.
root=$(readlink -f "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..")

# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"

# guest_begin SERIES [MODULE]: a directory $guest for its files, with the lab's module
guest_begin() {
  local tool applet
  kernel=$(ls "$root/build/kernels/$1"/boot/vmlinuz-*)
  modules=$root/build/kernels/$1/lib/modules
  for tool in busybox qemu-system-x86_64 cpio gcc xz; do
    command -v "$tool" >/dev/null || { echo "$0: $tool is missing" >&2; exit 3; }
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  guest=$work/guest
  mkdir -p "$guest"/{bin,proc,sys,dev,tmp,lib64}
  cp "$(command -v busybox)" "$guest/bin/busybox"
  for applet in sh mount ifconfig insmod rmmod sleep cat grep kill poweroff seq sort sed head wc nice; do
    ln -s busybox "$guest/bin/$applet"
  done
  cp "${2:-$root/build/kmod/$1/tcp_lookup.ko}" "$guest/tcp_lookup.ko"
  strip -g "$guest/tcp_lookup.ko"
}

# guest_program NAME [OTHER…]: from NAME.c beside this file, and OTHER.c…
guest_program() {
  (cd "$root/tests/bench" && gcc -static -O2 -pthread -o "$guest/bin/$1" "${@/%/.c}")
}

# guest_module NAME: one of the kernel's, to be loaded with insmod /NAME.ko
guest_module() {
  local file
  file=$(find "$modules" -name "$1.ko*" | head -1)
  case $file in
    *.xz) xz -dc "$file" ;;
    *) cat "$file" ;;
  esac >"$guest/$1.ko"
}

# guest_kernel_lookup SERIES: kernel_lookup.ko, which lookups.c loads
guest_kernel_lookup() {
  local release
  release=$(cat "$root/build/kernels/$1/release")
  cp -r "$root/tests/bench/kernel_lookup" "$work/"
  make -s -C "$(readlink -f "$root/build/kernels/$1")/usr/src/linux-headers-$release" \
    M="$work/kernel_lookup" LAB="$root" FEATURES="$root/build/kmod/$1" \
    PAHOLE=none CONFIG_PAHOLE_VERSION=0 CONFIG_DEBUG_INFO_BTF_MODULES= modules
  cp "$work/kernel_lookup/kernel_lookup.ko" "$guest/"
  strip -g "$guest/kernel_lookup.ko"
}

# guest_bpftrace: bpftrace, and the libraries that it is linked to
guest_bpftrace() {
  local library
  command -v bpftrace >/dev/null || { echo "$0: bpftrace is missing" >&2; exit 3; }
  cp "$(command -v bpftrace)" "$guest/bin/"
  ldd "$(command -v bpftrace)" | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "$guest/$(dirname "$library")"
    cp -L "$library" "$guest/$library"
  done
}

# guest_run SECONDS [QEMU'S OPTIONS]: boots it; what it prints goes to $work/log. With
# threads=multi each of its CPUs is a thread of QEMU's.
guest_run() {
  local cpu=max,la57=off,erms=off,fsrm=off accel=tcg,thread=${threads:-single} seconds=$1
  shift
  [ "${LAB_ACCEL:-tcg}" = tcg ] || { cpu=host; accel=$LAB_ACCEL; }
  # The guest's clock counts its instructions, 2 ns each: the same on a busy machine.
  [ -z "${LAB_ICOUNT:-}" ] || set -- -icount shift=1,sleep=off "$@"
  chmod +x "$guest/init"
  (cd "$guest" && find . | cpio --quiet -o -H newc >"$work/guest.cpio")
  timeout "$seconds" qemu-system-x86_64 -machine q35 -accel "$accel" -cpu "$cpu" -m 2048 \
    -nographic -no-reboot -kernel "$kernel" -initrd "$work/guest.cpio" \
    -append "console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check" "$@" </dev/null |
    tr -d '\r' >"$work/log"
}
