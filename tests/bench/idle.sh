#!/bin/bash
# SPDX-License-Identifier: MIT
#
# What ./lab itself costs when everything is built: `./lab version` beside
# `build/orchestrator version`. The goal: under 50 ms more.
set -euo pipefail
root=$(dirname "$(readlink -f "$0")")/../..
"$root/lab" version >/dev/null
hyperfine --warmup 2 --runs 20 -N "$root/lab version" "$root/build/orchestrator version"
