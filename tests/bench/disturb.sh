#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What a reader of the tables costs those who open connections, in one guest of two
# CPUs: connections a second on one while on the other the tables are read back to back.
#
#   tests/bench/disturb.sh [SERIES [MODULE [SOCKETS [ROUNDS]]]]
#
# By default 6.1, build/kmod/6.1/tcp_lookup.ko, 20000, 5. Needs what `./lab run` has
# built, and two processors. The goal: 0.9 of the rate beside a loop in user space, and
# better than beside the peers.
set -euo pipefail
# shellcheck source=tests/bench/guest.sh
source "$(dirname "$(readlink -f "$0")")/guest.sh"
series=${1:-6.1}
guest_begin "$series" "${2:-}"
guest_program disturb tables
guest_module inet_diag
guest_module tcp_diag
cat >"$guest/init" <<INIT
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
ifconfig lo 127.0.0.1 up
insmod /inet_diag.ko; insmod /tcp_diag.ko; insmod /tcp_lookup.ko
disturb ${3:-20000} ${4:-5} | sed 's/^/ROW /'
poweroff -f
INIT
threads=multi guest_run 900 -smp 2
echo "on $series: beside, connections/s, p99 of connect() in us; rate and p99 beside spin"
grep -a -o 'ROW.*' "$work/log" | awk '
  !rate { rate = $3; p99 = $4 }
  { printf "%-14s %6d %6d  %.2f %.2f\n", $2, $3, $4, $3 / rate, $4 / p99 }' | tee "$work/rows"
[ "$(wc -l <"$work/rows")" = 6 ] || { tail -20 "$work/log"; exit 1; }
