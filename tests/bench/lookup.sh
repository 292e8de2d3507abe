#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What the view "lookup" costs a tuple with 1, 1,000 and 20,000 connections to one port,
# beside sock_diag and the kernel's own lookup, in one guest.
#
#   tests/bench/lookup.sh [SERIES [MODULE [CONNECTIONS…]]]
#
# By default 6.1, build/kmod/6.1/tcp_lookup.ko. Needs what `./lab run` has built. The
# goals: a tuple costs the same with each; in a batch at most an eighth of an exact
# sock_diag request and 4 times the kernel's own lookup; alone no more than sock_diag.
set -euo pipefail
# shellcheck source=tests/bench/guest.sh
source "$(dirname "$(readlink -f "$0")")/guest.sh"
series=${1:-6.1}
guest_begin "$series" "${2:-}"
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 1 1000 20000
guest_program lookups tables
guest_module inet_diag
guest_module tcp_diag
guest_kernel_lookup "$series"
cat >"$guest/init" <<INIT
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys
ifconfig lo 127.0.0.1 up
insmod /inet_diag.ko; insmod /tcp_diag.ko; insmod /tcp_lookup.ko
for count in $*; do lookups \$count | sed 's/^/ROW /'; done
poweroff -f
INIT
guest_run 900
echo "on $series, ns a tuple: connections, taken by, batch, batch of verdicts, alone, verdict" \
  "alone, sock_diag, the kernel's; sock_diag beside the four; batch of verdicts beside the kernel's"
grep -a -o 'ROW.*' "$work/log" | awk '{
  printf "%6d %-8s %6d %6d %6d %6d %6d %6d  %.1f %.1f %.1f %.1f  %.1f\n", $2, $3, $4, $5, $6,
         $7, $8, $9, $8 / $4, $8 / $5, $8 / $6, $8 / $7, $9 ? $5 / $9 : 0 }' | tee "$work/rows"
[ "$(wc -l <"$work/rows")" = $((2 * $#)) ] || { tail -20 "$work/log"; exit 1; }
