#!/bin/bash
# SPDX-License-Identifier: MIT
#
# A star of hosts, whole processes: `orchestrator run` of a scenario that only looks once,
# a C program over rtnetlink (hosts.c), and `ip -batch`. As root.
#
#   tests/bench/hosts.sh [HOSTS [ROUNDS]]
set -euo pipefail
count=${1:-1000}
rounds=${2:-5}
root=$(dirname "$(readlink -f "$0")")/../..
program=${LAB_PROGRAM:-$root/build/orchestrator}
# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -O1 -o "$work/hosts" "$root/tests/bench/hosts.c"

{
  printf 'name: star\ntitle: A star of hosts\ntopology:\n  hosts:\n    hub:\n'
  for ((i = 1; i <= count; i++)); do printf '    h%d:\n' "$i"; done
  printf '  links:\n'
  for ((i = 1; i <= count; i++)); do
    printf '    - endpoints: ["hub:e%d", "h%d:eth0"]\n' "$i" "$i"
  done
  printf 'steps:\n  - tables: {host: h1, listeners: []}\n'
} >"$work/star.yaml"

# As few processes as ip allows: one for all that needs no namespace, and one a namespace.
{
  echo 'netns add bench-hub'
  for ((i = 1; i <= count; i++)); do
    echo "netns add bench-$i"
    echo "link add e$i netns bench-hub type veth peer name eth0 netns bench-$i"
    network=10.$((i / 256)).$((i % 256))
    printf 'addr add %s.1/24 dev e%d\nlink set e%d up\n' "$network" "$i" "$i" >>"$work/hub"
    printf 'addr add %s.2/24 dev eth0\nlink set eth0 up\n' "$network" >"$work/host-$i"
    echo "netns del bench-$i" >>"$work/none"
  done
  echo 'netns del bench-hub' >>"$work/none"
} >"$work/all"
cat >"$work/ip.sh" <<SHELL
set -e
ip -batch $work/all
ip -n bench-hub -batch $work/hub
for i in \$(seq $count); do ip -n bench-\$i -batch $work/host-\$i; done
SHELL
# The kernel takes namespaces down behind our back, and would do so beside the next.
spaces() { awk '/^net_namespace / { print $2 }' /proc/slabinfo; }
before=$(spaces)
cat >"$work/settle.sh" <<SHELL
[ ! -e /run/netns/bench-hub ] || ip -batch $work/none
for _ in \$(seq 600); do
  [ "\$(awk '/^net_namespace / { print \$2 }' /proc/slabinfo)" -gt $((before + count / 20 + 8)) ] || break
  sleep 0.1
done
SHELL

hyperfine --runs "$rounds" --export-json "$work/times.json" --prepare "sh $work/settle.sh" \
  -n orchestrator "$program run $work/star.yaml --where here --family ipv4" \
  -n 'C over rtnetlink' "$work/hosts $count" \
  -n 'ip -batch' "sh $work/ip.sh"
sh "$work/settle.sh"
hyperfine_figures star "$work/times.json"
