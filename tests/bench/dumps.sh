#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Rows a second of each dump of the established hash, in one guest: /proc/net/tcp,
# sock_diag, and the views "ehash" and "bound", with IPv4 and with IPv6.
#
#   tests/bench/dumps.sh [SERIES [MODULE [SOCKETS…]]]
#
# By default 6.1, build/kmod/6.1/tcp_lookup.ko, 1000 and 100000 sockets. A million
# needs 7 GB. Needs what `./lab run` has built. The goal: 3 times /proc/net/tcp, and no
# slower than sock_diag.
set -euo pipefail
# shellcheck source=tests/bench/guest.sh
source "$(dirname "$(readlink -f "$0")")/guest.sh"
series=${1:-6.1}
guest_begin "$series" "${2:-}"
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 1000 100000
guest_program dumps tables
guest_module inet_diag
guest_module tcp_diag
cat >"$guest/init" <<INIT
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
ifconfig lo 127.0.0.1 up
insmod /inet_diag.ko; insmod /tcp_diag.ko; insmod /tcp_lookup.ko
for count in $*; do
  rounds=7
  [ \$count -le 1000 ] && rounds=50
  [ \$count -gt 100000 ] && rounds=3
  echo "ROW IPv4 \$(dumps \$count \$rounds)"
  [ \$count -gt 60000 ] || echo "ROW IPv6 \$(dumps \$count \$rounds 6)"
done
poweroff -f
INIT
memory=2048
for count in "$@"; do [ "$count" -le 200000 ] || memory=7168; done
guest_run 1800 -m $memory
echo "on $series, 1000 rows/s: sockets, /proc/net/tcp, sock_diag, ehash, bound;" \
  "ehash and bound beside these two"
grep -a -o 'ROW.*' "$work/log" | awk '{
  printf "%s %7d %7.1f %7.1f %7.1f %7.1f  %.2f %.2f  %.2f %.2f\n", $2, $3, $4, $5, $6, $7,
         $6 / $4, $6 / $5, $7 / $4, $7 / $5 }' | tee "$work/rows"
[ -s "$work/rows" ] || { tail -20 "$work/log"; exit 1; }
