#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What `./lab run simopen` costs beside booting the same kernel, on the same
# QEMU, to an init that only powers off. In turn, so that a machine whose speed
# drifts is the same machine for both.
#
#   tests/bench/boot.sh [SERIES [ROUNDS]]       6.1, 5
#
# Prints each round's two times in seconds, and the ratio of the medians. The
# goal: at most 1.5 times the boot, plus one second.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"
series=${1:-6.1}
rounds=${2:-5}
kernel=$(ls "$root/build/kernels/$series"/boot/vmlinuz-*)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '#include <sys/reboot.h>\nint main(void) { return reboot(RB_POWER_OFF); }\n' >"$work/init.c"
gcc -static -O1 -o "$work/init" "$work/init.c"
(cd "$work" && echo init | cpio --quiet -o -H newc >bare.cpio)

# The orchestrator's own machine, but for the image and the channel.
export LAB_ACCEL=${LAB_ACCEL:-tcg}
cpu=max,la57=off,erms=off,fsrm=off smp=1 accel=tcg,thread=single
[ "$LAB_ACCEL" = tcg ] || cpu=host smp=2 accel=$LAB_ACCEL
bare() {
  qemu-system-x86_64 -machine q35 -accel "$accel" -cpu "$cpu" -smp "$smp" -m 512 -nodefaults \
    -no-user-config -display none -no-reboot -kernel "$kernel" -initrd "$work/bare.cpio" \
    -append "quiet panic=-1 tsc=unstable no_timer_check" </dev/null
}
lab() { "$root/lab" run simopen --where vm --kernel "$series" >/dev/null 2>&1; }

seconds() {
  local begin=$EPOCHREALTIME
  "$1"
  echo "$EPOCHREALTIME - $begin" | bc
}

lab # builds what is missing, and warms the caches
for ((round = 0; round < rounds; round++)); do
  echo "$(seconds bare) $(seconds lab)"
done | tee "$work/times"

median() { cut -d' ' -f"$1" "$work/times" | sort -n | sed -n "$((rounds / 2 + 1))p"; }
b=$(median 1) l=$(median 2)
figure boot 'bare boot' "$b" s
figure boot './lab run simopen' "$l" s
echo "medians: bare boot $b s, ./lab run simopen $l s; allowed $(echo "1.5 * $b + 1" | bc) s"
