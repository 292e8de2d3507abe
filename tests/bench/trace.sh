#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What watching costs: connections a second over the loopback, in one guest, in
# turn: without the module, with it loaded and idle, while its trace is read,
# and with bpftrace on the same functions (entry and return), which prints a
# line an event as the trace does.
#
#   tests/bench/trace.sh [SERIES [ROUNDS [MODULE…]]]
#
# By default 6.1, 5, build/kmod/6.1/tcp_lookup.ko; of several modules each is read in
# turn. Needs what `./lab run` has built, and Debian's bpftrace and busybox-static.
# Prints each round's numbers and the medians.
set -euo pipefail
# shellcheck source=tests/bench/guest.sh
source "$(dirname "$(readlink -f "$0")")/guest.sh"
series=${1:-6.1}
rounds=${2:-5}
shift $(($# < 2 ? $# : 2))
guest_begin "$series" "${1:-}"
guest_program connections
guest_bpftrace
names=tcp_lookup.ko
for module in "${@:2}"; do
  strip -g -o "$guest/$(basename "$module")" "$module"
  names+=" $(basename "$module")"
done

# The functions that the module probes; those it also watches the return of.
returns='tcp_v4_early_demux tcp_v6_early_demux tcp_v4_rcv tcp_v6_rcv tcp_conn_request
  tcp_check_req tcp_v4_syn_recv_sock tcp_v6_syn_recv_sock tcp_rcv_state_process
  tcp_rcv_established tcp_timewait_state_process __inet_lookup_established
  __inet6_lookup_established __inet_lookup_listener inet6_lookup_listener inet_lhash2_lookup
  inet6_lhash2_lookup tcp_v4_send_reset tcp_v6_send_reset'
entries='tcp_add_backlog inet_csk_reqsk_queue_hash_add tcp_reset tcp_send_active_reset
  __ip_local_out ip6_xmit'
{
  for function in $returns $entries; do
    printf 'kprobe:%s { printf("%%llu %s %%llx %%llx\\n", nsecs, arg0, arg1); }\n' \
      "$function" "$function"
  done
  for function in $returns; do
    printf 'kretprobe:%s { printf("%%llu %s %%llx\\n", nsecs, retval); }\n' "$function" "$function"
  done
  printf 'tracepoint:skb:kfree_skb { printf("%%llu kfree_skb %%llx\\n", nsecs, args->skbaddr); }\n'
  printf 'tracepoint:sock:inet_sock_set_state { printf("%%llu set_state %%d\\n", nsecs, args->newstate); }\n'
} >"$guest/same.bt"

cat >"$guest/init" <<EOF
#!/bin/sh
export PATH=/bin LD_LIBRARY_PATH=/lib/x86_64-linux-gnu:/usr/lib/x86_64-linux-gnu
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mount -t tracefs tracefs /sys/kernel/tracing; mount -t debugfs debugfs /sys/kernel/debug
ifconfig lo 127.0.0.1 up
connections 1 >/dev/null  # warm
for round in \$(seq $rounds); do
  without=\$(connections 2) idle= read= lines=
  for module in $names; do
    insmod /\$module
    idle="\$idle \$(connections 2)"
    cat /proc/net/tcp_lookup/trace >/tmp/trace & reader=\$!
    # The header comes when the probes are set.
    until grep -q number /tmp/trace; do sleep 0.1; done
    read="\$read \$(connections 2)"
    kill \$reader; wait \$reader 2>/dev/null
    lines="\$lines \$(wc -l </tmp/trace)"
    rmmod tcp_lookup
  done
  bpftrace -B full /same.bt >/tmp/bpftrace 2>&1 & peer=\$!
  until grep -q Attaching /tmp/bpftrace; do sleep 0.1; done
  until connections 0.2 >/dev/null; grep -q tcp_v4_rcv /tmp/bpftrace; do :; done
  peers=\$(connections 2)
  kill -INT \$peer; wait \$peer 2>/dev/null
  head -2 /tmp/bpftrace | grep -iE 'error|could not' && echo "FAILED bpftrace"
  echo "ROUND \$without\$idle\$read \$peers (\$lines and \$(wc -l < /tmp/bpftrace) lines)"
done
poweroff -f
EOF
guest_run $((240 + rounds * 90))
echo "connections a second on $series: without the module; idle, then read, of each module" \
  "($names); bpftrace"
grep -a -o 'ROUND.*\|FAILED.*' "$work/log" || { tail -20 "$work/log"; exit 1; }

# median N: of the N-th number of each round
median() { grep -a -o 'ROUND.*' "$work/log" | awk -v c="$1" '{print $(c + 1)}' | sort -n |
  awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
count=$(wc -w <<<"$names")
without=$(median 1)
figure connections without "$without" 1/s
figure connections idle "$(median 2)" 1/s
figure connections read "$(median $((2 + count)))" 1/s
figure connections bpftrace "$(median $((2 + 2 * count)))" 1/s
for ((i = 2; i <= 2 + 2 * count; i++)); do
  awk -v w="$without" -v r="$(median $i)" -v i=$i -v n="$count" 'BEGIN {
    what = i <= 1 + n ? "idle" : i <= 1 + 2 * n ? "read" : "bpftrace"
    printf "%s %d, %.0f %% of %d\n", what, r, 100 * r / w, w }'
done
