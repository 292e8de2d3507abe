#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Commands that a person or a shell waits for, whole processes, beside programs that every
# machine has.
#
#   tests/bench/start.sh [RUNS]
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
program=${LAB_PROGRAM:-$root/build/orchestrator}
# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# explain ends with 1 where a connection would be refused.
hyperfine --shell none --warmup 3 --runs "${1:-50}" --ignore-failure \
  --export-json "$work/times.json" \
  -n version "$program version" \
  -n list "$program list" \
  -n show "$program show simopen" \
  -n completion "$program __complete run sim" \
  -n explain "$program explain 127.0.0.1:8888" \
  -n 'ip -V' 'ip -V' \
  -n 'grep the titles' "grep -rh ^title: $root/scenarios" \
  -n 'ss -tlnp' 'ss -tlnp'
hyperfine_figures command "$work/times.json"
