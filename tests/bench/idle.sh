#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What ./lab itself costs when everything is built: `./lab version` beside
# `build/orchestrator version`. The goal: under 50 ms more.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
# shellcheck source=tests/bench/figures.sh
source "$root/tests/bench/figures.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/lab" version >/dev/null
hyperfine --warmup 2 --runs 20 -N --export-json "$work/times.json" \
  -n './lab version' "$root/lab version" \
  -n 'orchestrator version' "$root/build/orchestrator version"
hyperfine_figures start "$work/times.json"
