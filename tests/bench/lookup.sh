#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What the view "lookup" costs a tuple, and "bound" a row, with 1, 1,000 and
# 20,000 connections to one port, in one guest.
#
#   tests/bench/lookup.sh [SERIES [MODULE]]       6.1, build/kmod/6.1/tcp_lookup.ko
#
# Needs what `./lab run` has built. The goal: a tuple costs the same with each.
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
series=${1:-6.1}
module=${2:-$root/build/kmod/$series/tcp_lookup.ko}
kernel=$(ls "$root/build/kernels/$series"/boot/vmlinuz-*)
for tool in busybox qemu-system-x86_64 cpio; do
  command -v "$tool" >/dev/null || { echo "lookup.sh: $tool is missing" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
guest=$work/guest
mkdir -p "$guest"/{bin,proc}
gcc -static -O2 -o "$guest/bin/lookups" "$root/tests/bench/lookups.c"
cp "$(command -v busybox)" "$guest/bin/busybox"
for applet in sh mount ifconfig insmod poweroff; do ln -s busybox "$guest/bin/$applet"; done
cp "$module" "$guest/tcp_lookup.ko"
cat >"$guest/init" <<'INIT'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
ifconfig lo 127.0.0.1 up
insmod /tcp_lookup.ko
for count in 1 1000 20000; do echo "ROW $(lookups $count)"; done
poweroff -f
INIT
chmod +x "$guest/init"
(cd "$guest" && find . | cpio --quiet -o -H newc >"$work/guest.cpio")

LAB_ACCEL=${LAB_ACCEL:-tcg}
cpu=max,la57=off,erms=off,fsrm=off accel=tcg,thread=single
[ "$LAB_ACCEL" = tcg ] || cpu=host accel=$LAB_ACCEL
timeout 900 qemu-system-x86_64 -machine q35 -accel "$accel" -cpu "$cpu" -m 2048 \
  -nographic -no-reboot -kernel "$kernel" -initrd "$work/guest.cpio" \
  -append "console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check" </dev/null |
  tr -d '\r' >"$work/log"
echo "on $series: connections, ns a tuple with a listener, without, ns a row of bound"
grep -a -o 'ROW.*' "$work/log" | cut -c5- | tee "$work/rows"
[ "$(wc -l <"$work/rows")" = 3 ] || { tail -20 "$work/log"; exit 1; }
