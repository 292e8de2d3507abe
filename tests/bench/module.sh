#!/bin/bash
# SPDX-License-Identifier: MIT
#
# The module beside its peers, all in one guest: what a lookup costs, how fast the tables
# are dumped, the memory of a reader, the longest time in a function that holds a
# lock, and what readers cost those who open connections (not with LAB_ICOUNT=1).
#
#   tests/bench/module.sh [SERIES [MODULE [SOCKETS…]]]
#
# By default 6.1, build/kmod/6.1/tcp_lookup.ko, 1000 and 100000 sockets. A million needs 7 GB.
# Prints a table, and writes it to $LAB_FIGURES if that is set (figures.sh). Needs what
# `./lab run` has built. Of the goals, see docs/performance.md.
set -euo pipefail
# shellcheck source=tests/bench/guest.sh
source "$(dirname "$(readlink -f "$0")")/guest.sh"
series=${1:-6.1}
guest_begin "$series" "${2:-}"
shift $(($# < 2 ? $# : 2))
[ $# -gt 0 ] || set -- 1000 100000
guest_program lookups tables
guest_program dumps tables
guest_program memory tables
guest_program disturb tables
guest_module inet_diag
guest_module tcp_diag
guest_kernel_lookup "$series"
mkdir "$guest"/{cgroup,trace}
ln -s busybox "$guest/bin/awk"
# Each holds a lock of TCP's tables while it walks, and is not inlined (kmod/walk.h).
cat >"$guest/init" <<INIT
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys
mount -t cgroup2 cgroup /cgroup; mount -t tracefs trace /trace
echo +memory >/cgroup/cgroup.subtree_control
ifconfig lo 127.0.0.1 up
insmod /inet_diag.ko; insmod /tcp_diag.ko; insmod /tcp_lookup.ko
# The longest that the functions took, in ns by the tracer's clock.
trace_begin() {
  for name in walk_ehash walk_lhash2 bind_search_bucket bind_walk_piece ehash_copy; do
    echo \$name
  done >/trace/set_ftrace_filter
  echo 16384 >/trace/buffer_size_kb
  echo function_graph >/trace/current_tracer
}
trace_end() {
  echo 0 >/trace/tracing_on
  grep '_.*();' /trace/trace |
    sed 's/^ *[0-9]*) *[^0-9 ]* *//; s/ us *| */ /; s/ .tcp_lookup.//; s/();.*//' |
    awk -v n=\$1 '\$1 > most[\$2] { most[\$2] = \$1 }
      END { for (name in most) print "ROW", n, "held", name, most[name] }'
  echo nop >/trace/current_tracer
  echo >/trace/set_ftrace_filter
  echo >/trace/trace; echo 1 >/trace/tracing_on
}
for count in $*; do
  rounds=7
  [ \$count -le 1000 ] && rounds=50
  [ \$count -gt 100000 ] && rounds=3
  lookups \$count | sed "s/^[0-9]*/ROW \$count lookups/"
  echo "ROW \$count dumps \$(dumps \$count \$rounds | sed 's/^[0-9]* //')"
  memory \$count | sed "s/^/ROW \$count memory /"
  [ -n "${LAB_ICOUNT:-}" ] || disturb \$count 3 | sed "s/^/ROW \$count beside /"
  trace_begin
  dumps \$count 1 >/tmp/traced
  lookups \$count >/tmp/traced
  trace_end \$count
done
poweroff -f
INIT
memory=2048
for count in "$@"; do [ "$count" -le 200000 ] || memory=7168; done
# With a clock of instructions there is one CPU, and nothing to disturb.
cpus=1
[ -n "${LAB_ICOUNT:-}" ] || threads=multi cpus=2
threads=${threads:-single} guest_run "${LAB_SECONDS:-3600}" -smp $cpus -m $memory
# One line a figure: sockets, what, of whom, value, unit.
grep -a -o 'ROW.*' "$work/log" | awk '
  function figure(what, whom, value, unit) { print $2, what, whom, value, unit }
  $3 == "lookups" {
    figure("lookup-" $4, "batch", $5, "ns"); figure("lookup-" $4, "verdicts", $6, "ns")
    figure("lookup-" $4, "alone", $7, "ns"); figure("lookup-" $4, "verdict-alone", $8, "ns")
    figure("lookup-" $4, "sock_diag", $9, "ns"); figure("lookup-" $4, "kernel", $10, "ns")
  }
  $3 == "dumps" {
    rate = "1000-rows/s"
    figure("dump", "/proc/net/tcp", $4, rate); figure("dump", "sock_diag", $5, rate)
    figure("dump", "ehash", $6, rate); figure("dump", "bound", $7, rate)
  }
  $3 == "memory" { figure("memory", $4, $5, "KB") }
  $3 == "held" { figure("held", $4, $5, "us") }
  $3 == "beside" { figure("connections", $4, $5, "1/s"); figure("connect-p99", $4, $6, "us") }
' >"$work/figures"
echo "on $series; sockets, what, of whom, value, unit"
column -t "$work/figures"
# Two lines of lookups, one of dumps, four of memory, six of readers: none may be missing.
lines=13
[ -z "${LAB_ICOUNT:-}" ] || lines=7
for count in "$@"; do
  [ "$(grep -a -c "ROW $count \(lookups\|dumps\|memory\|beside\) " "$work/log")" = $lines ] ||
    { tail -20 "$work/log"; exit 1; }
done
while read -r sockets what whom value unit; do
  figure "$what $sockets" "$whom" "$value" "$unit"
done <"$work/figures"
