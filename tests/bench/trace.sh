#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What watching costs: connections a second over the loopback, in one guest, in
# turn: without the module, with it loaded and idle, while its trace is read,
# and with bpftrace on the same functions (entry and return), which prints a
# line an event as the trace does.
#
#   tests/bench/trace.sh [SERIES [ROUNDS]]       6.1, 5
#
# Needs what `./lab run` has built, and Debian's bpftrace and busybox-static.
# Prints each round's four numbers and the medians.
set -euo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
series=${1:-6.1}
rounds=${2:-5}
kernel=$(ls "$root/build/kernels/$series"/boot/vmlinuz-*)
for tool in bpftrace busybox qemu-system-x86_64 cpio; do
  command -v "$tool" >/dev/null || { echo "trace.sh: $tool is missing" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
guest=$work/guest
mkdir -p "$guest"/{bin,proc,sys,dev,tmp,lib64}

# Programs, and the libraries that bpftrace is linked to.
gcc -static -O2 -o "$guest/bin/connections" "$root/tests/bench/connections.c"
cp "$(command -v busybox)" "$guest/bin/busybox"
for applet in sh mount ifconfig insmod rmmod sleep cat grep kill poweroff seq sort sed head wc; do
  ln -s busybox "$guest/bin/$applet"
done
cp "$(command -v bpftrace)" "$guest/bin/"
ldd "$(command -v bpftrace)" | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p "$guest/$(dirname "$library")"
  cp -L "$library" "$guest/$library"
done
cp "$root/build/kmod/$series/tcp_lookup.ko" "$guest/"

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
  without=\$(connections 2)
  insmod /tcp_lookup.ko
  idle=\$(connections 2)
  cat /proc/net/tcp_lookup/trace >/tmp/trace & reader=\$!
  # The header comes when the probes are set.
  until grep -q number /tmp/trace; do sleep 0.1; done
  read=\$(connections 2)
  kill \$reader; wait \$reader 2>/dev/null
  rmmod tcp_lookup
  bpftrace -B full /same.bt >/tmp/bpftrace 2>&1 & peer=\$!
  until grep -q Attaching /tmp/bpftrace; do sleep 0.1; done
  until connections 0.2 >/dev/null; grep -q tcp_v4_rcv /tmp/bpftrace; do :; done
  peers=\$(connections 2)
  kill -INT \$peer; wait \$peer 2>/dev/null
  head -2 /tmp/bpftrace | grep -iE 'error|could not' && echo "FAILED bpftrace"
  echo "ROUND \$round \$without \$idle \$read \$peers (\$(wc -l < /tmp/trace) and \$(wc -l < /tmp/bpftrace) lines)"
done
poweroff -f
EOF
chmod +x "$guest/init"
(cd "$guest" && find . | cpio --quiet -o -H newc >"$work/guest.cpio")

LAB_ACCEL=${LAB_ACCEL:-tcg}
cpu=max,la57=off,erms=off,fsrm=off accel=tcg,thread=single
[ "$LAB_ACCEL" = tcg ] || cpu=host accel=$LAB_ACCEL
echo "connections a second on $series: without the module, idle, read, bpftrace"
timeout $((120 + rounds * 60)) qemu-system-x86_64 -machine q35 -accel "$accel" -cpu "$cpu" -m 2048 \
  -nographic -no-reboot -kernel "$kernel" -initrd "$work/guest.cpio" \
  -append "console=ttyS0 quiet panic=-1 tsc=unstable no_timer_check" </dev/null |
  tr -d '\r' | tee "$work/log" | grep -a --line-buffered -o 'ROUND.*\|FAILED.*' || { tail -20 "$work/log"; exit 1; }

median() { grep -a -o 'ROUND.*' "$work/log" | awk -v c="$1" '{print $c}' | sort -n |
  awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
without=$(median 3) idle=$(median 4) read=$(median 5) peer=$(median 6)
echo "medians: $without $idle $read $peer"
awk -v w="$without" -v i="$idle" -v r="$read" -v p="$peer" 'BEGIN {
  printf "of the rate without the module: idle %.0f %%, read %.0f %%, bpftrace %.0f %%\n",
         100 * i / w, 100 * r / w, 100 * p / w }'
