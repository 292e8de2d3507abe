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
# explain ends with 1 where a connection would be refused.
hyperfine --shell none --warmup 3 --runs "${1:-50}" --ignore-failure \
  "$program version" \
  "$program list" \
  "$program show simopen" \
  "$program __complete run sim" \
  "$program explain 127.0.0.1:8888" \
  'ip -V' \
  "grep -rh ^title: $root/scenarios" \
  'ss -tlnp'
