#!/bin/bash
# SPDX-License-Identifier: MIT
#
# `run simopen` in this kernel (both families), whole process, beside two
# namespaces, a veth pair and their cleanup from the shell. As root.
#
#   tests/bench/here.sh
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/shell.sh" <<'SHELL'
set -e
ip netns add bench-a
ip netns add bench-b
ip link add eth0 netns bench-a type veth peer name eth0 netns bench-b
ip -n bench-a addr add 10.0.0.1/24 dev eth0
ip -n bench-b addr add 10.0.0.2/24 dev eth0
ip -n bench-a link set eth0 up
ip -n bench-b link set eth0 up
ip netns del bench-a
ip netns del bench-b
SHELL
hyperfine --warmup 2 --runs 20 --export-json "$work/times.json" \
  -n 'run simopen, both families' "$root/build/orchestrator run simopen --where here" \
  -n 'run simopen, IPv4' "$root/build/orchestrator run simopen --where here --family ipv4" \
  -n shell "sh $work/shell.sh"
hyperfine_figures run "$work/times.json"
